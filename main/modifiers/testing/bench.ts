import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModifierEntry, ModifierFailure, ModifierFlow } from '../../model/modifier.ts'
import {
  ModifierSet,
  type LaunchSandbox,
  type LogEntry,
  type Modifier,
  type SandboxProcess,
  type Stage,
  type StageOutput,
} from '../index.ts'
import { testLauncher } from './launcher.ts'

export const MiB = 1024 * 1024
export const sampleFacts = { host: 'h', path: '/', method: 'GET', status: 200, type: 'text/plain', length: undefined }

let flows = 0
export const sampleFlow = (): ModifierFlow => ({
  id: ++flows,
  client: { address: '127.0.0.1' },
  request: { method: 'GET', url: 'http://h/', httpVersion: '1.1', headers: [['Host', 'h']] },
  response: { status: 200, httpVersion: '1.1', headers: [['Content-Type', 'text/plain']] },
})

/** A set of modifiers over real files and real processes. */
export class Bench implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'spillway-modifiers-'))
  readonly notices: string[] = []
  readonly logs: LogEntry[] = []
  readonly processes: SandboxProcess[] = []
  readonly set: ModifierSet
  limits = { memory: 128 * MiB, hangMs: 5000 }
  entries: ModifierEntry[] = []

  constructor(launch: LaunchSandbox) {
    this.set = new ModifierSet({
      launch: (env) => {
        const process = launch(env)
        this.processes.push(process)
        return process
      },
      notice: (sentence) => this.notices.push(sentence),
      bug: (what) => this.notices.push(`A bug in Spillway: ${what}`),
      onChange: () => undefined,
      onLog: (entry) => this.logs.push(entry),
    })
  }

  static async open(): Promise<Bench> {
    return new Bench(await testLauncher())
  }

  /** Writes a file, without telling anybody. */
  write(name: string, source: string): string {
    const file = join(this.folder, name)
    writeFileSync(file, source)
    return file
  }

  /** These sources as the list of modifiers, loaded: new versions of those that were there before. */
  async use(...sources: string[]): Promise<Modifier[]> {
    this.entries = sources.map((source, index) => ({ file: this.write(`m${index}.ts`, source) }))
    this.apply()
    await this.set.refresh()
    return this.set.matching(sampleFacts)
  }

  apply(): void {
    this.set.update(this.entries, this.limits)
  }

  /** The one modifier of this source. */
  async one(source: string): Promise<Modifier> {
    const [modifier] = await this.use(source)
    if (!modifier) throw new Error(JSON.stringify(this.set.states()))
    return modifier
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.set.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Collects what comes out of a stage. */
export class Sink implements StageOutput {
  readonly chunks: Buffer[] = []
  bytes = 0
  count = 0
  drains = 0
  reads = 0
  failure: ModifierFailure | undefined
  ended = false
  /** Resolves at the end, or at the failure. */
  readonly over: Promise<this>
  readonly #keep: boolean
  readonly #listeners = new Set<() => void>()
  #finish: (sink: this) => void = () => undefined

  constructor({ keep = true } = {}) {
    this.#keep = keep
    this.over = new Promise((resolve) => (this.#finish = resolve))
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString()
  }

  /** Each chunk as text. */
  get texts(): string[] {
    return this.chunks.map((chunk) => chunk.toString())
  }

  chunk(bytes: Buffer): void {
    if (this.ended || this.failure) throw new Error('a chunk behind the end')
    this.bytes += bytes.length
    this.count++
    if (this.#keep) this.chunks.push(Buffer.from(bytes))
  }

  end(): void {
    this.ended = true
    this.#told()
    this.#finish(this)
  }

  fail(failure: ModifierFailure): void {
    this.failure = failure
    this.#told()
    this.#finish(this)
  }

  drain(): void {
    this.drains++
    this.#told()
  }

  endOfRead(): void {
    this.reads++
    this.#told()
  }

  /** Resolves when it is so, looked at whenever something was told; rejects when the flow is over without. */
  until(fits: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (fits()) resolve()
        else if (this.ended || this.failure) reject(new Error(this.failure?.message ?? 'it has ended'))
        else return
        this.#listeners.delete(look)
      }
      this.#listeners.add(look)
      look()
    })
  }

  #told(): void {
    for (const look of [...this.#listeners]) look()
  }
}

/** Writes these chunks and the end, and resolves when all that comes out has come. */
export async function pass(modifier: Modifier, ...chunks: (string | Uint8Array)[]): Promise<Sink> {
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  for (const chunk of chunks) stage.write(Buffer.from(chunk))
  stage.end()
  return await sink.over
}

/** Writes as fast as it is taken, `count` times. */
export async function pump(stage: Stage, sink: Sink, bytes: Uint8Array, count: number): Promise<void> {
  for (let written = 0; written < count; written++) {
    const drains = sink.drains
    if (!stage.write(bytes)) await sink.until(() => sink.drains > drains || sink.failure !== undefined)
  }
}

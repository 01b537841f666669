import { setTimeout as sleep } from 'node:timers/promises'
import type { HeadVerdict, ModifierFailure, ModifierFlow, ModifierMatch } from '../model/modifier.ts'
import type { Compiler } from './compile/compiler.ts'
import { PositionMap } from './compile/position-map.ts'
import { brokenBy, brokenFor, nameOf, type Compiled } from './failures.ts'
import { longestChunk } from './frames/index.ts'
import { ModifierError, type LaunchSandbox, type Stage } from './modifier.ts'
import { SandboxHost } from './processes/sandbox-host.ts'
import { Sandbox } from './processes/sandbox.ts'
import type { SandboxLimits } from './sandbox/start.ts'

/**
 * What happened, in order. `in`: a chunk was pulled; `out`: one was yielded; `ownMs` of the modifier's time went into it
 * since it last pulled or yielded, without waiting for input, measured in the sandbox. `head`: what responseHead
 * answered. `match`: what the source exports; the run takes no notice of it. `error` and `end` come last. `atMs` since the run began.
 */
export type DryRunStep = { atMs: number } & (
  | { kind: 'in'; bytes: Uint8Array }
  | { kind: 'out'; bytes: Uint8Array; ownMs: number }
  | { kind: 'log'; text: string }
  | { kind: 'match'; match: ModifierMatch }
  | { kind: 'head'; verdict: HeadVerdict }
  | { kind: 'error'; failure: ModifierFailure }
  | { kind: 'end' }
)

export type DryRunOptions = {
  source: string
  /** Shown in errors; need not exist. */
  file: string
  flow: ModifierFlow
  /** The chunks, with their time since the first of them. Bytes may be used again once the next one is asked for. */
  input: AsyncIterable<{ bytes: Uint8Array; atMs: number }>
  /** As the chunks came when they were recorded, or as fast as they are taken. */
  speed: 'recorded' | 'once'
  /** Not told after `stop`. */
  onStep(step: DryRunStep): void
}

/** One run of a source on chunks that are no traffic, in a sandbox process of its own. */
export class DryRun {
  /** Resolves when it has ended, failed or been stopped, and its process is gone. Never rejects. */
  readonly done: Promise<void>
  readonly #options: DryRunOptions
  readonly #host: SandboxHost | undefined
  readonly #sandbox: Sandbox | undefined
  readonly #stopped = new AbortController()
  readonly #began = performance.now()
  /** Written, and not pulled yet. */
  readonly #written: Uint8Array[] = []
  /** What the worker's clock showed when this one showed nothing. */
  #workerBegan: number | undefined
  #yielded = { atMs: 0, ownMs: 0 }

  constructor(options: DryRunOptions, launch: LaunchSandbox | undefined, limits: SandboxLimits, compiler: Compiler) {
    this.#options = options
    const origin = { name: nameOf(options.file), file: options.file }
    this.#host = launch && new SandboxHost(launch, limits, 1)
    this.#sandbox =
      this.#host &&
      new Sandbox(
        this.#host,
        {
          ...origin,
          onLog: (_flow, text) => this.#step({ kind: 'log', text, atMs: this.#now() }),
          onTimes: () => undefined,
          onFlowOver: () => undefined,
          onKilled: () => undefined,
          bug: (cause) => this.#fail(brokenFor(cause instanceof Error ? cause.message : String(cause), origin)),
        },
        { chunksIn: 0, bytesIn: 0, chunksOut: 0, bytesOut: 0 },
      )
    this.done = this.#run(origin, compiler)
  }

  stop(): void {
    this.#stopped.abort()
    void this.#host?.close()
  }

  async #run(origin: { name: string; file: string }, compiler: Compiler): Promise<void> {
    const sandbox = this.#sandbox
    try {
      if (!sandbox) {
        this.#fail(brokenFor('this host of Spillway runs no modifiers', origin))
        return
      }
      const result = await compiler.compile(this.#options.source)
      if (!result.ok) {
        for (const fault of result.faults) this.#fail(brokenBy(fault, origin))
        return
      }
      const { code, positions, exportedAt } = result
      const compiled: Compiled = { ...origin, code, positions: new PositionMap(positions), exportedAt }
      const { flow } = this.#options
      const exports = await sandbox.load(1, compiled)
      this.#step({ kind: 'match', match: exports.match, atMs: this.#now() })
      let transforms = exports.transforms
      if (exports.readsHead) {
        const verdict = await sandbox.head(1, compiled, flow)
        this.#step({ kind: 'head', verdict, atMs: this.#now() })
        // A body that is held is not transformed (streaming/decide).
        if (verdict.choice === 'buffer') transforms = false
        if (verdict.choice === 'transform') transforms = true
      }
      if (transforms) await this.#transform(sandbox, compiled, exports.transforms)
      else this.#step({ kind: 'end', atMs: this.#now() })
    } catch (error) {
      const failure = error instanceof ModifierError ? error.failure : brokenFor(String(error), origin)
      this.#fail(failure)
    } finally {
      await this.#host?.close()
    }
  }

  async #transform(sandbox: Sandbox, compiled: Compiled, ownFunction: boolean): Promise<void> {
    const { promise: over, resolve: finish } = Promise.withResolvers<undefined>()
    let room = Promise.withResolvers<undefined>()
    let ended = false
    const end = (): void => {
      ended = true
      room.resolve(undefined)
      finish(undefined)
    }
    const out = {
      chunk: (bytes: Buffer) => this.#step({ kind: 'out', bytes: Uint8Array.from(bytes), ...this.#yielded }),
      end: () => {
        this.#step({ kind: 'end', atMs: this.#now() })
        end()
      },
      fail: (failure: ModifierFailure) => {
        this.#fail(failure)
        end()
      },
      drain: () => room.resolve(undefined),
      endOfRead: () => undefined,
    }
    const trace = {
      pulled: (ms: number) => {
        const bytes = this.#written.shift()
        if (bytes) this.#step({ kind: 'in', bytes, atMs: this.#since(ms) })
      },
      yielded: (ms: number, ownMs: number) => (this.#yielded = { atMs: this.#since(ms), ownMs }),
    }
    const stage: Stage = sandbox.open(1, compiled, this.#options.flow, out, ownFunction, trace)
    this.#stopped.signal.addEventListener('abort', end)
    const feeding = this.#feed(
      stage,
      () => {
        room = Promise.withResolvers<undefined>()
        return room.promise
      },
      () => ended,
    )
    await Promise.all([over, Promise.race([feeding, over])])
    stage.cancel()
  }

  async #feed(stage: Stage, room: () => Promise<undefined>, ended: () => boolean): Promise<void> {
    const { input, speed } = this.#options
    const { signal } = this.#stopped
    let first: number | undefined
    const began = this.#now()
    for await (const { bytes, atMs } of input) {
      first ??= atMs
      if (speed === 'recorded') {
        const early = atMs - first - (this.#now() - began)
        if (early > 0) await sleep(early, undefined, { signal }).catch(() => undefined)
      }
      if (ended()) return
      if (bytes.length === 0) continue
      // A chunk beyond a frame's bound is pulled in parts, and told so.
      for (let at = 0; at < bytes.length; at += longestChunk) {
        const part = bytes.slice(at, at + longestChunk)
        this.#written.push(part)
        if (!stage.write(part)) await room()
        if (ended()) return
      }
    }
    stage.end()
  }

  #since(workerMs: number): number {
    this.#workerBegan ??= workerMs - this.#now()
    return Math.max(0, workerMs - this.#workerBegan)
  }

  #now(): number {
    return performance.now() - this.#began
  }

  #fail(failure: ModifierFailure): void {
    this.#step({ kind: 'error', failure, atMs: this.#now() })
  }

  #step(step: DryRunStep): void {
    if (!this.#stopped.signal.aborted) this.#options.onStep(step)
  }
}

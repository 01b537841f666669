/**
 * A real engine on a free port, with a CA folder and a folder for temporary files of its own. When it is disposed it
 * says what it has leaked: open flows, flows not ended exactly once, sockets, timers, temporary files, bugs.
 * Dispose what talks to it first: start it before its origins and clients, or use scene.ts.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BodySide } from '../flows/index.ts'
import { createEngine, type Engine, type EngineHost, type FlowEvent } from '../index.ts'
import type { Flow } from '../model/flow.ts'
import { defaultSettings, type Settings } from '../model/settings.ts'
import { within } from './eventually.ts'

/** What holds when a test says nothing: the user's defaults, but no hold time, so that a slow machine changes nothing. */
export function settings(caDir: string, wanted: Partial<Settings> = {}): Settings {
  return { ...defaultSettings, listen: { host: '127.0.0.1', port: 0 }, holdMs: 3_600_000, caDir, ...wanted }
}

/** `tmp`: another place for temporary files, e.g. one that cannot be written; it is not looked after. */
export type EngineOptions = EngineHost & { tmp?: string }

export class TestEngine implements AsyncDisposable {
  readonly engine: Engine
  readonly port: number
  readonly folder: string
  /** Sentences of onNotice. */
  readonly notices: string[] = []
  /** As it was started. */
  readonly settings: Settings
  readonly #base: Map<string, number>
  readonly #events: { kind: FlowEvent['kind']; flow: Flow }[] = []
  #unsettled = false
  readonly #claimed = new Set<number>()
  readonly #waiting = new Set<() => void>()

  constructor(engine: Engine, port: number, folder: string, initial: Settings, base: Map<string, number>) {
    this.engine = engine
    this.port = port
    this.folder = folder
    this.settings = initial
    this.#base = base
    engine.onNotice((sentence) => this.notices.push(sentence))
    engine.onFlow(({ kind, flow }) => {
      this.#events.push({ kind, flow })
      for (const look of [...this.#waiting]) look()
    })
  }

  /** The engine's CA certificate. */
  get ca(): string {
    return readFileSync(join(this.settings.caDir, 'ca.pem'), 'latin1')
  }

  /** Changes settings of the running engine. */
  update(wanted: Partial<Settings>): void {
    this.engine.update({ ...this.settings, ...wanted })
  }

  /** The running flow that fits; waits for it to begin. */
  begun(fits: (flow: Flow) => boolean = () => true): Promise<Flow> {
    return this.#first(() => this.#events.find(({ kind, flow }) => kind === 'begun' && fits(flow))?.flow)
  }

  /** The flow whose delivery was decided, or crossed over, so that it fits; as it was then. */
  delivery(fits: (flow: Flow) => boolean = () => true): Promise<Flow> {
    return this.#first(() => this.#events.find(({ kind, flow }) => kind === 'delivery' && fits(flow))?.flow)
  }

  /** The next flow that has ended and was not handed out before, as the store kept it; waits for it. */
  async ended(fits: (flow: Flow) => boolean = () => true): Promise<Flow> {
    const { id } = await this.#first(() => {
      const event = this.#events.find((e) => e.kind === 'ended' && !this.#claimed.has(e.flow.id) && fits(e.flow))
      if (event) this.#claimed.add(event.flow.id)
      return event?.flow
    })
    return this.engine.flows.get(id)!
  }

  /** Waits until `fits` holds at some flow event, e.g. of `engine.running()`. */
  until(fits: () => boolean): Promise<true> {
    return this.#first(() => (fits() ? true : undefined))
  }

  /** All that is recorded of a body; undefined when it is missing. */
  body(flow: Flow, side: BodySide = 'response'): Promise<Buffer | undefined> {
    return this.engine.flows.readBody(flow.id, side, 0, Number.MAX_SAFE_INTEGER)
  }

  /** Temporary files there are now. */
  temporaryFiles(): string[] {
    return readdirSync(join(this.folder, 'tmp'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  }

  /** Waits until no flow is running; for two seconds, then it is somebody's fault. To be called before origins go. */
  async settled(): Promise<void> {
    const settled = await within(2000, () => this.engine.running().length === 0)
    this.#unsettled ||= !settled
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled()
    await this.engine.close(0)
    const wrong: string[] = []
    if (this.#unsettled) wrong.push('flows did not end by themselves')
    for (const { kind, flow } of this.#events) {
      const ends = this.#events.filter((event) => event.kind === 'ended' && event.flow.id === flow.id).length
      if (kind === 'begun' && ends !== 1) wrong.push(`flow ${flow.id} ended ${ends} times`)
    }
    wrong.push(...this.notices.filter((notice) => notice.includes('bug')))
    const files = this.temporaryFiles()
    if (files.length > 0) wrong.push(`temporary files left: ${files.join(', ')}`)
    const left = await leaked(this.#base)
    if (left !== '') wrong.push(`left behind: ${left}`)
    rmSync(this.folder, { recursive: true, force: true })
    if (wrong.length > 0) throw new Error(`The engine did not end clean: ${wrong.join('; ')}`)
  }

  #first<T>(find: () => T | undefined): Promise<T> {
    const now = find()
    if (now !== undefined) return Promise.resolve(now)
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find()
        if (found === undefined) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
    })
  }
}

/** Started and listening. `await using` it. */
export async function startEngine(
  wanted: Partial<Settings> = {},
  { tmp, ...host }: EngineOptions = {},
): Promise<TestEngine> {
  const base = resources()
  const folder = mkdtempSync(join(tmpdir(), 'spillway-engine-test-'))
  mkdirSync(join(folder, 'tmp'))
  const initial = settings(join(folder, 'ca'), wanted)
  const before = process.env['TMPDIR']
  // Read when the engine is made.
  process.env['TMPDIR'] = tmp ?? join(folder, 'tmp')
  const engine = createEngine(initial, host)
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
  const { port } = await engine.start()
  return new TestEngine(engine, port, folder, initial, base)
}

/** What keeps the process alive, by kind. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  // How we wait ourselves.
  counts.delete('Immediate')
  return counts
}

/** Sockets close over some turns of the loop; what is there after all of them was forgotten. */
async function leaked(base: Map<string, number>): Promise<string> {
  const more = (): [string, number][] => [...resources()].filter(([kind, count]) => count > (base.get(kind) ?? 0))
  if (await within(3000, () => more().length === 0)) return ''
  return more()
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ')
}

/**
 * The engine's thread as the main process sees it: it carries the messages of windows there and back, and starts the
 * thread anew after an uncaught error. Connections outlive a thread: calls that were under way are answered with
 * CLOSED, a notice says what happened, and a capture that was running is started again. The new thread knows no flows;
 * the notice says so too, so that windows keep the rows they have as what they are: the past.
 */
import { Worker } from 'node:worker_threads'
import type { LaunchSandbox } from '../../main/index.ts'
import type { CallName, CaptureState, MenuItem } from '../contract/contract.ts'
import type { ToHost, ToWindow } from '../contract/wire.ts'
import { GivenSandboxes } from './sandbox-line.ts'
import type { EngineStart, FromEngine, SandboxOrder, ToEngine } from './thread-messages.ts'

/** So many failures within so many milliseconds, and it is left alone: another start would only fail again. */
const mostFailures = 3
const failureSpan = 60_000
/** Beyond the grace of running flows; then the thread is ended whatever it does. */
const lateMs = 1500

export type EngineOptions = {
  /** The thread's script. */
  script: URL
  start: EngineStart
  choosePlace(name: string | undefined): Promise<string | undefined>
  /** For modifiers; called in this thread, as the engine's may not be able to. */
  launchSandbox: LaunchSandbox
  /** It cannot be started at all; a sentence. */
  onRefused(sentence: string): void
  onCapture(state: CaptureState): void
  /** The highest id seen. */
  onFlows(count: number): void
}

/** One connection of a window; after `close` nothing is sent to it any more. */
export type Line = { receive(message: unknown): void; heard(): void; close(): void }

/** The number of the main process's own connection. */
const own = 1

type Connection = { send: (message: ToWindow) => void; pending: Set<number> }

export class Engine {
  readonly #options: EngineOptions
  readonly #connections = new Map<number, Connection>()
  readonly #own: Line
  #worker: Worker | undefined
  #last = 0
  #calls = 0
  #capture: CaptureState = { status: 'stopped' }
  #failures: number[] = []
  #closing: Promise<void> | undefined
  #closed: () => void = () => undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#worker = this.#begin()
    this.#own = this.connect((message) => this.#hear(message))
  }

  /** `send` is silent after the line is closed. */
  connect(send: (message: ToWindow) => void): Line {
    const number = ++this.#last
    const connection: Connection = { send, pending: new Set() }
    this.#connections.set(number, connection)
    this.#post({ open: number })
    return {
      receive: (message) => this.#receive(number, connection, message),
      heard: () => this.#post({ heard: number }),
      close: () => {
        this.#connections.delete(number)
        this.#post({ shut: number })
      },
    }
  }

  /** A command of the main process itself, from the menu. What fails is told to the windows. */
  command(call: CallName & ('capture.start' | 'capture.stop' | 'capture.state')): void {
    this.#own.receive({ id: ++this.#calls, call, input: undefined } satisfies ToHost)
  }

  /** What was chosen from the menu and is the page's to do: it asks before it deletes, and knows what is looked at. */
  choose(item: MenuItem): void {
    this.#tell({ event: 'menu', value: { item } })
  }

  /** A sentence for every window. */
  notice(sentence: string, lost = false): void {
    this.#tell({ event: 'notice', value: { at: Date.now(), sentence, ...(lost && { lost }) } })
  }

  /** Ends the capture and the thread; called again, it is the same end. Never rejects. */
  close(graceMs: number): Promise<void> {
    return (this.#closing ??= this.#end(graceMs))
  }

  async #end(graceMs: number): Promise<void> {
    const worker = this.#worker
    if (!worker) return
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, graceMs + lateMs)
      this.#closed = () => {
        clearTimeout(late)
        resolve()
      }
      this.#post({ close: graceMs })
    })
    this.#worker = undefined
    await worker.terminate()
  }

  #begin(): Worker {
    const worker = new Worker(this.#options.script, { workerData: this.#options.start, name: 'engine' })
    const say = (message: ToEngine): void => worker.postMessage(message)
    const sandboxes = new GivenSandboxes(this.#options.launchSandbox, say)
    let over = false
    const end = (error: unknown): void => {
      if (over) return
      over = true
      sandboxes.end()
      if (this.#closing) this.#closed()
      else if (this.#worker === worker) this.#failed(error)
    }
    worker.on('message', (message: FromEngine) => {
      if (sandboxes.take(message)) return
      // What one that has failed still has to say would be taken for its successor's.
      if (this.#worker === worker) this.#take(message)
    })
    worker.on('error', end)
    worker.on('exit', (code) => end(new Error(`its thread ended with code ${code}`)))
    return worker
  }

  #take(message: Exclude<FromEngine, SandboxOrder>): void {
    if ('window' in message) {
      const connection = this.#connections.get(message.window)
      if ('id' in message.message) connection?.pending.delete(message.message.id)
      connection?.send(message.message)
    } else if ('choose' in message) {
      const worker = this.#worker
      const answer = (path?: string): void => worker?.postMessage({ chosen: message.choose, path } satisfies ToEngine)
      this.#options.choosePlace(message.name).then(answer, () => answer())
    } else if ('refused' in message) {
      this.#worker = undefined
      this.#options.onRefused(message.refused)
    } else this.#closed()
  }

  #receive(number: number, connection: Connection, message: unknown): void {
    const { id, cancel } = (message ?? {}) as { id?: unknown; cancel?: unknown }
    if (typeof cancel === 'number') connection.pending.delete(cancel)
    if (typeof id === 'number') {
      connection.pending.add(id)
      if (!this.#worker) {
        this.#abandon(connection)
        return
      }
    }
    this.#post({ window: number, message })
  }

  /** What the main process hears on its own connection. */
  #hear(message: ToWindow): void {
    this.#own.heard()
    if ('event' in message) {
      if (message.event === 'capture') this.#captureIs(message.value)
      if (message.event === 'flows') this.#options.onFlows(Math.max(0, ...message.value.rows.map(({ id }) => id)))
    } else if (!message.ok) this.notice(message.error.message)
    else if (message.value !== undefined) {
      // Of its calls only those about the capture answer with something. After a restart no window has asked for it.
      const value = message.value as CaptureState
      this.#captureIs(value)
      this.#tell({ event: 'capture', value })
    }
  }

  #captureIs(state: CaptureState): void {
    this.#capture = state
    this.#options.onCapture(state)
  }

  #failed(error: unknown): void {
    const now = Date.now()
    const wasCapturing = this.#capture.status === 'capturing' || this.#capture.status === 'starting'
    const what = `Spillway's engine failed (${error instanceof Error ? error.message : String(error)})`
    this.#failures = [...this.#failures.filter((at) => now - at < failureSpan), now]
    this.#worker = undefined
    for (const connection of this.#connections.values()) this.#abandon(connection)
    if (this.#failures.length > mostFailures) {
      const problem = `${what} again and again, and was not started any more. Quit Spillway and open it anew.`
      this.#captureIs({ status: 'stopped', problem })
      this.#tell({ event: 'capture', value: this.#capture })
      this.notice(problem, true)
      return
    }
    this.#worker = this.#begin()
    for (const number of this.#connections.keys()) this.#post({ open: number })
    // Until it answers, nobody listens on the address that windows show.
    this.#tell({ event: 'capture', value: { status: wasCapturing ? 'starting' : 'stopped' } })
    this.command(wasCapturing ? 'capture.start' : 'capture.state')
    this.notice(
      `${what} and was started again. What it had recorded is lost; the rows stay until the list is cleared.`,
      true,
    )
  }

  #abandon({ send, pending }: Connection): void {
    const error = { code: 'CLOSED', message: 'The engine ended before the answer came.' } as const
    for (const id of pending) send({ id, ok: false, error })
    pending.clear()
  }

  #tell(message: ToWindow): void {
    for (const [number, { send }] of this.#connections) if (number !== own) send(message)
  }

  #post(message: ToEngine): void {
    this.#worker?.postMessage(message)
  }
}

/** Calls and events over a wire that may break: numbering, answers, cancelling, and trying again with growing pauses. */
import type { CallName, EventName, EventValue, Input, Output } from '../../app/contract/contract.ts'
import { CallError, type CallFault, type ToHost, type ToWindow } from '../../app/contract/wire.ts'

/** One connection. After `closed` a wire is silent; `refused` says that trying again is no use. */
export type WireListener = {
  opened(): void
  message(message: ToWindow): void
  closed(refused?: string): void
}
export type Wire = { post(message: ToHost): void; close(): void }
export type Connect = (listener: WireListener) => Wire

export type Connection =
  | { status: 'connecting' }
  | { status: 'connected' }
  /** Broken; the next attempt is made at `retryAt` (Unix time in ms). */
  | { status: 'lost'; retryAt: number }
  /** The host does not want us; a sentence. Nothing is tried again by itself. */
  | { status: 'refused'; problem: string }

type Pending = { resolve: (value: unknown) => void; reject: (fault: CallError) => void; forget: () => void }

const firstPause = 250
const longestPause = 8000

const closed = (): CallError =>
  new CallError({ code: 'CLOSED', message: 'The connection to Spillway broke before the answer came.' })
const cancelled = (): CallError => new CallError({ code: 'CANCELLED', message: 'Cancelled.' })

export class Client {
  #connect: Connect
  #wire: Wire | undefined
  #pending = new Map<number, Pending>()
  #listeners = new Map<EventName, Set<(value: never) => void>>()
  #watchers = new Set<() => void>()
  #lastId = 0
  #pause = firstPause
  #timer: ReturnType<typeof setTimeout> | undefined
  #connection: Connection = { status: 'connecting' }

  constructor(connect: Connect) {
    this.#connect = connect
  }

  /** Connects, and again whenever the wire breaks. Also "try again now" after it broke. */
  open(): void {
    clearTimeout(this.#timer)
    if (this.#wire) return
    this.#become({ status: 'connecting' })
    let over = false
    // Whatever a wire says after its end is not heard, so that an old one cannot close its successor.
    this.#wire = this.#connect({
      opened: () => {
        if (over) return
        this.#become({ status: 'connected' })
      },
      message: (message) => {
        if (over) return
        // Only a host that answers is back for good: one that accepts and falls over is left in peace.
        this.#pause = firstPause
        this.#receive(message)
      },
      closed: (refused) => {
        if (over) return
        over = true
        this.#broke(refused)
      },
    })
  }

  /**
   * Asks the host. Fails with a CallError: CLOSED when there is no connection or it breaks before the answer (a command
   * may have been carried out nevertheless), CANCELLED when `signal` is aborted.
   */
  call<N extends CallName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>> {
    return new Promise<Output<N>>((resolve, reject) => {
      const wire = this.#wire
      if (signal?.aborted || !wire || this.#connection.status !== 'connected') {
        reject(signal?.aborted ? cancelled() : closed())
        return
      }
      const id = ++this.#lastId
      const abort = (): void => {
        this.#pending.delete(id)
        wire.post({ cancel: id })
        reject(cancelled())
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#pending.set(id, {
        resolve: resolve as (value: unknown) => void,
        reject,
        forget: () => signal?.removeEventListener('abort', abort),
      })
      wire.post({ id, call: name, input })
    })
  }

  /** Hears an event until the returned function is called. */
  on<E extends EventName>(event: E, listener: (value: EventValue<E>) => void): () => void {
    const heard = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, heard.add(listener))
    return () => heard.delete(listener)
  }

  get connection(): Connection {
    return this.#connection
  }

  /** Told whenever `connection` is another; after "connected" everything known has to be asked anew. */
  onConnection(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Resolves once there is a connection, at once where there is one; or with the signal. */
  connected(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#connection.status !== 'connected' && !signal.aborted) return
        leave()
        signal.removeEventListener('abort', look)
        resolve()
      }
      const leave = this.onConnection(look)
      signal.addEventListener('abort', look)
      look()
    })
  }

  #receive(message: ToWindow): void {
    if ('event' in message) {
      for (const listener of this.#listeners.get(message.event) ?? []) listener(message.value as never)
      return
    }
    const pending = this.#pending.get(message.id)
    if (!pending) return // cancelled meanwhile
    this.#pending.delete(message.id)
    pending.forget()
    if (message.ok) pending.resolve(message.value)
    else pending.reject(new CallError(message.error))
  }

  #broke(refused: string | undefined): void {
    this.#wire = undefined
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    if (refused !== undefined) this.#become({ status: 'refused', problem: refused })
    else {
      this.#become({ status: 'lost', retryAt: Date.now() + this.#pause })
      this.#timer = setTimeout(() => {
        this.open()
      }, this.#pause)
      this.#pause = Math.min(this.#pause * 2, longestPause)
    }
    for (const { forget, reject } of pending) {
      forget()
      reject(closed())
    }
  }

  #become(connection: Connection): void {
    this.#connection = connection
    for (const watcher of [...this.#watchers]) watcher()
  }
}

/** What went wrong with a call, for the user's eyes. Bugs go on being thrown. */
export function faultOf(error: unknown): CallFault {
  if (!(error instanceof CallError)) throw error
  return error.fault
}

/**
 * `flows.tail`: the last bytes of a running response body, as they pass. Nothing is recorded for it: a ring of
 * tailBytes per watched flow, for as long as somebody asks.
 */
import type { Engine } from '../../../main/index.ts'
import type { FlowId } from '../../../main/model/flow.ts'
import { tailBytes, type Checked, type Output } from '../../contract/contract.ts'
import { CallError } from '../../contract/wire.ts'

type TailEngine = Pick<Engine, 'watchBody' | 'flows' | 'running'>

/** Nobody has asked for so long: watching ends. */
const patienceMs = 2000
/** Flows watched at once; a window shows one. */
const mostWatched = 64

export class Tails {
  readonly #engine: TailEngine
  readonly #watched = new Map<FlowId, Watched>()
  #timer: NodeJS.Timeout | undefined

  constructor(engine: TailEngine) {
    this.#engine = engine
  }

  /** Throws CallError (GONE) when there is no such flow. */
  read({ id, after }: Checked<'flows.tail'>): Output<'flows.tail'> {
    const watched = this.#watched.get(id) ?? this.#watch(id)
    if (!watched) return this.#notRunning(id)
    watched.askedAt = performance.now()
    const running = this.#engine.flows.get(id) === undefined && this.#isRunning(id)
    return { bytes: watched.ring.after(after), position: watched.ring.position, running }
  }

  close(): void {
    clearInterval(this.#timer)
    for (const { stop } of this.#watched.values()) stop()
    this.#watched.clear()
  }

  #isRunning(id: FlowId): boolean {
    return this.#engine.running().some((flow) => flow.id === id)
  }

  #notRunning(id: FlowId): Output<'flows.tail'> {
    const flow = this.#engine.flows.get(id) ?? this.#engine.running().find((other) => other.id === id)
    if (!flow) throw new CallError({ code: 'GONE', message: 'The flow is gone.' })
    // A tunnel, which is running but cannot be watched, is told as it is: with nothing to see.
    return { bytes: new Uint8Array(), position: flow.response?.bytes ?? 0, running: flow.state === 'open' }
  }

  #watch(id: FlowId): Watched | undefined {
    const flow = this.#engine.running().find((other) => other.id === id)
    const ring = new Ring(flow?.response?.bytes ?? 0)
    const stop = this.#engine.watchBody(id, (bytes, end) => ring.write(bytes, end))
    if (!stop) return undefined
    const watched = { ring, stop, askedAt: performance.now() }
    const [oldest] = this.#watched.keys()
    if (oldest !== undefined && this.#watched.size >= mostWatched) this.#unwatch(oldest)
    this.#watched.set(id, watched)
    this.#timer ??= setInterval(this.#sweep, patienceMs / 4).unref()
    return watched
  }

  #unwatch(id: FlowId): void {
    this.#watched.get(id)?.stop()
    this.#watched.delete(id)
  }

  readonly #sweep = (): void => {
    const now = performance.now()
    for (const [id, { askedAt }] of this.#watched) if (now - askedAt > patienceMs) this.#unwatch(id)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

type Watched = { ring: Ring; stop: () => void; askedAt: number }

/** The last bytes of a stream, by their position in it. */
export class Ring {
  /** Behind the last byte. */
  position: number
  /** Of the first byte that was ever seen. */
  #begin: number
  readonly #bytes = new Uint8Array(tailBytes)

  constructor(position: number) {
    this.position = this.#begin = position
  }

  /** Bytes that end at position `end`; they are copied. */
  write(bytes: Uint8Array, end: number): void {
    const start = end - bytes.length
    // Something was not seen: what is before it would be taken for its beginning.
    if (start !== this.position) this.#begin = start
    const last = bytes.subarray(Math.max(0, bytes.length - tailBytes))
    const at = (end - last.length) % tailBytes
    const first = Math.min(last.length, tailBytes - at)
    this.#bytes.set(last.subarray(0, first), at)
    this.#bytes.set(last.subarray(first), 0)
    this.position = end
  }

  /** A copy of what there is behind that position. */
  after(position: number): Uint8Array<ArrayBuffer> {
    const from = Math.max(position, this.#begin, this.position - tailBytes)
    if (from >= this.position) return new Uint8Array()
    const copy = new Uint8Array(this.position - from)
    const at = from % tailBytes
    const first = Math.min(copy.length, tailBytes - at)
    copy.set(this.#bytes.subarray(at, at + first))
    copy.set(this.#bytes.subarray(0, copy.length - first), first)
    return copy
  }
}

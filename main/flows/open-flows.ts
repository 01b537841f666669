import type { Flow, FlowId, Gap, Micros } from '../model/flow.ts'
import type { FlowError } from '../model/errors.ts'
import type { WebSocketMessage } from '../model/web-socket.ts'
import type { BodySide } from './store.ts'

/** Content as it arrives, lent: copy what is kept. `end`: the offset in the body behind these bytes. */
export type BodyListener = (bytes: Buffer, end: number) => void

/**
 * A message of a WebSocket that is complete. `payload`: its first bytes, 64 KiB at most, unmasked, and compressed if they
 * were; undefined: it had begun before anybody watched. `number`: its place in the index, from 0 on.
 */
export type MessageListener = (message: WebSocketMessage, payload: Buffer | undefined, number: number) => void

/** Whoever takes a flow through its life. */
export type FlowRunner = {
  /** Asked from outside to end the flow at once. */
  abort(error: FlowError): void
  /** Tells the bytes of the response body as they come; returns how to stop. Undefined: no more will come. */
  watchBody?(listener: BodyListener): (() => void) | undefined
  /** Tells the messages of a WebSocket as they pass; returns how to stop. Undefined: no more will come. */
  watchMessages?(listener: MessageListener): (() => void) | undefined
  /** What is recorded so far, as FlowReader.readBody. Undefined: nothing, or it is about to be kept with its flow. */
  readRecorded?(side: BodySide, offset: number, length: number): Promise<Buffer | undefined>
  /** What of it is missing. */
  recordedGaps?(side: BodySide): readonly Gap[] | undefined
}

/** A flow that has begun and not ended. */
export type OpenFlow = {
  readonly flow: Flow
  /** Monotonic. */
  readonly began: Micros
  /** Whoever runs it, the last one counts; undefined while nobody can be asked to end it. */
  runner: FlowRunner | undefined
}

const smallest = 64

/**
 * The running flows by id: open addressing over a plain array. Not a Map: a Map that gains and loses entries all the
 * time leaves a chain of outgrown tables, each pointing to the next, and once one of them is old the collector takes
 * thousands of ended flows for alive (measured: 15 ms per scavenge instead of 1).
 */
export class OpenFlows {
  #table: (OpenFlow | undefined)[] = new Array<OpenFlow | undefined>(smallest).fill(undefined)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(id: FlowId): OpenFlow | undefined {
    return this.#table[this.#find(id)]
  }

  /** The id must not be in it. */
  add(entry: OpenFlow): void {
    if ((this.#size + 1) * 2 > this.#table.length) this.#grow()
    this.#table[this.#find(entry.flow.id)] = entry
    this.#size++
  }

  /** False when it was not in it. */
  delete(id: FlowId): boolean {
    const table = this.#table
    const mask = table.length - 1
    let hole = this.#find(id)
    if (!table[hole]) return false
    this.#size--
    // Close the gap, so that what was pushed past it is still found.
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const entry = table[at]
      if (!entry) break
      const home = entry.flow.id & mask
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = entry
        hole = at
      }
    }
    table[hole] = undefined
    return true
  }

  /** Oldest first. */
  all(): OpenFlow[] {
    return this.#table.filter((entry) => entry !== undefined).sort((a, b) => a.flow.id - b.flow.id)
  }

  /** Where the id is, or the free place where it would be. */
  #find(id: FlowId): number {
    const table = this.#table
    const mask = table.length - 1
    let at = id & mask
    for (let entry = table[at]; entry && entry.flow.id !== id; entry = table[at]) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const old = this.#table
    this.#table = new Array<OpenFlow | undefined>(old.length * 2).fill(undefined)
    for (const entry of old) if (entry) this.#table[this.#find(entry.flow.id)] = entry
  }
}

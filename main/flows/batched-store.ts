/**
 * A FlowStore in front of another: what ends in one turn of the event loop is handed over at the turn's end, one flow
 * after the other. Between two reads of sockets a store's code and tables are out of the processor's caches, and
 * keeping a flow takes three times as long as right after another one. Readers see every ended flow all the same.
 */
import type { Flow, FlowId } from '../model/flow.ts'
import { told } from './life.ts'
import type { BodySide, FlowStore } from './store.ts'

/** More do not wait, whatever the turn brings: their bodies are on the heap. */
const maxWaiting = 32

export class BatchedStore implements FlowStore {
  readonly #store: FlowStore
  readonly #onBug: (sentence: string) => void
  readonly #waiting: Flow[] = []
  #scheduled = false

  /** `onBug` hears of flows that could not be kept. It must not throw. */
  constructor(store: FlowStore, onBug: (sentence: string) => void) {
    this.#store = store
    this.#onBug = onBug
  }

  get size(): number {
    return this.#settled().size
  }

  get dropped(): number {
    return this.#settled().dropped
  }

  get bodiesLost(): number {
    return this.#settled().bodiesLost
  }

  /** Neither the flow nor the buffers of its bodies may be changed afterwards. */
  add(flow: Flow): void {
    this.#waiting.push(flow)
    if (this.#waiting.length === maxWaiting) this.#settled()
    else if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.#endTurn)
    }
  }

  get(id: FlowId): Flow | undefined {
    return this.#settled().get(id)
  }

  list(skip: number, limit: number): Flow[] {
    return this.#settled().list(skip, limit)
  }

  readBody(id: FlowId, side: BodySide, offset: number, length: number): Promise<Buffer | undefined> {
    return this.#settled().readBody(id, side, offset, length)
  }

  clear(): void {
    this.#settled().clear()
  }

  remove(ids: Iterable<FlowId>): FlowId[] {
    return this.#settled().remove(ids)
  }

  close(): Promise<void> {
    return this.#settled().close()
  }

  readonly #endTurn = (): void => {
    this.#scheduled = false
    this.#settled()
  }

  /** The store, with all that waited. */
  #settled(): FlowStore {
    for (const flow of this.#waiting) {
      try {
        this.#store.add(flow)
      } catch (bug) {
        this.#onBug(`Flow ${flow.id} could not be kept: ${told(bug)}`)
      }
    }
    this.#waiting.length = 0
    return this.#store
  }
}

/** The pages of a body around the place that is looked at: a few are kept, the others are asked for again. */
import { CallError } from '../../../../../app/contract/wire.ts'

/** Enough for a screen of any height and the way back. */
const most = 12

type Load = (offset: number, signal: AbortSignal) => Promise<{ bytes: Uint8Array }>

export class PageWindow {
  /** Counts what has changed. */
  version = 0
  /** Why the last page that was wanted is not there; a sentence. */
  fault: string | undefined
  readonly #length: number
  readonly #load: Load
  /** In the order of their last use. */
  readonly #pages = new Map<number, Uint8Array>()
  readonly #asked = new Map<number, AbortController>()
  readonly #watchers = new Set<() => void>()

  /** `first`: the page at the beginning, which is there already. */
  constructor(length: number, first: Uint8Array, load: Load) {
    this.#length = length
    this.#load = load
    this.#pages.set(0, first)
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** These are looked at now: what is missing is loaded, and what was asked for elsewhere is given up. */
  want(from: number, to: number): void {
    for (const index of this.#asked.keys()) if (index < from || index > to) this.#giveUp(index)
    for (let index = from; index <= to; index++) {
      const page = this.#pages.get(index)
      if (page) {
        this.#pages.delete(index)
        this.#pages.set(index, page)
      } else if (!this.#asked.has(index)) void this.#fetch(index)
    }
  }

  /** What is there of these bytes; none while they are on their way. A row never crosses pages. */
  bytes(offset: number, length: number): Uint8Array {
    const page = this.#pages.get(Math.floor(offset / this.#length))
    const from = offset % this.#length
    return page?.subarray(from, from + length) ?? new Uint8Array()
  }

  /** Gives up what is on its way. */
  close(): void {
    for (const index of this.#asked.keys()) this.#giveUp(index)
  }

  #giveUp(index: number): void {
    this.#asked.get(index)?.abort()
    this.#asked.delete(index)
  }

  async #fetch(index: number): Promise<void> {
    const interest = new AbortController()
    this.#asked.set(index, interest)
    try {
      const { bytes } = await this.#load(index * this.#length, interest.signal)
      if (interest.signal.aborted) return
      this.#pages.set(index, bytes)
      const [oldest] = this.#pages.keys()
      if (this.#pages.size > most && oldest !== undefined) this.#pages.delete(oldest)
      this.fault = undefined
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (interest.signal.aborted) return
      this.fault = error.message
    }
    this.#asked.delete(index)
    this.version++
    for (const watcher of this.#watchers) watcher()
  }
}

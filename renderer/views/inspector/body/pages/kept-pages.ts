/**
 * The pages of something large around the place that is looked at: a few are kept, any other is as near as the first and
 * is asked for again.
 */
import { CallError } from '../../../../../app/contract/wire.ts'

/** Enough for a screen of any height and the way back. */
const most = 12

/** Rejects with CallError when it cannot be had; any other error is a bug. */
type Fetch<Page> = (index: number, signal: AbortSignal) => Promise<Page>

export class KeptPages<Page> {
  /** Counts what has changed. */
  version = 0
  /** Why the last page that was wanted is not there; a sentence. */
  fault: string | undefined
  readonly #fetch: Fetch<Page>
  /** In the order of their last use. */
  readonly #pages = new Map<number, Page>()
  readonly #asked = new Map<number, AbortController>()
  readonly #watchers = new Set<() => void>()

  /** `first`: the page at the beginning, when it is there already. */
  constructor(fetch: Fetch<Page>, first?: Page) {
    this.#fetch = fetch
    if (first !== undefined) this.#pages.set(0, first)
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  page(index: number): Page | undefined {
    return this.#pages.get(index)
  }

  /** Those that are there. */
  entries(): Iterable<[number, Page]> {
    return this.#pages.entries()
  }

  /** These are looked at now, the last of them included: what is missing is read, what was asked for elsewhere given up. */
  want(from: number, to: number): void {
    for (const index of this.#asked.keys()) if (index < from || index > to) this.#giveUp(index)
    for (let index = from; index <= to; index++) {
      const page = this.#pages.get(index)
      if (page !== undefined) {
        this.#pages.delete(index)
        this.#pages.set(index, page)
      } else if (!this.#asked.has(index)) void this.#ask(index)
    }
  }

  /** What is there of a page is out of date: it stays until the newer one has come. */
  renew(index: number): void {
    if (!this.#asked.has(index)) void this.#ask(index)
  }

  /** None of them is what it was: those that are looked at are read anew. */
  forget(from: number, to: number): void {
    this.close()
    this.#pages.clear()
    this.want(from, to)
  }

  /** Something beside the pages has changed. */
  touch(): void {
    this.version++
    for (const watcher of this.#watchers) watcher()
  }

  /** Gives up what is on its way. */
  close(): void {
    for (const index of this.#asked.keys()) this.#giveUp(index)
  }

  #giveUp(index: number): void {
    this.#asked.get(index)?.abort()
    this.#asked.delete(index)
  }

  async #ask(index: number): Promise<void> {
    const interest = new AbortController()
    this.#asked.set(index, interest)
    try {
      const page = await this.#fetch(index, interest.signal)
      if (interest.signal.aborted) return
      this.#pages.set(index, page)
      const [oldest] = this.#pages.keys()
      if (this.#pages.size > most && oldest !== undefined) this.#pages.delete(oldest)
      this.fault = undefined
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (interest.signal.aborted) return
      this.fault = error.message
    }
    this.#asked.delete(index)
    this.touch()
  }
}

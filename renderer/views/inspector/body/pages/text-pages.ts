/**
 * A large body as pages of text, each read by itself: any of them is as near as the first. Those around the place that
 * is looked at keep their text, the others are read again.
 */
import { CallError } from '../../../../../app/contract/wire.ts'
import { bytesFor, pageCount, textPage, type Places, type TextPage } from '../../reading/text-places.ts'
import type { ReadBytes } from './body-bytes.ts'

const most = 12

export class TextPages {
  /** Counts what has changed. */
  version = 0
  /** Why the last page that was wanted is not there; a sentence. */
  fault: string | undefined
  readonly count: number
  readonly places: Places
  readonly #read: ReadBytes
  /** In the order of their last use. */
  readonly #pages = new Map<number, TextPage>()
  readonly #asked = new Map<number, AbortController>()
  readonly #watchers = new Set<() => void>()

  constructor(places: Places, read: ReadBytes) {
    this.places = places
    this.count = pageCount(places)
    this.#read = read
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  page(index: number): TextPage | undefined {
    return this.#pages.get(index)
  }

  /** Those that are there. */
  entries(): Iterable<[number, TextPage]> {
    return this.#pages.entries()
  }

  /** These are looked at now: what is missing is read, and what was asked for elsewhere is given up. */
  want(first: number, last: number): void {
    const from = Math.max(0, first)
    const to = Math.min(this.count - 1, last)
    for (const [index, interest] of this.#asked) {
      if (index >= from && index <= to) continue
      interest.abort()
      this.#asked.delete(index)
    }
    for (let index = from; index <= to; index++) {
      const page = this.#pages.get(index)
      if (page) {
        this.#pages.delete(index)
        this.#pages.set(index, page)
      } else if (!this.#asked.has(index)) void this.#fetch(index)
    }
  }

  /** Gives up what is on its way. */
  close(): void {
    for (const interest of this.#asked.values()) interest.abort()
    this.#asked.clear()
  }

  async #fetch(index: number): Promise<void> {
    const interest = new AbortController()
    this.#asked.set(index, interest)
    const { offset, length } = bytesFor(this.places, index, index)
    try {
      const bytes = await this.#read(offset, length, interest.signal)
      if (interest.signal.aborted) return
      this.#pages.set(index, textPage(this.places, index, bytes, offset))
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

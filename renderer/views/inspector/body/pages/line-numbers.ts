/**
 * How many lines are before each page of a large text. They are counted from the beginning, a piece at a time and with
 * nothing kept, while the text is looked at; until the counting has come to a page, its numbers are not known.
 */
import { CallError } from '../../../../../app/contract/wire.ts'
import { lineFeeds, pageCount, type Places } from '../../reading/text-places.ts'
import type { ReadBytes } from './body-bytes.ts'

/** Beyond it the numbers are not worth reading it all: the rest is told by offsets. */
const mostCounted = 1024 * 1024 * 1024
/** Pages in one question. */
const atOnce = 4

export class LineNumbers {
  readonly #places: Places
  /** Line feeds before the fixed offset of each page. */
  readonly #before: Float64Array
  #known = 0
  readonly #interest = new AbortController()

  /** `tell` is called when more is known. */
  constructor(places: Places, read: ReadBytes, tell: () => void) {
    this.#places = places
    this.#before = new Float64Array(pageCount(places) + 1)
    void this.#count(read, tell)
  }

  /** Lines before the page's text; undefined as long as they are not known. */
  before({ index, skipped }: { index: number; skipped: 0 | 1 }): number | undefined {
    return index > this.#known ? undefined : (this.#before[index] ?? 0) + skipped
  }

  close(): void {
    this.#interest.abort()
  }

  async #count(read: ReadBytes, tell: () => void): Promise<void> {
    const { signal } = this.#interest
    const { total, encoding, length } = this.#places
    // What is seen first comes first.
    await new Promise((resolve) => setTimeout(resolve))
    for (let offset = 0; offset < Math.min(total, mostCounted) && !signal.aborted; offset += atOnce * length) {
      const bytes = await read(offset, atOnce * length, signal).catch((error: unknown) => {
        if (error instanceof CallError) return undefined
        throw error
      })
      if (!bytes) return
      for (let at = 0; at < bytes.length; at += length) {
        const before = this.#before[this.#known] ?? 0
        this.#before[++this.#known] = before + lineFeeds(bytes.subarray(at, at + length), encoding)
      }
      tell()
    }
  }
}

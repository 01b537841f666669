/** A body as pages of bytes. */
import { KeptPages } from './kept-pages.ts'

type Load = (offset: number, signal: AbortSignal) => Promise<{ bytes: Uint8Array }>

export class PageWindow extends KeptPages<Uint8Array> {
  readonly #length: number

  /** `first`: the page at the beginning, which is there already. */
  constructor(length: number, first: Uint8Array, load: Load) {
    super(async (index, signal) => (await load(index * length, signal)).bytes, first)
    this.#length = length
  }

  /** What is there of these bytes; none while they are on their way. A row never crosses pages. */
  bytes(offset: number, length: number): Uint8Array {
    const page = this.page(Math.floor(offset / this.#length))
    const from = offset % this.#length
    return page?.subarray(from, from + length) ?? new Uint8Array()
  }
}

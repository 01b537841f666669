/** A large body as pages of text, each read by itself. */
import { bytesFor, pageCount, textPage, type Places, type TextPage } from '../../reading/text-places.ts'
import type { ReadBytes } from './body-bytes.ts'
import { KeptPages } from './kept-pages.ts'

export class TextPages extends KeptPages<TextPage> {
  readonly count: number
  readonly places: Places

  constructor(places: Places, read: ReadBytes) {
    super(async (index, signal) => {
      const { offset, length } = bytesFor(places, index, index)
      return textPage(places, index, await read(offset, length, signal), offset)
    })
    this.places = places
    this.count = pageCount(places)
  }

  /** Indexes beyond the body are passed over. */
  override want(from: number, to: number): void {
    super.want(Math.max(0, from), Math.min(this.count - 1, to))
  }
}

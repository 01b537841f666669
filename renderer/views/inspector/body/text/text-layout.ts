/** A paged text in rows, as wide as there is room: which rows there are, and how a place in the text becomes a row. */
import { RowMap } from '../../reading/row-map.ts'
import { rowStarts, rowWith } from '../../reading/row-starts.ts'
import type { TextPages } from '../pages/text-pages.ts'

/**
 * A place in the text, which stays where it is while rows elsewhere turn out to be more or fewer than was supposed.
 * `at`: a character of the page, where its text has been there; `part`: else how far down the page, from 0 to 1.
 * `below`: pixels between the top of its row and the top of what is seen. `end`: the last rows, at the bottom.
 */
export type TextPlace =
  { kind: 'row'; page: number; at: number | undefined; part: number; below: number } | { kind: 'end' }

export const textTop: TextPlace = { kind: 'row', page: 0, at: 0, part: 0, below: 0 }

export class TextLayout {
  readonly #pages: TextPages
  #columns = 0
  #map: RowMap | undefined
  /** Of pages that are there. */
  readonly #starts = new Map<number, readonly number[]>()

  constructor(pages: TextPages) {
    this.#pages = pages
  }

  /** After pages have come or gone, or the room has changed. */
  update(columns: number): void {
    if (columns !== this.#columns) {
      this.#columns = columns
      this.#map = undefined
      this.#starts.clear()
    }
    for (const index of this.#starts.keys()) if (!this.#pages.page(index)) this.#starts.delete(index)
    for (const [index, { text }] of this.#pages.entries()) {
      if (!this.#starts.has(index)) this.#starts.set(index, rowStarts(text, columns))
    }
    if (this.#starts.size === 0) return
    this.#map ??= this.#supposed()
    for (const [index, starts] of this.#starts) this.#map.set(index, starts.length)
  }

  /** Where the rows of a page begin in its text; undefined while it is not there. */
  starts(page: number): readonly number[] | undefined {
    return this.#starts.get(page)
  }

  /** In all, supposed ones among them; none before the first page is there. */
  get rows(): number {
    return this.#map?.total ?? 0
  }

  /** Rows before this page. */
  before(page: number): number {
    return this.#map?.before(page) ?? 0
  }

  find(row: number): { page: number; row: number } {
    return this.#map?.find(row) ?? { page: 0, row: 0 }
  }

  /** The row that a place is in. */
  rowOf({ page, at, part }: Extract<TextPlace, { kind: 'row' }>): number {
    const starts = this.#starts.get(page)
    const inPage = starts && at !== undefined ? rowWith(starts, at) : Math.floor(part * (this.#map?.rows(page) ?? 0))
    return this.before(page) + Math.max(0, inPage)
  }

  /** The place of a row that is seen `below` pixels above the top. */
  placeOf(row: number, below: number): TextPlace {
    const { page, row: inPage } = this.find(row)
    const rows = this.#map?.rows(page) ?? 1
    return { kind: 'row', page, at: this.#starts.get(page)?.[inPage], part: inPage / Math.max(1, rows), below }
  }

  /** Pages nobody has seen have as many rows as those that are there. */
  #supposed(): RowMap {
    const { count, places } = this.#pages
    const seen = [...this.#starts].filter(([index]) => index < count - 1 || this.#starts.size === 1)
    const rows = seen.reduce((sum, [, starts]) => sum + starts.length, 0)
    const last = (places.total - (count - 1) * places.length) / places.length
    return new RowMap(count, Math.round(rows / Math.max(1, seen.length)), last)
  }
}

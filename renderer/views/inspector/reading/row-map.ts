/** How many rows each page of a text has: known, or supposed to be as many as usual. Rows count over all pages. */
export class RowMap {
  /** Rows of a page nobody has seen. */
  readonly #usual: number
  readonly #rows: Float64Array
  /** Rows before each page, and at the end of all. */
  readonly #before: Float64Array
  /** Pages up to this one have their `#before` right. */
  #right = 0

  /** `last`: which part of a usual page the last one is. */
  constructor(pages: number, usual: number, last: number) {
    this.#usual = Math.max(1, usual)
    this.#rows = new Float64Array(pages).fill(this.#usual)
    this.#rows[pages - 1] = Math.max(1, Math.round(this.#usual * last))
    this.#before = new Float64Array(pages + 1)
  }

  get total(): number {
    return this.before(this.#rows.length)
  }

  rows(page: number): number {
    return this.#rows[page] ?? 0
  }

  set(page: number, rows: number): void {
    if (this.#rows[page] === rows || page >= this.#rows.length) return
    this.#rows[page] = rows
    this.#right = Math.min(this.#right, page)
  }

  /** Rows before this page. */
  before(page: number): number {
    for (; this.#right < page; this.#right++) {
      this.#before[this.#right + 1] = (this.#before[this.#right] ?? 0) + (this.#rows[this.#right] ?? 0)
    }
    return this.#before[page] ?? 0
  }

  /** Where the row is; beyond the last one, at the last one. */
  find(row: number): { page: number; row: number } {
    const wanted = Math.max(0, Math.min(row, this.total - 1))
    let low = 0
    let high = this.#rows.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.before(middle) <= wanted) low = middle
      else high = middle - 1
    }
    return { page: low, row: wanted - this.before(low) }
  }
}

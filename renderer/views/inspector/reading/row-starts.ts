/** A text as rows of so many columns of a fixed-width font. Pure. */

/** A break within a long line comes after a space when there is one in the last third of the row. */
const spaceWithin = 1 / 3
const tab = 8

/**
 * Where each row begins; a row ends where the next begins, or with its line break. No row is wider than `columns`,
 * unless a single character is. Empty for an empty text.
 */
export function rowStarts(text: string, columns: number): number[] {
  const starts: number[] = []
  const { length } = text
  for (let at = 0; at < length;) {
    const feed = text.indexOf('\n', at)
    const end = feed === -1 ? length : feed
    starts.push(at)
    // Most lines of most texts fit, and are plain.
    if (end - at > columns || !fits(text, at, end, columns)) breakLine(text, at, end, columns, starts)
    at = end + 1
  }
  return starts
}

/** The row without its line break. */
export function rowText(text: string, starts: readonly number[], row: number): string {
  const from = starts[row] ?? text.length
  let to = starts[row + 1] ?? text.length
  if (text.charCodeAt(to - 1) === 10) to -= text.charCodeAt(to - 2) === 13 && to - 2 >= from ? 2 : 1
  return text.slice(from, Math.max(from, to))
}

/** Which row has the character at this place. */
export function rowWith(starts: readonly number[], at: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= at) low = middle
    else high = middle - 1
  }
  return low
}

function fits(text: string, from: number, to: number, columns: number): boolean {
  let width = 0
  for (let at = from; at < to; at++) width += widthOf(text.charCodeAt(at), width)
  return width <= columns
}

function breakLine(text: string, from: number, to: number, columns: number, starts: number[]): void {
  let start = from
  let width = 0
  let space = -1
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    const wide = widthOf(code, width)
    if (width + wide > columns && at > start && wide > 0) {
      const next = space > start && space - start > columns * (1 - spaceWithin) ? space : at
      starts.push(next)
      start = next
      width = 0
      for (let again = start; again < at; again++) width += widthOf(text.charCodeAt(again), width)
      width += widthOf(code, width)
    } else width += wide
    if (code === 32) space = at + 1
  }
}

/** In columns, as terminals count: what is drawn over the character before takes none, most of East Asia two. */
function widthOf(code: number, column: number): number {
  if (code < 0x300) return code === 9 ? tab - (column % tab) : 1
  if (code <= 0x36f || (code >= 0xdc00 && code <= 0xdfff) || (code >= 0xfe00 && code <= 0xfe0f)) return 0
  if (code < 0x1100) return 1
  const isWide =
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xdbff) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60)
  return isWide ? 2 : 1
}

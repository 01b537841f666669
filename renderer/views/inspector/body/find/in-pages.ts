/** Searches a large text page by page, a few at a time; nothing is kept but where the matches are. */
import { bytesFor, pageCount, textPage, type Places } from '../../reading/text-places.ts'
import type { ReadBytes } from '../pages/body-bytes.ts'
import { patternOf } from './pattern.ts'

/** `at` in the text of its page; the last `rest` characters are in the next page. */
export type PageMatch = { page: number; at: number; length: number; rest: number }

/** Pages in one question: with what is around them they fit in one answer. */
const atOnce = 3

export async function* searchPages(
  places: Places,
  read: ReadBytes,
  query: string,
  signal: AbortSignal,
): AsyncGenerator<PageMatch[], undefined> {
  const pattern = patternOf(query)
  const count = pageCount(places)
  // What begins in one page may end in the next: a page is searched when the next is there.
  let held: string | undefined
  for (let first = 0; first < count; first += atOnce) {
    const last = Math.min(first + atOnce, count) - 1
    const { offset, length } = bytesFor(places, first, last)
    const bytes = await read(offset, length, signal)
    const found: PageMatch[] = []
    for (let page = first; page <= last; page++) {
      const { text } = textPage(places, page, bytes, offset)
      if (held !== undefined) matchesIn(held, text, page - 1, pattern, query.length, found)
      held = text
    }
    if (last === count - 1 && held !== undefined) matchesIn(held, '', last, pattern, 0, found)
    yield found
  }
}

function matchesIn(
  text: string,
  next: string,
  page: number,
  pattern: RegExp,
  overlap: number,
  found: PageMatch[],
): void {
  for (const match of (text + next.slice(0, overlap)).matchAll(pattern)) {
    if (match.index >= text.length) return
    const { length } = match[0]
    found.push({ page, at: match.index, length, rest: Math.max(0, match.index + length - text.length) })
  }
}

/** Index of the first match in that page, or behind it. */
function firstIn(matches: readonly PageMatch[], page: number): number {
  let low = 0
  let high = matches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((matches[middle]?.page ?? 0) < page) low = middle + 1
    else high = middle
  }
  return low
}

/** A part of one page's text that is marked. */
export type Mark = { from: number; to: number; current: boolean }

/** In order: the page's matches, and the end of one that began in the page before. */
export function marksIn(matches: readonly PageMatch[], page: number, current: PageMatch | undefined): Mark[] {
  const first = firstIn(matches, page)
  const marks: Mark[] = []
  const before = matches[first - 1]
  if (before && before.page === page - 1 && before.rest > 0) {
    marks.push({ from: 0, to: before.rest, current: before === current })
  }
  for (let index = first; index < matches.length; index++) {
    const match = matches[index]
    if (match?.page !== page) break
    marks.push({ from: match.at, to: match.at + match.length, current: match === current })
  }
  return marks
}

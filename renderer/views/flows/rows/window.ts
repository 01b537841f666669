/** Which rows of a long list are in sight. Pure: pixels in, indexes out. */

/** Chromium draws nothing below 33,554,428 px; a list that is longer is scrolled in proportion. */
export const longestPx = 33_000_000

export type View = { scrollTop: number; height: number; count: number; row: number }
/** `top`: where row `first` begins within the content, whose height is `total`; rows from `first` until before `end`. */
export type RowWindow = { first: number; end: number; top: number; total: number }

/** Rows drawn above and below what is in sight, so that a quick turn of the wheel shows no gap. */
const margin = 6

/** One virtual pixel of the list for each of its content, unless the list is longer than an element can be. */
function scaleOf({ height, count, row }: Omit<View, 'scrollTop'>): { total: number; scale: number } {
  const full = count * row
  const total = Math.min(full, longestPx)
  return { total, scale: total > height ? (full - height) / (total - height) : 1 }
}

export function rowsInSight(view: View): RowWindow {
  const { scrollTop, height, count, row } = view
  const { total, scale } = scaleOf(view)
  const at = Math.min(Math.max(0, scrollTop), Math.max(0, total - height))
  const virtual = at * scale
  const first = Math.max(0, Math.min(count, Math.floor(virtual / row)) - margin)
  const end = Math.min(count, Math.ceil((virtual + height) / row) + margin)
  return { first, end, top: at - (virtual - first * row), total }
}

/** No window of this height has more rows than this. */
export const mostRows = ({ height, row }: View): number => Math.ceil(height / row) + 1 + 2 * margin

/** The scroll position that brings a row into sight with the least movement; the same when it already is. */
export function scrollToRow(view: View, index: number): number {
  const { scrollTop, height, row } = view
  const { scale } = scaleOf(view)
  const top = index * row
  const virtual = scrollTop * scale
  if (top < virtual) return top / scale
  if (top + row > virtual + height) return Math.max(0, (top + row - height) / scale)
  return scrollTop
}

/** The scroll position at the list's end. */
export const endOf = (view: Omit<View, 'scrollTop'>): number => Math.max(0, scaleOf(view).total - view.height)

/** Whether the last row is in sight: then new ones push the list on. Half a row of tolerance. */
export const atEnd = (view: View): boolean =>
  view.scrollTop + view.height >= scaleOf(view).total - view.row / 2 || view.count === 0

/** How far the content moved under the eye when a row went from one index to another. */
export const shiftOf = (view: View, from: number, to: number): number => ((to - from) * view.row) / scaleOf(view).scale

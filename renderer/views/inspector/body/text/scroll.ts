/**
 * From rows to the pixels of a scroll bar and back. A browser draws no element taller than some 33 million pixels:
 * beyond that the scroll bar stands for more than it shows. Pure.
 */
const tallest = 30_000_000

/** `height`: of what is seen. All in pixels. */
export type Scrolled = { rows: number; rowHeight: number; height: number }

export const drawnHeightOf = ({ rows, rowHeight }: Scrolled): number => Math.min(rows * rowHeight, tallest)

/** The scroll bar is finer than the text: a pixel of it is a pixel of the text. */
export const isExact = ({ rows, rowHeight }: Scrolled): boolean => rows * rowHeight <= tallest

/** Where the text may begin at the most, so that its end is seen. */
export const lastTop = ({ rows, rowHeight, height }: Scrolled): number => Math.max(0, rows * rowHeight - height)

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most))

/** From the text's pixels to the scroll bar's. */
export function toBar(top: number, scrolled: Scrolled): number {
  const most = lastTop(scrolled)
  const real = clamp(top, most)
  return isExact(scrolled) ? real : (real / most) * (drawnHeightOf(scrolled) - scrolled.height)
}

export function fromBar(scrollTop: number, scrolled: Scrolled): number {
  const most = lastTop(scrolled)
  const room = Math.max(1, drawnHeightOf(scrolled) - scrolled.height)
  return isExact(scrolled) ? clamp(scrollTop, most) : (clamp(scrollTop, room) / room) * most
}

/** Where a dragged line falls: the number of the other lines whose middle is above the pointer. */
export const dropIndex = (middles: readonly number[], from: number, pointer: number): number =>
  middles.filter((middle, index) => index !== from && middle < pointer).length

/** How far another line goes out of its way, in pixels: nothing of it is covered by the one that is dragged. */
export function evasion({ from, to, height }: { from: number; to: number; height: number }, index: number): number {
  if (index > from && index <= to) return -height
  return index < from && index >= to ? height : 0
}

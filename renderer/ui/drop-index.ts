/** Where a dragged line falls: the number of the other lines whose middle is above the pointer. */
export const dropIndex = (middles: readonly number[], from: number, pointer: number): number =>
  middles.filter((middle, index) => index !== from && middle < pointer).length

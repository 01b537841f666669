/**
 * The picture's logarithmic scale, from nothing (below) to no size rule at all (above). A threshold is bytes, or null
 * for none; a place is a fraction of the height, 0 below.
 */
export type Threshold = number | null

const lowest = 100
const leastHighest = 1024 ** 3
/** The ends of the height belong to 0 and to null, so that both can be reached and seen. */
const edge = 0.06

const units = [1024 ** 4, 1024 ** 3, 1024 ** 2, 1024]

/** The upper end for these sizes; it does not follow a threshold that is being moved. */
export function highestOf(sizes: readonly number[]): number {
  return sizes.reduce((most, size) => Math.max(most, size), leastHighest)
}

export function placeOf(threshold: Threshold, highest: number): number {
  if (threshold === null) return 1
  if (threshold === 0) return 0
  const fraction = Math.log(threshold / lowest) / Math.log(highest / lowest)
  return edge + Math.min(1, Math.max(0, fraction)) * (1 - 2 * edge)
}

/** The roundest size at a place: what a hand means that drags a line over a few pixels. */
export function thresholdAt(place: number, highest: number): Threshold {
  if (place >= 1 - edge / 2) return null
  if (place <= edge / 2) return 0
  const fraction = Math.min(1, Math.max(0, (place - edge) / (1 - 2 * edge)))
  return round(lowest * Math.pow(highest / lowest, fraction))
}

function round(bytes: number): number {
  const unit = units.find((size) => bytes >= size) ?? 1
  const count = bytes / unit
  const step = count < 10 ? 0.5 : count < 100 ? 5 : 50
  return Math.round(count / step) * step * unit
}

/** 0, 100 b … 500 b, 1k, 2k, 3k, 5k, 10k … 500g, none: where the arrow keys stop. */
const stops: readonly number[] = [
  0,
  ...[100, 200, 300, 500],
  ...units.toReversed().flatMap((unit) => [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500].map((n) => n * unit)),
]

/** One step up or down; by ten times with `far`. */
export function stepFrom(threshold: Threshold, direction: 1 | -1, highest: number, far = false): Threshold {
  const inside = stops.filter((stop) => stop <= highest)
  const last = inside.at(-1) ?? 0
  if (direction === 1) {
    if (threshold === null) return null
    const beyond = far ? Math.max(threshold * 10, threshold + 1) : threshold + 1
    return inside.find((stop) => stop >= beyond) ?? null
  }
  if (threshold === null) return last
  const below = far ? threshold / 10 : threshold - 1
  return inside.findLast((stop) => stop <= below) ?? 0
}

/** As the size rule decides: exactly the threshold is held, one byte more is streamed. */
export const streams = (size: number, threshold: Threshold): boolean => threshold !== null && size > threshold

export function split(sizes: readonly number[], threshold: Threshold): { held: number; streamed: number } {
  const streamed = sizes.filter((size) => streams(size, threshold)).length
  return { held: sizes.length - streamed, streamed }
}

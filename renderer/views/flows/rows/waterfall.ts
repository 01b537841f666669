/** Bars of time: where each flow lies within the stretch that the rows in sight cover. Pure. */
import type { FlowRow } from '../../../../app/contract/flow-row.ts'

/** Unix times in milliseconds. */
export type Stretch = { from: number; to: number }
/** Fractions of the column's width. */
export type Bar = { left: number; waiting: number; body: number }

const steps = [1, 1.5, 2, 3, 4, 6, 8]

/** A round length, from 100 ms: then it does not move with every byte. */
function round(milliseconds: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(100, milliseconds)))
  return (steps.find((step) => step * power >= milliseconds) ?? 10) * power
}

const endOf = (row: FlowRow, now: number): number =>
  row.end === undefined ? Math.max(now, row.startedAt) : row.startedAt + row.end / 1000

export function stretchOf(rows: Iterable<FlowRow>, now: number): Stretch {
  let from = Infinity
  let to = -Infinity
  for (const row of rows) {
    from = Math.min(from, row.startedAt)
    to = Math.max(to, endOf(row, now))
  }
  if (from === Infinity) return { from: 0, to: 100 }
  // In steps too, so that scrolling does not redraw every bar with every row.
  const step = round(to - from) / 2
  const start = Math.floor(from / step) * step
  return { from: start, to: start + step * Math.ceil((to - start) / step) }
}

export function barOf(row: FlowRow, { from, to }: Stretch, now: number): Bar {
  const span = to - from
  const end = endOf(row, now)
  const first = row.firstByte === undefined ? end : row.startedAt + row.firstByte / 1000
  const inside = (time: number): number => Math.min(1, Math.max(0, (time - from) / span))
  const left = inside(row.startedAt)
  const middle = Math.max(left, inside(first))
  return { left, waiting: middle - left, body: Math.max(0, inside(end) - middle) }
}

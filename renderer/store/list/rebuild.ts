/**
 * A list made anew for another sort or filter, a slice at a time: a hundred thousand flows take longer than a frame, and
 * the window answers meanwhile. Each `next()` is less than a few milliseconds of work.
 */
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import type { FlowId } from '../flow-table.ts'
import type { Accepts } from './filter.ts'

/** Undefined comes last, whichever the direction. */
export type SortKey = number | string | undefined
export type Sort = { keyOf: (row: FlowRow) => SortKey; descending: boolean }
export type Rebuilt = { ids: FlowId[]; keys: Map<FlowId, SortKey> }

// Pairs: looking every key up in a map for every comparison takes four times as long.
type Pair = { id: FlowId; key: SortKey }
type Compare = (a: Pair, b: Pair) => number

/** Rows looked at, and pairs merged, in one go. */
const atOnce = 512
/** Sorted in one go; longer runs come from merging. */
const runLength = 2048

/** What changes meanwhile is to be put over the result. */
export function* rebuild(
  rows: readonly FlowRow[],
  sort: Sort,
  accepts: Accepts | undefined,
): Generator<undefined, Rebuilt> {
  const keys = new Map<FlowId, SortKey>()
  const compare: Compare = (a, b) => compareKeys(a.key, b.key, sort.descending) || a.id - b.id
  let runs: Pair[][] = []
  let run: Pair[] = []
  let looked = 0
  for (const row of rows) {
    if (++looked % atOnce === 0) yield
    if (accepts && !accepts(row)) continue
    const key = sort.keyOf(row)
    keys.set(row.id, key)
    run.push({ id: row.id, key })
    if (run.length < runLength) continue
    runs.push(run.sort(compare))
    run = []
  }
  runs.push(run.sort(compare))
  while (runs.length > 1) {
    const longer: Pair[][] = []
    for (let n = 0; n < runs.length; n += 2) longer.push(yield* merged(runs[n] ?? [], runs[n + 1] ?? [], compare))
    runs = longer
  }
  const ids: FlowId[] = []
  for (const pair of runs[0] ?? []) if (ids.push(pair.id) % (8 * atOnce) === 0) yield
  return { ids, keys }
}

function* merged(left: Pair[], right: Pair[], compare: Compare): Generator<undefined, Pair[]> {
  const all: Pair[] = []
  let n = 0
  let m = 0
  for (;;) {
    const a = left[n]
    const b = right[m]
    if (a && (!b || compare(a, b) < 0)) {
      all.push(a)
      n++
    } else if (b) {
      all.push(b)
      m++
    } else return all
    if (all.length % (2 * atOnce) === 0) yield
  }
}

export function compareKeys(left: SortKey, right: SortKey, descending: boolean): number {
  if (left === right) return 0
  if (left === undefined) return 1
  if (right === undefined) return -1
  return left < right === descending ? 1 : -1
}

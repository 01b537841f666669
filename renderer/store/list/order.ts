/**
 * Which flows the list shows, in which order, kept current without ever sorting all of them again: what has changed its
 * place is taken out and merged back in, O(changed · log n) comparisons and one pass of copying.
 */
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import type { FlowChange, FlowId } from '../flow-table.ts'
import type { Accepts } from './filter.ts'
import { compareKeys, rebuild, type Rebuilt, type Sort, type SortKey } from './rebuild.ts'

const byArrival: Sort = { keyOf: (row) => row.id, descending: false }

export class ListOrder {
  /** Another array, or a longer one, when `revision` is another. */
  ids: readonly FlowId[] = []
  revision = 0
  #ids: FlowId[] = []
  #keys = new Map<FlowId, SortKey>()
  #sort: Sort
  #accepts: Accepts | undefined

  constructor(sort: Sort = byArrival, accepts?: Accepts) {
    this.#sort = sort
    this.#accepts = accepts
    this.ids = this.#ids
  }

  /** Everything anew, at once; list.ts does the same in slices. */
  reset(rows: Iterable<FlowRow>, sort: Sort, accepts: Accepts | undefined): void {
    const work = rebuild([...rows], sort, accepts)
    let step = work.next()
    while (!step.done) step = work.next()
    this.replace(step.value, sort, accepts)
  }

  /** Takes what was made by this sort and filter. */
  replace({ ids, keys }: Rebuilt, sort: Sort, accepts: Accepts | undefined): void {
    this.#sort = sort
    this.#accepts = accepts
    this.#keys = keys
    this.#become(ids)
  }

  has(id: FlowId): boolean {
    return this.#keys.has(id)
  }

  apply({ cleared, rows, removed }: FlowChange): void {
    if (cleared) {
      this.#keys.clear()
      this.#become([])
    }
    const out = new Set<FlowId>()
    const into: FlowId[] = []
    for (const id of removed) if (this.#keys.has(id)) out.add(id)
    for (const row of rows) {
      const wanted = this.#accepts?.(row) ?? true
      const key = wanted ? this.#sort.keyOf(row) : undefined
      const there = this.#keys.has(row.id)
      if (there && wanted && this.#keys.get(row.id) === key) continue
      if (there) out.add(row.id)
      if (wanted) into.push(row.id)
    }
    if (out.size === 0 && into.length === 0) return
    // Keys change only now: the array is still in the order of the old ones.
    const rest = out.size === 0 ? this.#ids : without(this.#ids, out, (id) => this.#search(this.#ids, id, 0))
    for (const id of out) this.#keys.delete(id)
    const joining = new Set(into)
    for (const row of rows) if (joining.has(row.id)) this.#keys.set(row.id, this.#sort.keyOf(row))
    this.#become(
      this.#merge(
        rest,
        into.sort((a, b) => this.#compare(a, b)),
      ),
    )
  }

  /** Where a flow is; -1 when it is not in the list. */
  indexOf(id: FlowId | undefined): number {
    if (id === undefined || !this.#keys.has(id)) return -1
    return this.#search(this.#ids, id, 0)
  }

  /** `into` is sorted and not empty unless `rest` is another array. Appends in place, which is the usual case. */
  #merge(rest: FlowId[], into: FlowId[]): FlowId[] {
    const [first] = into
    if (first === undefined) return rest
    const last = rest.at(-1)
    if (last === undefined || this.#compare(last, first) < 0) {
      for (const id of into) rest.push(id)
      return rest
    }
    const pieces: FlowId[][] = []
    let from = 0
    for (const id of into) {
      const to = this.#search(rest, id, from)
      pieces.push(rest.slice(from, to), [id])
      from = to
    }
    pieces.push(rest.slice(from))
    return joined(pieces)
  }

  /** The first place, from `low` on, that does not come before `id`. */
  #search(ids: readonly FlowId[], id: FlowId, low: number): number {
    let high = ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(ids[middle] ?? 0, id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #compare(a: FlowId, b: FlowId): number {
    return compareKeys(this.#keys.get(a), this.#keys.get(b), this.#sort.descending) || a - b
  }

  #become(ids: FlowId[]): void {
    this.#ids = ids
    this.ids = ids
    this.revision++
  }
}

/** Beyond this many, asking each id is cheaper than copying what is between them. */
const fewIds = 1000

function without(ids: FlowId[], out: ReadonlySet<FlowId>, indexOf: (id: FlowId) => number): FlowId[] {
  if (out.size > fewIds) return ids.filter((id) => !out.has(id))
  const pieces: FlowId[][] = []
  let from = 0
  for (const at of [...out].map(indexOf).sort((a, b) => a - b)) {
    pieces.push(ids.slice(from, at))
    from = at + 1
  }
  pieces.push(ids.slice(from))
  return joined(pieces)
}

/** Copied in stretches, which costs a tenth of doing it id by id. */
function joined(pieces: readonly FlowId[][]): FlowId[] {
  // As many as a call takes arguments.
  if (pieces.length < 10 * fewIds) return ([] as FlowId[]).concat(...pieces)
  return pieces.flat()
}

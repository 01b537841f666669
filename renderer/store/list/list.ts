/** What the flow list shows: filter and order over the flows, and the revision that says it is another. */
import { useSyncExternalStore } from 'react'
import { create } from 'zustand'
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import { flows, type FlowId } from '../flows.ts'
import { deselect } from '../selection.ts'
import { parseFilter, type Accepts, type FilterProblem } from './filter.ts'
import { ListOrder } from './order.ts'
import { rebuild, type Rebuilt, type Sort, type SortKey } from './rebuild.ts'

export type SortBy = 'state' | 'method' | 'status' | 'host' | 'path' | 'type' | 'size' | 'rate' | 'time' | 'delivery'
/** `by` undefined: in the order of arrival. */
export type Sorting = { by: SortBy | undefined; descending: boolean }

type Shown = { text: string; problem: FilterProblem | undefined; filtered: boolean; sorting: Sorting }

const states = ['failed', 'held', 'pending', 'streaming', 'tunnelled', 'done', 'left']

const keys: Record<SortBy, (row: FlowRow) => SortKey> = {
  state: (row) => states.indexOf(row.state),
  method: (row) => row.method,
  status: (row) => row.status,
  host: (row) => row.host,
  path: (row) => row.path,
  type: (row) => row.type,
  size: (row) => row.size,
  rate: (row) => flows.rate(row),
  // What runs takes longer than anything known; among each other, the older longer.
  time: (row) => row.end ?? 1e18 - row.startedAt,
  delivery: (row) => (row.mode === undefined ? undefined : `${row.mode} ${row.reason ?? ''}`),
}

const arrival: Sort = { keyOf: (row) => row.id, descending: false }

const order = new ListOrder()
let accepts: Accepts | undefined
/** How long the window may be busy with the list before it looks at what its user does. */
const sliceMs = 8
/** A list that is being made anew; the one before stays in sight and is kept current until it is done. */
let making: { work: Generator<undefined, Rebuilt>; sort: Sort; touched: Set<FlowId> } | undefined
let later: ReturnType<typeof setTimeout> | undefined

export const useShown = create<Shown>(() => ({
  text: '',
  problem: undefined,
  filtered: false,
  sorting: { by: undefined, descending: false },
}))

/** The order as it is now; reads of it outside React are current. */
export const listOrder: Pick<ListOrder, 'ids' | 'indexOf' | 'revision'> = order

const watchers = new Set<() => void>()
const tell = (): void => {
  for (const watcher of [...watchers]) watcher()
}

flows.onChange((change) => {
  order.apply(change)
  if (making && change.cleared) begin()
  else if (making) {
    for (const { id } of change.rows) making.touched.add(id)
    for (const id of change.removed) making.touched.add(id)
  }
  tell()
})

/** Another number when other flows are shown, or in another order. */
export const useListRevision = (): number =>
  useSyncExternalStore(
    (changed) => {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    () => order.revision,
  )

/** Makes the list anew; a short one is there when this returns. */
function again(): void {
  begin()
  goOn()
}

function begin(): void {
  const { by, descending } = useShown.getState().sorting
  const sort = by === undefined ? { ...arrival, descending } : { keyOf: keys[by], descending }
  making = { work: rebuild([...flows.rows.values()], sort, accepts), sort, touched: new Set() }
}

function goOn(forMs = sliceMs): void {
  clearTimeout(later)
  if (!making) return
  const due = performance.now() + forMs
  for (;;) {
    const step = making.work.next()
    if (step.done) {
      finish(step.value)
      return
    }
    if (performance.now() < due) continue
    later = setTimeout(goOn)
    return
  }
}

function finish(rebuilt: Rebuilt): void {
  if (!making) return
  const { sort, touched } = making
  making = undefined
  order.replace(rebuilt, sort, accepts)
  const rows = [...touched].map((id) => flows.rows.get(id)).filter((row) => row !== undefined)
  const removed = [...touched].filter((id) => !flows.rows.has(id))
  if (touched.size > 0) order.apply({ cleared: false, rows, removed })
  // What is not in the list is not deleted from it either.
  deselect((id) => !order.has(id))
  tell()
}

/** While the text says nothing sensible, the list stays as it was. */
export function setFilter(text: string): void {
  const filter = parseFilter(text)
  if (!filter.ok) {
    useShown.setState({ text, problem: filter.problem })
    return
  }
  const same = accepts === undefined && filter.accepts === undefined
  accepts = filter.accepts
  useShown.setState({ text, problem: undefined, filtered: accepts !== undefined })
  if (!same) again()
}

/** A list that is still being made is there now: whoever deletes or selects all of it means what the filter says. */
export const settleList = (): void => goOn(Infinity)

/** Adds a term to what is there; one that is there already is not said twice. */
export function addFilter(term: string): void {
  const { text } = useShown.getState()
  if (!text.includes(term)) setFilter(`${text.trimEnd()} ${term}`.trimStart())
}

/** The first visit sorts up, the second down, the third by arrival again; numbers begin with the largest. */
export function sortNext(by: SortBy): void {
  const { sorting } = useShown.getState()
  const first = by === 'size' || by === 'rate' || by === 'time'
  const next: Sorting =
    sorting.by !== by
      ? { by, descending: first }
      : sorting.descending === first
        ? { by, descending: !first }
        : { by: undefined, descending: false }
  sortBy(next)
}

/** What was remembered, as far as there is such an order. */
export function sortingFrom(value: unknown): Sorting {
  const { by, descending } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const known = Object.keys(keys).find((key): key is SortBy => key === by)
  return known === undefined ? { by: undefined, descending: false } : { by: known, descending: descending === true }
}

export function sortBy(sorting: Sorting): void {
  useShown.setState({ sorting })
  again()
}

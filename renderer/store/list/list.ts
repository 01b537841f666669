/** What the flow list shows: filter and order over the flows, and the revision that says it is another. */
import { useSyncExternalStore } from 'react'
import { create } from 'zustand'
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import { flows } from '../flows.ts'
import { deselect } from '../selection.ts'
import { parseFilter, type Accepts, type FilterProblem } from './filter.ts'
import { ListOrder, type Sort, type SortKey } from './order.ts'

export type SortBy = 'state' | 'method' | 'status' | 'host' | 'path' | 'type' | 'size' | 'rate' | 'time' | 'delivery'
/** `by` undefined: in the order of arrival. */
export type Sorting = { by: SortBy | undefined; descending: boolean }

type Shown = { text: string; problem: FilterProblem | undefined; filtered: boolean; sorting: Sorting }

const states = ['failed', 'held', 'pending', 'streaming', 'tunnelled', 'done', 'left', 'killed', 'stopped']

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
/** Filtering this many anew takes longer than a keystroke should. */
const manyFlows = 10_000
const typingMs = 100
let typing: ReturnType<typeof setTimeout> | undefined

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

function again(): void {
  clearTimeout(typing)
  typing = undefined
  const { by, descending } = useShown.getState().sorting
  order.reset(
    flows.rows.values(),
    by === undefined ? { ...arrival, descending } : { keyOf: keys[by], descending },
    accepts,
  )
  // What is not in the list is not deleted from it either.
  deselect((id) => order.indexOf(id) < 0)
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
  if (same) return
  clearTimeout(typing)
  if (flows.rows.size < manyFlows) again()
  else typing = setTimeout(again, typingMs)
}

/** A filter that waits for more typing takes effect now: whoever goes into the list means what it says. */
export function settleFilter(): void {
  if (typing === undefined) return
  again()
}

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

export function sortBy(sorting: Sorting): void {
  useShown.setState({ sorting })
  again()
}

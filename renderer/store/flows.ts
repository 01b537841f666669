/**
 * The flows the window knows, for React. Rows are values: a changed flow has another row, an unchanged one the same.
 *
 *     const row = useRow(id)               // one flow; undefined once it is gone
 *     const version = useFlowsVersion()    // another number after each frame that changed anything
 */
import { useSyncExternalStore } from 'react'
import type { FlowRow } from '../../app/contract/flow-row.ts'
import { FlowTable, type FlowFacts, type FlowId } from './flow-table.ts'

export { isPast, type FlowFacts, type FlowId } from './flow-table.ts'

/** A hidden window has no animation frames; it goes on counting, slowly. */
const hiddenMs = 500

export const flows = new FlowTable((apply) => {
  if (document.hidden) setTimeout(apply, hiddenMs)
  else requestAnimationFrame(apply)
})

const subscribe = (changed: () => void): (() => void) => flows.onChange(changed)

/** One flow, kept current. */
export const useRow = (id: FlowId | undefined): FlowRow | undefined =>
  useSyncExternalStore(subscribe, () => (id === undefined ? undefined : flows.rows.get(id)))

export const useFlowsVersion = (): number => useSyncExternalStore(subscribe, () => flows.version)

/** Counts over all flows, whatever the list shows. */
export const useFlowFacts = (): FlowFacts => useSyncExternalStore(subscribe, () => flows.facts)

/** Whether there is any flow at all. */
export const useHasFlows = (): boolean => useSyncExternalStore(subscribe, () => flows.rows.size > 0)

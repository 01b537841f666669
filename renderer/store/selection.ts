/** Which flows the user has chosen. Traffic never changes it, except by taking flows away. */
import { create } from 'zustand'
import { pastId, type FlowId } from './flow-table.ts'
import { flows } from './flows.ts'

export type Selection = {
  /** Where the keyboard is, and what the inspector shows. */
  focused: FlowId | undefined
  /** All that a command applies to; contains `focused` unless empty. */
  selected: ReadonlySet<FlowId>
  /** Where a stretch began whose other end is `focused`; undefined: there, too. */
  anchor: FlowId | undefined
  /** The inspector is open. */
  inspecting: boolean
  /** A flow that the list has still to bring into sight, because somebody was sent to it. */
  sought: FlowId | undefined
}

const none: ReadonlySet<FlowId> = new Set()

export const useSelection = create<Selection>(() => ({
  focused: undefined,
  selected: none,
  anchor: undefined,
  inspecting: false,
  sought: undefined,
}))

/** Chooses one flow, or `selected` with one of them focused, and perhaps another one where the stretch began. */
export function select(focused: FlowId | undefined, selected?: ReadonlySet<FlowId>, anchor?: FlowId): void {
  useSelection.setState({ focused, anchor, selected: selected ?? (focused === undefined ? none : new Set([focused])) })
}

/** Takes flows out of a selection of several; a single one stays what the inspector shows. */
export function deselect(hidden: (id: FlowId) => boolean): void {
  const { focused, selected } = useSelection.getState()
  if (selected.size < 2) return
  const left = new Set([...selected].filter((id) => !hidden(id)))
  if (left.size === selected.size) return
  const still = focused !== undefined && left.has(focused) ? focused : [...left].at(-1)
  select(still, left)
}

/** Shows a flow beside the list. */
export function inspect(id: FlowId): void {
  const { selected } = useSelection.getState()
  useSelection.setState({ focused: id, selected: selected.has(id) ? selected : new Set([id]), inspecting: true })
}

/** Leads to a flow from elsewhere: the list brings it into sight. */
export function seek(id: FlowId, inspecting = true): void {
  useSelection.setState({ focused: id, selected: new Set([id]), sought: id, ...(inspecting && { inspecting }) })
}

export const found = (): void => useSelection.setState({ sought: undefined })

export function closeInspector(): void {
  useSelection.setState({ inspecting: false })
}

flows.onChange(({ cleared, past = false, removed }) => {
  const { selected, focused } = useSelection.getState()
  if (selected.size === 0 && focused === undefined) return
  if (past) {
    // The same flows, under other names.
    const renamed = new Set([...selected].map(pastId))
    useSelection.setState({ selected: renamed, focused: focused === undefined ? undefined : pastId(focused) })
    return
  }
  if (!cleared && !removed.some((id) => selected.has(id) || id === focused)) return
  const left = new Set([...selected].filter((id) => flows.rows.has(id)))
  const still = focused !== undefined && flows.rows.has(focused) ? focused : undefined
  useSelection.setState({ selected: left, focused: still, ...(still === undefined && { inspecting: false }) })
})

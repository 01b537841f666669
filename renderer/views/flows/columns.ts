/** The columns: which there are, how wide, in which order; remembered by the window. */
import { create } from 'zustand'
import { remember, remembered } from '../../store/remembered.ts'
import { kinds, type Column, type ColumnId } from './kinds.ts'
import { noRoom } from './layout.ts'

const widest = 1200

const isId = (id: unknown): id is ColumnId => typeof id === 'string' && Object.hasOwn(kinds, id)
const usual = (): Column[] =>
  Object.keys(kinds).flatMap((id): Column[] => (isId(id) ? [{ id, width: undefined, shown: true }] : []))

const inBounds = (id: ColumnId, width: number): number => Math.min(widest, Math.max(kinds[id].least, Math.round(width)))

/** What was remembered, as far as it makes sense; columns it does not know come at their end. */
export function columnsFrom(value: unknown): Column[] {
  const columns: Column[] = []
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    if (typeof item !== 'object' || item === null) continue
    const { id, width, shown } = item as Record<string, unknown>
    if (!isId(id) || columns.some((column) => column.id === id)) continue
    // The usual width was remembered for who had set none.
    const isSet = typeof width === 'number' && Number.isFinite(width) && width !== kinds[id].width
    columns.push({ id, width: isSet ? inBounds(id, width) : undefined, shown: shown !== false })
  }
  for (const column of usual()) if (!columns.some(({ id }) => id === column.id)) columns.push(column)
  return columns.some(({ shown }) => shown) ? columns : usual()
}

/** `space`: what the list has for them now, in pixels. */
export const useColumns = create<{ columns: Column[]; space: number }>(() => ({
  columns: remembered('columns', columnsFrom),
  space: Infinity,
}))

function change(columns: Column[]): void {
  remember('columns', columns)
  useColumns.setState({ columns })
}

const all = (): Column[] => useColumns.getState().columns

/** From now on it is so wide, whatever room there is; undefined: as before anybody has set it. */
export const resizeColumn = (id: ColumnId, width: number | undefined): void => {
  const set = width === undefined ? undefined : inBounds(id, width)
  change(all().map((column) => (column.id === id ? { ...column, width: set } : column)))
}

/** The last one in sight stays. One that is asked for is shown, and if there is no room the list scrolls sideways. */
export function toggleColumn(id: ColumnId): void {
  const next = all().map((column) => (column.id === id ? { ...column, shown: !column.shown } : column))
  if (!next.some(({ shown }) => shown)) return
  change(next)
  if (noRoom(next, useColumns.getState().space).includes(id)) resizeColumn(id, kinds[id].width)
}

/** Puts a column where another one is. */
export const moveColumn = (id: ColumnId, onto: ColumnId): void => {
  change(moved(all(), id, onto))
}

export function moved(columns: readonly Column[], id: ColumnId, onto: ColumnId): Column[] {
  const from = columns.findIndex((column) => column.id === id)
  const to = columns.findIndex((column) => column.id === onto)
  const [column] = columns.slice(from, from + 1)
  if (!column || to < 0) return [...columns]
  return columns.toSpliced(from, 1).toSpliced(to, 0, column)
}

export const usualColumns = (): void => {
  change(usual())
}

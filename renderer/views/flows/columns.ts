/** The columns: which there are, how wide, in which order; remembered by the window. */
import { create } from 'zustand'
import type { SortBy } from '../../store/list/list.ts'
import { remember, remembered } from '../../store/remembered.ts'

export type ColumnId = SortBy | 'waterfall'
export type Column = { id: ColumnId; width: number; shown: boolean }

const widest = 1200
/**
 * `width`: as wide as it would like to be; `ease`: what it should have before lesser columns have any; `comfort`: as
 * narrow as it may become by itself; `least`: by the user's hand.
 * `grows`: takes what the others leave. The state is too narrow for its name, and stays so.
 */
type Kind = { width: number; ease?: number; comfort?: number; least: number; end?: true; grows?: true; sort?: SortBy }
export const kinds: Record<ColumnId, Kind> = {
  state: { width: 28, least: 28, sort: 'state' },
  method: { width: 56, least: 48, sort: 'method' },
  status: { width: 48, least: 44, sort: 'status' },
  host: { width: 160, ease: 120, comfort: 72, least: 60, sort: 'host' },
  path: { width: 180, ease: 140, comfort: 92, least: 80, grows: true, sort: 'path' },
  type: { width: 80, least: 48, sort: 'type' },
  size: { width: 68, least: 56, end: true, sort: 'size' },
  rate: { width: 80, least: 56, end: true, sort: 'rate' },
  time: { width: 68, least: 56, end: true, sort: 'time' },
  waterfall: { width: 120, least: 60 },
  delivery: { width: 240, ease: 190, comfort: 130, least: 80, sort: 'delivery' },
}

/** Which give way first where the list is too narrow for all: state, path, and delivery and why never do. */
const yielding: readonly ColumnId[] = ['waterfall', 'rate', 'type', 'method', 'time', 'size', 'host', 'status']
/** So many of them go already for the others' ease: the inspector says them as well. */
const lesser = 3

const isId = (id: unknown): id is ColumnId => typeof id === 'string' && Object.hasOwn(kinds, id)
const usual = (): Column[] =>
  Object.entries(kinds).flatMap(([id, { width }]): Column[] => (isId(id) ? [{ id, width, shown: true }] : []))

const inBounds = (id: ColumnId, width: number): number => Math.min(widest, Math.max(kinds[id].least, Math.round(width)))

/** What was remembered, as far as it makes sense; columns it does not know come at their end. */
export function columnsFrom(value: unknown): Column[] {
  const columns: Column[] = []
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    if (typeof item !== 'object' || item === null) continue
    const { id, width, shown } = item as Record<string, unknown>
    if (!isId(id) || columns.some((column) => column.id === id)) continue
    const wide = typeof width === 'number' && Number.isFinite(width) ? width : kinds[id].width
    columns.push({ id, width: inBounds(id, wide), shown: shown !== false })
  }
  for (const column of usual()) if (!columns.some(({ id }) => id === column.id)) columns.push(column)
  return columns.some(({ shown }) => shown) ? columns : usual()
}

export const useColumns = create<{ columns: Column[] }>(() => ({ columns: remembered('columns', columnsFrom) }))

function change(columns: Column[]): void {
  remember('columns', columns)
  useColumns.setState({ columns })
}

const all = (): Column[] => useColumns.getState().columns

export const resizeColumn = (id: ColumnId, width: number): void => {
  change(all().map((column) => (column.id === id ? { ...column, width: inBounds(id, width) } : column)))
}

/** The last one in sight stays. */
export function toggleColumn(id: ColumnId): void {
  const next = all().map((column) => (column.id === id ? { ...column, shown: !column.shown } : column))
  if (next.some(({ shown }) => shown)) change(next)
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

/** Cells have this between them, and the row half as much more at its ends. */
const gap = 8
const narrowest = ({ id, width }: Column): number => Math.min(width, kinds[id].comfort ?? width)

/** The least the columns need together. */
export const widthOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + narrowest(column) + gap, gap / 2)

const easeOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, { id, width }) => sum + Math.min(width, kinds[id].ease ?? width) + gap, gap / 2)

/** The shown columns, without those that give way in this much space. */
export function fitting(columns: readonly Column[], space: number): Column[] {
  let left = columns.filter(({ shown }) => shown)
  for (const [index, id] of yielding.entries()) {
    if ((index < lesser ? easeOf(left) : widthOf(left)) <= space) continue
    if (left.length > 1) left = left.filter((column) => column.id !== id)
  }
  return left
}

/** Of the CSS grid that header and rows share. */
export const templateOf = (columns: readonly Column[]): string =>
  columns
    .map((column) => {
      const least = narrowest(column)
      if (kinds[column.id].grows) return `minmax(${least}px, 1fr)`
      return least === column.width ? `${least}px` : `minmax(${least}px, ${column.width}px)`
    })
    .join(' ')

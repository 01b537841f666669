/** How wide the columns are in the space there is, and which have no room. Pure. */
import { kinds, type Column, type ColumnId } from './kinds.ts'

/** `px`: as wide as it is; the path takes what is left beyond that, unless its width was set. */
export type Placed = Column & { px: number }

/**
 * Which give way first where the list is too narrow for all: state, path, and delivery and why never do, nor what the
 * user has given a width.
 */
const yielding: readonly ColumnId[] = ['waterfall', 'rate', 'time', 'size', 'type', 'host', 'method', 'status']
/** So many of them go already for the others' ease: the inspector says them as well. */
const lesser = 2

/** What is left goes to them in this order, up to this width: of all, the reason can best be cut short. */
const growing: readonly [id: ColumnId, to: number][] = [
  ['path', 160],
  ['type', 80],
  ['delivery', 150],
  ['host', 120],
  ['delivery', 190],
  ['path', kinds.path.width],
  ['host', kinds.host.width],
  ['delivery', kinds.delivery.width],
]

/** Cells have this between them, and the row half as much more at its ends. */
const gap = 8

const floorOf = ({ id, width }: Column): number => width ?? kinds[id].comfort ?? kinds[id].width
const easeOf = ({ id, width }: Column): number => width ?? kinds[id].ease ?? kinds[id].width
const together = (columns: readonly Column[], widthOf: (column: Column) => number): number =>
  columns.reduce((sum, column) => sum + widthOf(column) + gap, gap / 2)

/** The shown columns, without those that have no room in this space. */
export function laidOut(columns: readonly Column[], space: number): Placed[] {
  let left = columns.filter(({ shown }) => shown)
  for (const [index, id] of yielding.entries()) {
    if (together(left, index < lesser ? easeOf : floorOf) <= space) continue
    const rest = left.filter((column) => column.id !== id || column.width !== undefined)
    if (rest.length > 0) left = rest
  }
  const placed = left.map((column) => ({ ...column, px: floorOf(column) }))
  let spare = Math.max(0, space - together(left, floorOf))
  for (const [id, to] of growing) {
    const column = placed.find((one) => one.id === id && one.width === undefined)
    if (!column) continue
    const more = Math.max(0, Math.min(spare, to - column.px))
    column.px += more
    spare -= more
  }
  return placed
}

/** Shown, and yet not to be seen. */
export function noRoom(columns: readonly Column[], space: number): ColumnId[] {
  const placed = laidOut(columns, space)
  return columns.filter(({ id, shown }) => shown && !placed.some((column) => column.id === id)).map(({ id }) => id)
}

const grows = ({ id, width }: Column): boolean => id === 'path' && width === undefined

/** The least the columns need together; where it is more than there is, the list scrolls sideways. */
export const widthOf = (placed: readonly Placed[]): number =>
  placed.reduce((sum, { px }) => sum + px + gap, placed.some(grows) ? gap / 2 : (3 * gap) / 2)

/** Of the CSS grid that header and rows share. What nobody takes is an empty track at the end. */
export function templateOf(placed: readonly Placed[]): string {
  const tracks = placed.map((column) => (grows(column) ? `minmax(${column.px}px, 1fr)` : `${column.px}px`))
  return (placed.some(grows) ? tracks : [...tracks, 'minmax(0, 1fr)']).join(' ')
}

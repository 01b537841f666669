/** The columns there are, and how wide each would be. */
import type { SortBy } from '../../store/list/list.ts'

export type ColumnId = SortBy | 'waterfall'
/** `width`: as the user has set it; undefined: as there is room. */
export type Column = { id: ColumnId; width: number | undefined; shown: boolean }

/**
 * `width`: as wide as it would like to be; `ease`: what it should have before lesser columns have any; `comfort`: as
 * narrow as it may become by itself; `least`: by the user's hand. The state is too narrow for its name, and stays so.
 */
type Kind = { width: number; ease?: number; comfort?: number; least: number; end?: true; sort?: SortBy }
export const kinds: Record<ColumnId, Kind> = {
  state: { width: 28, least: 28, sort: 'state' },
  method: { width: 56, least: 48, sort: 'method' },
  status: { width: 48, least: 44, sort: 'status' },
  host: { width: 160, ease: 100, comfort: 72, least: 60, sort: 'host' },
  path: { width: 220, ease: 160, comfort: 120, least: 80, sort: 'path' },
  type: { width: 80, ease: 64, comfort: 56, least: 48, sort: 'type' },
  size: { width: 68, least: 56, end: true, sort: 'size' },
  rate: { width: 80, least: 56, end: true, sort: 'rate' },
  time: { width: 68, least: 56, end: true, sort: 'time' },
  waterfall: { width: 120, least: 60 },
  delivery: { width: 240, ease: 150, comfort: 88, least: 80, sort: 'delivery' },
}

import { memo } from 'react'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import { isPast } from '../../../store/flows.ts'
import { classes } from '../../../ui/classes.ts'
import { kinds, type Column } from '../kinds.ts'
import { cellOf, titleOf } from './cells.tsx'
import styles from './rows.module.css'

type Props = {
  row: FlowRow
  /** In the list as it is sorted, from 0. */
  index: number
  /** Where it lies, in pixels. */
  top: number
  columns: readonly Column[]
  selected: boolean
  focused: boolean
  /** 0 for what has ended, so that it is not drawn again as time goes by. */
  now: number
  rate: number | undefined
  from: number
  to: number
}

/** The id by which the grid says where the keyboard is. */
export const rowElementId = (id: number): string => `flow-${id}`

/** One flow; drawn again only when something of it is another. */
export const Row = memo(function Row({ row, index, top, selected, focused, ...seen }: Props) {
  return (
    <div
      role="row"
      id={rowElementId(row.id)}
      data-id={row.id}
      data-state={row.state}
      data-past={isPast(row.id) ? '' : undefined}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classes(styles['row'], focused && styles['focused'])}
      style={{ transform: `translateY(${top}px)` }}
    >
      <Cells row={row} {...seen} />
    </div>
  )
})

type Drawn = Pick<Props, 'row' | 'columns' | 'now' | 'rate' | 'from' | 'to'>

/** Apart, as rows mostly move: flows that come, or go at the beginning of the list, change the place of all others. */
const Cells = memo(function Cells({ row, columns, now, rate, from, to }: Drawn) {
  const seen = { row, now, rate, stretch: { from, to } }
  return columns.map(({ id }) => (
    <div
      key={id}
      role="gridcell"
      className={classes(styles['cell'], styles[id], kinds[id].end && styles['end'])}
      data-class={id === 'status' ? String(row.status ?? '').charAt(0) : undefined}
      title={titleOf(id, row)}
    >
      {cellOf(id, seen)}
    </div>
  ))
})

import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react'
import { memo, useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { sortNext, useShown } from '../../store/list/list.ts'
import { flows as texts } from '../../texts/flows.ts'
import { IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { ContextMenu, Menu, type MenuEntry } from '../../ui/menu.tsx'
import { moveColumn, resizeColumn, toggleColumn, useColumns, usualColumns } from './columns.ts'
import styles from './flows.module.css'
import { kinds, type Column } from './kinds.ts'
import { noRoom, type Placed } from './layout.ts'

type Props = { all: readonly Column[]; columns: readonly Placed[]; space: number }

/**
 * The names of the columns: click to sort, drag to move, drag an edge to resize. By keyboard: one stop of Tab, arrows go
 * from one to the next, with Alt they move the column, with Shift they resize it.
 */
export const Header = memo(function Header({ all, columns: shown, space }: Props) {
  return (
    <ContextMenu entries={entriesOf(all, space)}>
      <div role="row" aria-rowindex={1} className={styles['header']} onKeyDown={(event) => onKey(event, shown)}>
        {shown.map((column, index) => (
          <HeaderCell key={column.id} column={column} first={index === 0} />
        ))}
      </div>
    </ContextMenu>
  )
})

export function ColumnsMenu() {
  const { columns, space } = useColumns()
  const hidden = noRoom(columns, space).length
  return (
    <Menu
      entries={entriesOf(columns, space)}
      trigger={
        <IconButton
          name={hidden > 0 ? texts.someHaveNoRoom(hidden) : texts.chooseColumns}
          className={styles['choose'] ?? ''}
          data-hidden={hidden > 0 ? '' : undefined}
        >
          <Columns3 size={14} aria-hidden />
        </IconButton>
      }
    />
  )
}

function entriesOf(columns: readonly Column[], space: number): MenuEntry[] {
  const hidden = noRoom(columns, space)
  return [
    ...columns.map(({ id, shown }) => ({
      name: texts.columns[id],
      checked: shown,
      act: () => toggleColumn(id),
      ...(hidden.includes(id) && { note: texts.noRoom }),
    })),
    'line',
    { name: texts.usualColumns, act: usualColumns },
  ]
}

function onKey(event: KeyboardEvent<HTMLElement>, shown: readonly Column[]): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  const headings = [...event.currentTarget.querySelectorAll('button')]
  const at = headings.findIndex((heading) => heading === document.activeElement)
  const column = shown[at]
  const next = step === undefined ? undefined : shown[at + step]
  if (!column || step === undefined || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  if (event.shiftKey) resizeColumn(column.id, drawnWidth(headings[at]) + step * 16)
  else if (event.altKey) {
    if (next) moveColumn(column.id, next.id)
  } else headings[at + step]?.focus()
}

/** Of a column, by something in its heading: the path is wider than it was asked to be. */
const drawnWidth = (inside: Element | undefined): number =>
  inside?.closest('[role="columnheader"]')?.getBoundingClientRect().width ?? 0

function HeaderCell({ column: { id }, first }: { column: Column; first: boolean }) {
  const { by, descending } = useShown((held) => held.sorting)
  const { sort, end } = kinds[id]
  const sorted = sort !== undefined && by === sort
  const name = texts.columns[id]
  return (
    <div
      role="columnheader"
      aria-sort={sorted ? (descending ? 'descending' : 'ascending') : 'none'}
      className={classes(styles['heading'], end && styles['end'])}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(dragType)) event.preventDefault()
      }}
      onDrop={(event) => {
        const moving = columnNamed(event.dataTransfer.getData(dragType))
        if (moving) moveColumn(moving, id)
      }}
    >
      <button
        type="button"
        tabIndex={first ? 0 : -1}
        draggable
        className={styles['name']}
        title={name}
        aria-label={name}
        onDragStart={(event) => event.dataTransfer.setData(dragType, id)}
        onClick={() => sort && sortNext(sort)}
      >
        {id !== 'state' && <span>{name}</span>}
        {sorted && (descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
      </button>
      {id !== 'state' && <Edge id={id} />}
    </div>
  )
}

const dragType = 'application/x-spillway-column'
const columnNamed = (text: string): Column['id'] | undefined =>
  Object.keys(kinds).find((id): id is Column['id'] => id === text)

/** The right edge of a heading, for the pointer. */
function Edge({ id }: Pick<Column, 'id'>) {
  const from = useRef<{ x: number; width: number }>(undefined)
  const move = (event: PointerEvent): void => {
    if (from.current) resizeColumn(id, from.current.width + event.clientX - from.current.x)
  }
  return (
    <span
      aria-hidden
      className={styles['edge']}
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = { x: event.clientX, width: drawnWidth(event.currentTarget) }
      }}
      onPointerMove={move}
      onPointerUp={() => (from.current = undefined)}
      onDoubleClick={() => resizeColumn(id, undefined)}
    />
  )
}

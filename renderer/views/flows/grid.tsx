import {
  useCallback,
  useEffect,
  useMemo,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import { flows, useFlowsVersion } from '../../store/flows.ts'
import { listOrder, settleList, useListRevision } from '../../store/list/list.ts'
import { closeInspector, found, inspect, select, useSelection } from '../../store/selection.ts'
import { flows as texts } from '../../texts/flows.ts'
import { ContextMenu, type MenuEntry } from '../../ui/menu.tsx'
import { copyCurls, copyUrls, deleteSelected, menuEntries } from './actions.ts'
import { useColumns } from './columns.ts'
import styles from './flows.module.css'
import { Header } from './header.tsx'
import { between, indexAfter } from './keys.ts'
import { laidOut, templateOf, widthOf } from './layout.ts'
import { useNow } from './now.ts'
import { Row, rowElementId } from './rows/row.tsx'
import { Slots } from './rows/slots.ts'
import { stretchOf } from './rows/waterfall.ts'
import { mostRows, rowsInSight } from './rows/window.ts'
import { rowPx, useScrolling } from './scrolling.ts'

/** The list itself. Only the rows in sight are elements; each is drawn again only when something of it is another. */
export function Grid() {
  useFlowsVersion()
  useListRevision()
  const all = useColumns((held) => held.columns)
  const [entries, setEntries] = useState<MenuEntry[]>([])
  const [slots] = useState(() => new Slots())
  const { focused, selected, anchor, sought } = useSelection()
  const { attach, view, width, reveal, page } = useScrolling()
  const begin = useCallback(
    (element: HTMLElement | null) => {
      takeFocus(element)
      return attach(element)
    },
    [attach],
  )
  useEffect(() => {
    const index = listOrder.indexOf(sought)
    if (index < 0) return
    reveal(index)
    found()
  })
  const columns = useMemo(() => laidOut(all, width), [all, width])
  useEffect(() => useColumns.setState({ space: width }), [width])
  const seen = rowsInSight(view)
  const ids = listOrder.ids.slice(seen.first, seen.end)
  // Drawing twice gives the same, so it may be asked while drawing.
  const slotOf = slots.of(ids, mostRows(view))
  const rows: FlowRow[] = []
  /** Where each lies, in the order of its slots: an element that stays is not moved among the others. */
  const places: { row: FlowRow; offset: number; slot: number }[] = []
  for (const [offset, id] of ids.entries()) {
    const row = flows.rows.get(id)
    if (!row) continue
    rows.push(row)
    places.push({ row, offset, slot: slotOf.get(id) ?? 0 })
  }
  places.sort((a, b) => a.slot - b.slot)
  const now = useNow(rows.some(({ end }) => end === undefined))
  const { from, to } = stretchOf(rows, now)
  const focusedInSight = rows.some(({ id }) => id === focused)

  const choose = (id: number, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void => {
    const begun = listOrder.indexOf(anchor) >= 0 ? anchor : focused
    const from = listOrder.indexOf(begun)
    if (event.shiftKey && from >= 0) select(id, new Set(between(listOrder.ids, from, listOrder.indexOf(id))), begun)
    else if (event.ctrlKey || event.metaKey) {
      const next = new Set(selected)
      if (!next.delete(id)) next.add(id)
      select(next.has(id) ? id : [...next].at(-1), next)
    } else select(id)
  }

  const onClick = (event: MouseEvent): void => {
    const id = idAt(event.target)
    if (id === undefined) return
    choose(id, event)
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey) inspect(id)
  }

  const onContextMenu = (event: MouseEvent): void => {
    const id = idAt(event.target)
    if (id !== undefined && !selected.has(id)) select(id)
    setEntries(menuEntries())
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return
    if (act(event, focused)) {
      event.preventDefault()
      return
    }
    const index = indexAfter(event, listOrder.indexOf(focused), listOrder.ids.length, page)
    const id = index === undefined ? undefined : listOrder.ids[index]
    if (index === undefined || id === undefined) return
    event.preventDefault()
    if (event.shiftKey) choose(id, { shiftKey: true, ctrlKey: false, metaKey: false })
    else select(id)
    reveal(index)
  }

  const sizes = { '--columns': templateOf(columns), '--least': `${widthOf(columns)}px` } as CSSProperties
  return (
    <ContextMenu entries={entries}>
      <div
        ref={begin}
        role="grid"
        tabIndex={0}
        aria-label={texts.list}
        aria-rowcount={listOrder.ids.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable
        aria-activedescendant={focusedInSight && focused !== undefined ? rowElementId(focused) : undefined}
        className={styles['scroller']}
        style={sizes}
        onMouseDown={stretchRows}
        onClick={onClick}
        onContextMenu={onContextMenu}
        onKeyDown={onKeyDown}
      >
        <Header all={all} columns={columns} space={width} />
        <div role="rowgroup" className={styles['content']} style={{ height: seen.total }}>
          {places.map(({ row, offset, slot }) => {
            const runs = row.end === undefined
            return (
              <Row
                key={slot}
                row={row}
                index={seen.first + offset}
                top={seen.top + offset * rowPx}
                columns={columns}
                selected={selected.has(row.id)}
                focused={row.id === focused}
                now={runs ? now : 0}
                rate={flows.rate(row)}
                from={from}
                to={to}
              />
            )
          })}
        </div>
      </div>
    </ContextMenu>
  )
}

/** j and k work at once where nothing else has the focus; no ring is drawn before somebody uses the keyboard. */
function takeFocus(list: HTMLElement | null): void {
  if (!list || document.activeElement !== document.body) return
  list.dataset['untouched'] = ''
  for (const name of ['keydown', 'blur'])
    list.addEventListener(name, () => delete list.dataset['untouched'], { once: true })
  list.focus({ preventScroll: true })
}

/** A stretch is one of rows: the browser would mark their letters as well. */
function stretchRows(event: MouseEvent<HTMLElement>): void {
  if (!event.shiftKey) return
  event.preventDefault()
  event.currentTarget.focus({ preventScroll: true })
}

function idAt(target: EventTarget): number | undefined {
  const id = target instanceof Element ? target.closest('[data-id]')?.getAttribute('data-id') : undefined
  return id === undefined || id === null ? undefined : Number(id)
}

/** Keys that do something with what is selected; true when it was one. */
function act(event: KeyboardEvent, focused: number | undefined): boolean {
  const command = event.ctrlKey || event.metaKey
  const key = event.key.toLowerCase()
  if (command && key === 'c') void (event.shiftKey ? copyCurls() : copyUrls())
  else if (command && key === 'a') selectAll(focused)
  else if (key === 'escape') closeInspector()
  else if (key === 'delete' || (event.metaKey && key === 'backspace')) void deleteSelected()
  else if (key === 'enter' && focused !== undefined) inspect(focused)
  else return false
  return true
}

function selectAll(focused: number | undefined): void {
  settleList()
  select(focused ?? listOrder.ids[0], new Set(listOrder.ids))
}

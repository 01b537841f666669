/** The list: only the rows in sight are drawn, and the end stays in sight while the user is there. */
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { messages as texts } from '../../../texts/messages.ts'
import { classes } from '../../../ui/classes.ts'
import { useEndInSight } from '../../../ui/end-in-sight.ts'
import { fromBar, toBar } from '../body/text/scroll.ts'
import { drawnHeight, rowsSeen } from '../reading/hex-rows.ts'
import type { MessageList } from './message-list.ts'
import { Row, rowId } from './message-row.tsx'
import { unseen } from '../../../ui/unseen.ts'
import styles from './messages.module.css'
import { placeAfter } from './place-after.ts'

/** As the style sheet has it. */
const rowHeight = 24

type Props = {
  list: MessageList
  total: number
  /** More may come. */
  running: boolean
  chosen: number | undefined
  choose: (place: number | undefined) => void
  /** Whether the end is in sight has changed. */
  onEnd: (atEnd: boolean) => void
  /** Counts how often the end was asked for. */
  jumps: number
}

export function MessageTable({ list, total, running, chosen, choose, onEnd, jumps }: Props) {
  const [{ scrollTop, height }, setPort] = useState({ scrollTop: 0, height: 0 })
  const box = useRef<HTMLDivElement>(null)
  const heading = useRef<HTMLDivElement>(null)
  const look = useCallback(
    (element: HTMLElement, atEnd: boolean): void => {
      onEnd(atEnd)
      setPort({ scrollTop: element.scrollTop, height: heightBelow(element, heading.current) })
    },
    [onEnd],
  )
  useEndInSight(box, { rows: total, rowHeight, live: running, held: chosen !== undefined, look })

  useEffect(() => {
    if (box.current && jumps > 0) box.current.scrollTop = box.current.scrollHeight
  }, [jumps])

  const { first, last, top } = rowsSeen({ scrollTop, height, rowHeight, rows: total })
  useEffect(() => {
    list.want(first, last)
  }, [list, first, last, total])

  // Messages that come are no reason to move it.
  const rows = useRef(total)
  useEffect(() => {
    rows.current = total
  })
  // Also when the list has become lower, as it does for the message that is shown below it.
  useEffect(() => {
    const element = box.current
    if (!element || chosen === undefined) return
    const scrolled = { rows: rows.current, rowHeight, height: heightBelow(element, heading.current) }
    const seen = fromBar(element.scrollTop, scrolled)
    const at = chosen * rowHeight
    if (at < seen) element.scrollTop = toBar(at, scrolled)
    else if (at + rowHeight > seen + scrolled.height)
      element.scrollTop = toBar(at + rowHeight - scrolled.height, scrolled)
  }, [chosen, height])

  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && chosen !== undefined) choose(undefined)
    else {
      const page = Math.max(1, Math.floor(height / rowHeight) - 1)
      const place = placeAfter(event, chosen, total, page)
      if (place === undefined) return
      choose(place)
    }
    event.preventDefault()
    event.stopPropagation()
  }
  const click = useCallback((place: number) => choose(place), [choose])

  return (
    <div
      ref={box}
      className={styles['table']}
      role="grid"
      aria-label={texts.list}
      aria-rowcount={total + 1}
      aria-colcount={5}
      tabIndex={0}
      aria-activedescendant={chosen === undefined || chosen < first || chosen >= last ? undefined : rowId(chosen)}
      onKeyDown={press}
    >
      <div ref={heading} role="rowgroup" className={styles['heading']}>
        <div role="row" aria-rowindex={1} className={classes(styles['row'], styles['names'])}>
          <span role="columnheader">
            <i className={unseen}>{texts.columns.direction}</i>
          </span>
          <span role="columnheader" className={styles['figure']}>
            {texts.columns.time}
          </span>
          <span role="columnheader">{texts.columns.kind}</span>
          <span role="columnheader" className={styles['figure']}>
            {texts.columns.size}
          </span>
          <span role="columnheader">{texts.columns.preview}</span>
        </div>
      </div>
      <div role="rowgroup" className={styles['body']}>
        <div role="presentation" style={{ height: drawnHeight(total, rowHeight) }} />
        <div role="presentation" className={styles['drawn']} style={{ top }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, index) => (
            <Row
              key={first + index}
              row={list.row(first + index)}
              place={first + index}
              chosen={first + index === chosen}
              choose={click}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

/** Of the rows: the heading lies over them. */
const heightBelow = ({ clientHeight }: HTMLElement, heading: HTMLElement | null): number =>
  Math.max(0, clientHeight - (heading?.offsetHeight ?? 0))

/** The comparison: only the rows in sight are drawn, and the end stays in sight while the user is there. */
import { useCallback, useRef, useState, type KeyboardEvent } from 'react'
import { modifiers } from '../../../texts/modifiers.ts'
import { exactBytes, sizeText, timeText } from '../../../texts/amounts.ts'
import { classes } from '../../../ui/classes.ts'
import { drawnHeight, rowsSeen } from '../../inspector/reading/hex-rows.ts'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import { useEndInSight } from '../../../ui/end-in-sight.ts'
import { goToLine } from '../editor/shown.ts'
import { cellsOf } from './cell.ts'
import type { Span } from './compare/changes.ts'
import type { Piece } from './compare/piece.ts'
import type { Fate } from './compare/fates.ts'
import type { ChunkRow, RunRow } from './compare/rows.ts'
import { unseen } from '../../../ui/unseen.ts'
import styles from './dry-run.module.css'

const texts = modifiers.dryRun
/** As the style sheet has it. */
const rowHeight = 24
/** Of the columns beside the two, and of a letter; pixels. */
const beside = 84 + 40
const letter = 7.3

type Props = {
  rows: readonly RunRow[]
  /** They come slowly enough to be followed to the end. */
  live: boolean
  chosen: number | undefined
  choose: (index: number | undefined) => void
}

export function StepTable({ rows, live, chosen, choose }: Props) {
  const [{ scrollTop, height, room }, setPort] = useState({ scrollTop: 0, height: 0, room: 40 })
  const box = useRef<HTMLDivElement>(null)
  const look = useCallback(({ scrollTop, clientHeight, clientWidth }: HTMLElement): void => {
    const room = Math.max(12, Math.floor((clientWidth - beside) / 2 / letter))
    setPort({ scrollTop, height: clientHeight, room })
  }, [])
  useEndInSight(box, { rows: rows.length, rowHeight, live, held: chosen !== undefined, look })

  const bring = useCallback((index: number): void => {
    const element = box.current
    if (!element) return
    const top = index * rowHeight
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight
  }, [])

  const press = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const from = chosen ?? -1
    const to: Record<string, number> = {
      ArrowDown: from + 1,
      ArrowUp: from === -1 ? rows.length - 1 : from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: rows.length - 1,
    }
    const wanted = to[event.key]
    if (event.key === 'Escape' && chosen !== undefined) choose(undefined)
    else if (event.key === 'Enter' && chosen !== undefined) follow(rows[chosen])
    else if (wanted !== undefined && rows.length > 0) {
      const index = Math.max(0, Math.min(rows.length - 1, wanted))
      choose(index)
      bring(index)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  const { first, last, top } = rowsSeen({ scrollTop, height, rowHeight, rows: rows.length })
  return (
    <div
      className={styles['table']}
      role="grid"
      aria-label={texts.steps}
      aria-rowcount={rows.length + 1}
      aria-colcount={4}
      tabIndex={0}
      aria-activedescendant={chosen === undefined || chosen < first || chosen >= last ? undefined : idOf(chosen)}
      onKeyDown={press}
    >
      <div role="rowgroup" className={styles['heading']}>
        <div role="row" aria-rowindex={1} className={classes(styles['row'], styles['names'])}>
          <span role="columnheader">
            <i className={unseen}>{texts.fate}</i>
          </span>
          <span role="columnheader">{texts.input1}</span>
          <span role="columnheader">{texts.output1}</span>
          <span role="columnheader" className={styles['time']}>
            {texts.time}
          </span>
        </div>
      </div>
      <div ref={box} role="rowgroup" className={styles['body']}>
        <div role="presentation" style={{ height: drawnHeight(rows.length, rowHeight) }} />
        <div role="presentation" className={styles['drawn']} style={{ top }}>
          {rows.slice(first, last).map((row, index) => (
            <Row
              key={first + index}
              row={row}
              above={rows[first + index - 1]}
              index={first + index}
              chosen={first + index === chosen}
              choose={choose}
              room={room}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

const idOf = (index: number): string => `dry-run-row-${index}`

/** An error leads to its line. */
function follow(row: RunRow | undefined): void {
  if (row?.kind === 'error' && row.problem.line !== undefined) goToLine(row.problem.line, row.problem.column)
}

type RowProps = {
  row: RunRow
  above: RunRow | undefined
  index: number
  chosen: boolean
  room: number
  choose: (index: number) => void
}

function Row({ row, above, index, chosen, room, choose }: RowProps) {
  const shared = {
    id: idOf(index),
    role: 'row',
    'aria-rowindex': index + 2,
    'aria-selected': chosen,
    onClick: () => {
      choose(index)
      follow(row)
    },
  }
  if (row.kind === 'chunk') {
    return (
      <div {...shared} className={classes(styles['row'], styles[row.fate])}>
        <Fates fate={row.fate} />
        <Side piece={row.input} spans={cellsOf(row, room, above).input} />
        {row.output ? (
          <Side piece={row.output} spans={cellsOf(row, room, above).output} />
        ) : (
          <span role="gridcell" className={styles['absent']}>
            {texts.fates[row.fate]}
          </span>
        )}
        <span role="gridcell" className={styles['time']}>
          {row.ms === undefined ? '' : timeText(row.ms)}
        </span>
      </div>
    )
  }
  return (
    <div {...shared} className={classes(styles['row'], styles[row.kind])}>
      <span role="gridcell" aria-hidden className={styles['mark']}>
        {row.kind === 'error' ? '!' : '›'}
      </span>
      <span role="gridcell" aria-colspan={3} className={styles['wide']}>
        <Told row={row} />
      </span>
    </div>
  )
}

function Told({ row }: { row: Exclude<RunRow, ChunkRow> }) {
  if (row.kind === 'log') {
    return (
      <>
        <b>{texts.log}</b> <VisibleText text={row.text.slice(0, 1000)} />
      </>
    )
  }
  if (row.kind === 'error') {
    const { message, line } = row.problem
    return (
      <>
        {line !== undefined && <u>{texts.line(line)}</u>} {message}
      </>
    )
  }
  const { choice, status, headers } = row
  const said = [
    choice === undefined ? texts.head.none : texts.head[choice],
    ...(status === undefined ? [] : [texts.head.status(status)]),
    ...(headers === undefined ? [] : [texts.head.fields(headers.length)]),
  ]
  return (
    <>
      <b>{texts.head.said}</b> {said.join(', ')}
    </>
  )
}

const signs: Record<Fate, string> = {
  same: '',
  recut: '↕',
  changed: '~',
  added: '+',
  dropped: '−',
  joined: '↓',
  split: '↳',
  waiting: '…',
  unsent: '×',
}

function Fates({ fate }: { fate: Fate }) {
  return (
    <span role="gridcell" aria-label={texts.fates[fate]} title={texts.fates[fate]} className={styles['mark']}>
      {signs[fate]}
    </span>
  )
}

function Side({ piece, spans }: { piece: Piece | undefined; spans: readonly Span[] }) {
  return (
    <span
      role="gridcell"
      className={classes(styles['side'], piece && !piece.isText && styles['hex'])}
      title={piece && exactBytes(piece.length)}
    >
      <Spans spans={spans} />
      {piece?.isCut && <i> … {sizeText(piece.length)}</i>}
    </span>
  )
}

export function Spans({ spans, lines = false }: { spans: readonly Span[]; lines?: boolean }) {
  return spans.map(({ text, changed }, index) =>
    changed ? (
      <mark key={index}>
        <VisibleText text={text} lines={lines} />
      </mark>
    ) : (
      <VisibleText key={index} text={text} lines={lines} />
    ),
  )
}

import type { ReactNode } from 'react'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import { isPast } from '../../../store/flows.ts'
import { countText, rateText, sizeText, timeText } from '../../../texts/amounts.ts'
import { flows as texts, states } from '../../../texts/flows.ts'
import { messages } from '../../../texts/messages.ts'
import { unseen } from '../../../ui/unseen.ts'
import { Tag, type Tone } from '../../../ui/tag.tsx'
import type { ColumnId } from '../kinds.ts'
import styles from './rows.module.css'
import { StateMark } from './state-mark.tsx'
import { barOf, type Stretch } from './waterfall.ts'

/** What a cell may draw from; `now` and `rate` only matter while the flow runs. */
export type Seen = { row: FlowRow; now: number; rate: number | undefined; stretch: Stretch }

/** "application/json" is "json"; what is more than a kind of text keeps its first half. */
const shortType = (type: string): string => type.replace(/^(application|text)\/(x-|vnd\.)?/, '')

const cells: Record<ColumnId, (seen: Seen) => ReactNode> = {
  state: ({ row }) => <StateMark state={row.state} />,
  method: ({ row }) => row.method,
  status: ({ row }) => row.status,
  host: ({ row }) => row.host,
  path: ({ row }) => row.path,
  type: ({ row }) => (row.messages ? <Messages {...row.messages} /> : row.type !== undefined && shortType(row.type)),
  size: ({ row }) => (row.status === undefined && row.size === 0 ? '' : sizeText(row.size)),
  rate: ({ rate }) => rate !== undefined && rateText(rate),
  time: ({ row, now }) =>
    row.end === undefined ? timeText(Math.max(0, now - row.startedAt)) : timeText(row.end / 1000),
  waterfall: (seen) => <Waterfall {...seen} />,
  delivery: ({ row }) => <Delivery row={row} />,
}

/** What hovering adds to a cell that may be cut off. */
const titles: Partial<Record<ColumnId, (row: FlowRow) => string | undefined>> = {
  host: (row) => row.host,
  path: (row) => row.url,
  type: ({ type, messages: passed }) =>
    passed ? `${type ?? ''}\n${messages.overview.told(passed.sent, passed.received, passed.control)}` : type,
  delivery: (row) => [isPast(row.id) && texts.pastHelp, row.error, row.reason].filter(Boolean).join('\n'),
}

export const cellOf = (id: ColumnId, seen: Seen): ReactNode => cells[id](seen)
export const titleOf = (id: ColumnId, row: FlowRow): string | undefined => titles[id]?.(row)

/** Of a WebSocket, how many have passed. */
function Messages({ sent, received }: NonNullable<FlowRow['messages']>) {
  return (
    <>
      ws {countText(sent + received)}
      <span className={unseen}> {messages.inRow}</span>
    </>
  )
}

function Waterfall({ row, now, stretch }: Seen) {
  const { left, waiting, body } = barOf(row, stretch, now)
  return (
    <span className={styles['bars']} aria-hidden>
      <i className={styles['waiting']} style={{ left: `${left * 100}%`, width: `${waiting * 100}%` }} />
      <i className={styles['bar']} style={{ left: `${(left + waiting) * 100}%`, width: `${body * 100}%` }} />
    </span>
  )
}

/** Two words and the reason: a tag that says how, and why in plain text beside it. */
function Delivery({ row }: { row: FlowRow }) {
  const [tone, word] = said(row)
  if (isPast(row.id)) {
    return (
      <span className={styles['how']}>
        <Tag tone="plain">{texts.past}</Tag>
        <span className={styles['why']}>{[word, row.error ?? row.reason].filter(Boolean).join(': ')}</span>
      </span>
    )
  }
  return (
    <span className={styles['how']}>
      {word !== undefined && <Tag tone={tone}>{word}</Tag>}
      <span className={row.state === 'failed' ? styles['problem'] : styles['why']}>
        {row.state === 'failed' ? (row.error ?? row.reason) : row.state === 'pending' ? '' : row.reason}
      </span>
    </span>
  )
}

function said({ state, mode, crossoverAt }: FlowRow): [Tone, string | undefined] {
  if (state === 'failed') return ['problem', 'failed']
  if (state === 'killed' || state === 'stopped') return ['plain', texts[state]]
  if (state === 'held') return ['held', texts.held]
  if (state === 'left' && mode === undefined) return ['plain', states.left]
  if (mode === 'streamed' && crossoverAt !== undefined) return ['streamed', texts.crossed]
  return [mode ?? 'plain', mode]
}

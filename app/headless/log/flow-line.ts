/**
 * A flow as one readable line: time, mark, method, status, URL, size, duration, delivery and reason. Pure; built for
 * every flow, so it stays cheap. Nothing captured reaches the terminal unescaped.
 */
import { clientStatus } from '../../../main/model/client-status.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { atPlace } from '../../../main/model/place.ts'
import { glanceBytes, glanceTime } from './amounts.ts'
import type { Paint, Style } from './colours.ts'
import { flagsFor } from './flags.ts'
import { shortened, visible } from './visible-text.ts'

export type Look = {
  /** Columns of the terminal; undefined: not a terminal, nothing is aligned or cut to it. */
  width: number | undefined
  paint: Paint
}

/** Columns before the URL: clock, mark, method, status, each with a space behind it. */
const before = 9 + 2 + 8 + 4
/** Columns of size and duration, each with a space before it, and one behind. */
const ofAmounts = 7 + 9
/** A URL longer than this is cut even in a file. */
const longestUrl = 2000

/** What is said when a streamed flow begins to flow. */
export function begunLine(flow: Flow, look: Look, clock: string): string {
  const outcome = withReason('streaming…', 'cyan', flow.delivery?.reason ?? '', look, restRoom(look.width))
  return line(flow, look, { clock, mark: ['▶', 'cyan'], amounts: undefined, outcome })
}

/** What is said of it when it has ended. */
export function endedLine(flow: Flow, look: Look, clock: string): string {
  const size = flow.response ? glanceBytes(flow.response.delivered) : '-'
  const time = flow.timings.end === undefined ? '-' : glanceTime(flow.timings.end)
  return line(flow, look, { clock, mark: markOf(flow), amounts: { size, time }, outcome: outcome(flow, look) })
}

function markOf({ error }: Flow): Mark {
  if (!error) return [' ', 'dim']
  return error.code === 'CLIENT_CLOSED' ? ['-', 'dim'] : ['✗', 'red']
}

type Mark = [mark: string, style: Style]
/** `amounts`: undefined, as long as nobody knows them. */
type Parts = { clock: string; mark: Mark; amounts: { size: string; time: string } | undefined; outcome: string }

function line(flow: Flow, { width, paint }: Look, { clock, mark: [mark, style], amounts, outcome }: Parts): string {
  const { method, url } = flow
  const sent = clientStatus(flow)
  const status = sent === undefined ? '---' : String(sent)
  const room = width === undefined ? longestUrl : urlRoom(width)
  const shown = shortened(visible(url.slice(0, longestUrl)), room)
  const aligned = width === undefined ? shown : shown.padEnd(room)
  const { size, time } = amounts ?? { size: '', time: '' }
  const columns = width === undefined ? (amounts ? ` ${size} ${time} ` : ' ') : columnsOf(size, time)
  return (
    `${paint('dim', clock)} ${paint(style, mark)} ${shortened(visible(method), 7).padEnd(7)} ` +
    `${paint(styleOf(sent), status)} ${aligned}${columns}${outcome}`
  )
}

const columnsOf = (size: string, time: string): string => ` ${size.padStart(6)} ${time.padStart(7)} `

/** Most reasons fit into what is left. */
const urlRoom = (width: number): number => Math.max(24, Math.min(100, width - before - ofAmounts - 34))

/** Columns left to delivery and reason. */
const restRoom = (width: number | undefined): number =>
  width === undefined ? longestUrl : Math.max(12, width - before - ofAmounts - urlRoom(width))

/** What failed and what was not applied is told in full; a reason alone is cut to the line. */
function outcome({ error, delivery, notes, modifiers, messageCounts }: Flow, look: Look): string {
  const { paint, width } = look
  // Nearly every line.
  if (!error && notes.length === 0 && !modifiers && !messageCounts) {
    return delivery ? withReason(delivery.mode, modes[delivery.mode], delivery.reason, look, restRoom(width)) : ''
  }
  const parts: string[] = []
  if (error?.code === 'CLIENT_CLOSED') parts.push(paint('dim', 'client closed'))
  else if (error) parts.push(paint('red', visible(atPlace(error.message, error)) + flagsFor(error)))
  if (delivery) {
    parts.push(withReason(delivery.mode, modes[delivery.mode], delivery.reason, look, longestUrl))
  }
  if (messageCounts) {
    const { sent, received } = messageCounts
    parts.push(paint('dim', `${sent} ${sent === 1 ? 'message' : 'messages'} sent, ${received} received`))
  }
  // Who has the body is the reason; who has changed the head is told here.
  for (const { name, editedHead } of modifiers ?? []) {
    if (editedHead) parts.push(paint('dim', visible(`head by modifier ${name}`)))
  }
  for (const note of notes) parts.push(paint('yellow', visible(note)))
  return parts.join(' · ')
}

function withReason(what: string, style: Style, reason: string, { paint }: Look, room: number): string {
  const space = room - what.length - 3
  if (reason === '' || space < 6) return paint(style, what)
  const shown = visible(reason)
  const cut = shown.length > space ? `${shown.slice(0, space - 1)}…` : shown
  return `${paint(style, what)} ${paint('dim', `(${cut})`)}`
}

const modes: Record<'buffered' | 'streamed' | 'tunnelled', Style> = {
  buffered: 'dim',
  streamed: 'cyan',
  tunnelled: 'magenta',
}

function styleOf(status: number | undefined): Style {
  if (status === undefined) return 'dim'
  if (status >= 500) return 'red'
  if (status >= 400) return 'yellow'
  return status >= 300 ? 'cyan' : 'green'
}

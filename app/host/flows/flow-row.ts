/**
 * What the list shows of a flow. Pure, and on the way of every flow while a window is open, so nothing is parsed that
 * a look for the next delimiter finds.
 */
import type { FlowErrorCode } from '../../../main/model/errors.ts'
import { clientStatus } from '../../../main/model/client-status.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { mediaType } from '../../../main/model/media-type.ts'
import type { FlowRow, FlowState } from '../../contract/flow-row.ts'
import { fieldIn } from './head-field.ts'

/** Of the texts in one page or message of rows: a head may have 256 KiB, and a row tells much of it twice. */
export const mostLetters = 2 * 1024 * 1024

/** The texts of a row that a client, an origin or a user has made as long as they are. */
export function lettersOf({ method, url, host, path, type, reason, error, modifiers }: FlowRow): number {
  let named = method.length + url.length + host.length + path.length
  if (modifiers) for (const name of modifiers) named += name.length
  return named + (type?.length ?? 0) + (reason?.length ?? 0) + (error?.length ?? 0)
}

export function flowRow(flow: Flow): FlowRow {
  const { response, delivery, timings, error, url } = flow
  const row: FlowRow = {
    id: flow.id,
    state: flowState(flow),
    method: flow.method,
    url,
    host: hostIn(url),
    path: pathIn(url, flow.method),
    size: shownSize(flow),
    startedAt: timings.startedAt,
    notes: flow.notes.length,
  }
  const status = clientStatus(flow)
  if (status !== undefined) row.status = status
  if (response) {
    const type = mediaType(fieldIn(response.head, 'content-type'))
    if (type !== undefined) row.type = type
    if (flow.messageCounts) {
      row.type = 'websocket'
      row.messages = { ...flow.messageCounts }
    }
    // Until it has ended nobody knows what will have been kept.
    if (flow.state === 'ended') row.recorded = response.body.state
  }
  if (timings.firstByte !== undefined) row.firstByte = timings.firstByte
  if (timings.end !== undefined) row.end = timings.end
  if (delivery) {
    row.mode = delivery.mode
    row.reason = delivery.reason
    if (delivery.crossoverAt !== undefined) row.crossoverAt = delivery.crossoverAt
  }
  if (error) row.error = error.message
  if (flow.modifiers) row.modifiers = flow.modifiers.map(({ name }) => name)
  return row
}

/** Ends that somebody wanted. */
const meant: Partial<Record<FlowErrorCode, FlowState>> = {
  CLIENT_CLOSED: 'left',
  KILLED: 'killed',
  SHUTDOWN: 'stopped',
}

/** How its row shows it: what it does now, or how it has ended. */
export function flowState({ state, error, delivery }: Flow): FlowState {
  if (state === 'ended') return error === undefined ? 'done' : (meant[error.code] ?? 'failed')
  if (delivery === undefined) return 'pending'
  if (delivery.mode === 'buffered') return 'held'
  return delivery.mode === 'streamed' ? 'streaming' : 'tunnelled'
}

/** Another number when the row of a running flow is to be told again: both grow, so their sum does. */
export function growth(flow: Flow): number {
  const { sent = 0, received = 0, control = 0 } = flow.messageCounts ?? {}
  return shownSize(flow) + sent + received + control
}

/** `size` of the row. */
function shownSize({ state, response, delivery, error }: Flow): number {
  if (response === undefined) return 0
  const held = state === 'open' && delivery?.mode === 'buffered'
  const undelivered = error !== undefined && response.delivered === 0
  return held || undelivered ? response.bytes : response.delivered
}

/** "http://a.example:8080/x?y" → "a.example:8080"; the port is left out where it is the scheme's own. */
function hostIn(url: string): string {
  const scheme = url.indexOf('://')
  if (scheme === -1) return url
  const start = scheme + 3
  const end = authorityEnd(url, start)
  const at = url.lastIndexOf('@', end - 1)
  const host = url.slice(at >= start ? at + 1 : start, end)
  const port = scheme === 4 ? ':80' : ':443'
  return host.endsWith(port) ? host.slice(0, -port.length) : host
}

function pathIn(url: string, method: string): string {
  const scheme = url.indexOf('://')
  if (scheme === -1) return ''
  const end = authorityEnd(url, scheme + 3)
  if (end < url.length) return url.slice(end)
  return method === 'OPTIONS' ? '*' : '/' // "OPTIONS *" asks for the server itself
}

function authorityEnd(url: string, start: number): number {
  for (let at = start; at < url.length; at++) {
    const code = url.charCodeAt(at)
    if (code === 0x2f || code === 0x3f || code === 0x23) return at
  }
  return url.length
}

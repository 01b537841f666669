/** A flow's timings as what it did one after the other, up to now or to its end. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { isRunning } from '../delivery/explain.ts'

/** What the engine measures the end of, in order. */
const measured = ['dns', 'connect', 'tls', 'sending', 'waiting', 'receiving', 'delivering'] as const
/**
 * `setup`: name, connection and TLS together, while, or because, nobody knows how long each of them took; `setup-tls`:
 * the same where TLS is what failed. `tunnel`: bytes pass, and nothing is known of them.
 */
export type TimingPhase = (typeof measured)[number] | 'setup' | 'setup-tls' | 'tunnel'

/** Microseconds since the flow began. `open`: it goes on. */
export type Segment = { phase: TimingPhase; from: number; to: number; length: number; open: boolean }

const endOf = {
  dns: 'dns',
  connect: 'connect',
  tls: 'tls',
  sending: 'sent',
  waiting: 'firstByte',
  receiving: 'lastByte',
  delivering: 'end',
} as const satisfies Record<(typeof measured)[number], keyof FlowDetail['timings']>

/** What segments are made of. */
export type Timed = Pick<FlowDetail, 'timings' | 'state' | 'delivery' | 'error' | 'origin'>

/**
 * What happened, in order; phases that did not happen are left out, and one that a moment before has overtaken (an
 * origin that answers before the request is sent whole) has no length. Segments never overlap and leave no gap: what
 * is under way, or was when the flow failed, takes the rest, up to `elapsed` or to the end.
 */
export function segmentsOf(flow: Timed, elapsed: number): Segment[] {
  const { timings } = flow
  const running = isRunning(flow.state)
  const segments: Segment[] = []
  let from = 0
  const add = (phase: TimingPhase, moment: number, open = false): void => {
    const to = Math.max(from, moment)
    segments.push({ phase, from, to, length: to - from, open })
    from = to
  }
  const tunnelled = flow.delivery?.mode === 'tunnelled'
  for (const phase of measured) {
    const moment = timings[endOf[phase]]
    if (moment === undefined || phase === 'delivering' || (tunnelled && phase === 'receiving')) continue
    add(phase, moment)
  }
  if (running) add(underWay(flow), elapsed, true)
  else if (timings.end !== undefined) add(underWay(flow), timings.end)
  return segments
}

/** What comes behind the last moment that was measured. */
function underWay({ timings, delivery, error, origin }: Timed): TimingPhase {
  if (delivery?.mode === 'tunnelled') return 'tunnel'
  if (timings.lastByte !== undefined) return 'delivering'
  if (timings.firstByte !== undefined) return 'receiving'
  if (timings.sent !== undefined) return 'waiting'
  switch (error?.phase) {
    case 'dns':
    case 'connect':
      return error.phase
    case 'origin-tls':
      return timings.connect === undefined ? 'setup-tls' : 'tls'
    case 'client-tls':
      return 'tls'
    case 'request-head':
    case 'request-body':
      return 'sending'
    case 'response-head':
      return 'waiting'
    default:
      return origin ? 'sending' : 'setup'
  }
}

/** A connection that was there already cost this flow nothing. */
export const setUpConnection = (timings: FlowDetail['timings']): boolean =>
  timings.dns !== undefined || timings.connect !== undefined || timings.tls !== undefined

/** Shares of the bar in percent; what happened at all stays visible, and together they are 100. */
export function shares(segments: readonly Segment[], least = 0.8): number[] {
  const total = segments.reduce((sum, { length }) => sum + length, 0)
  if (total === 0) return segments.map(() => 100 / segments.length)
  const wanted = segments.map(({ length }) => (length === 0 ? 0 : Math.max(least, (100 * length) / total)))
  const sum = wanted.reduce((a, b) => a + b, 0)
  return wanted.map((share) => (100 * share) / sum)
}

/** A flow's timings as what it did one after the other. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'

export const phases = ['dns', 'connect', 'tls', 'sending', 'waiting', 'receiving', 'delivering'] as const
export type TimingPhase = (typeof phases)[number]

/** Microseconds since the flow began. */
export type Segment = { phase: TimingPhase; from: number; to: number; length: number }

const endOf = {
  dns: 'dns',
  connect: 'connect',
  tls: 'tls',
  sending: 'sent',
  waiting: 'firstByte',
  receiving: 'lastByte',
  delivering: 'end',
} as const satisfies Record<TimingPhase, keyof FlowDetail['timings']>

/**
 * What happened, in order; phases that did not happen are left out, and one that a moment before has overtaken (an
 * origin that answers before the request is sent whole) has no length. Segments never overlap and leave no gap.
 */
export function segmentsOf(timings: FlowDetail['timings']): Segment[] {
  const segments: Segment[] = []
  let from = 0
  for (const phase of phases) {
    const moment = timings[endOf[phase]]
    if (moment === undefined) continue
    const to = Math.max(from, moment)
    segments.push({ phase, from, to, length: to - from })
    from = to
  }
  return segments
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

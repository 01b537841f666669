/** What there is of a body, and so what can be shown. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { beginning } from '../../../texts/sentence.ts'
import { explain, isRunning, type SettingKey } from '../delivery/explain.ts'

/** `delivered`: what the client was sent, where a modifier has changed it. */
export type Side = 'request' | 'response' | 'delivered'

export type BodyState =
  /** There is none, or none that could be seen: `tunnel`. */
  | { kind: 'none' | 'tunnel' }
  /** No response `waiting`: yet; `never`: it failed before. */
  | { kind: 'waiting' | 'never' }
  | { kind: 'coming' | 'held'; bytes: number }
  | { kind: 'flowing'; bytes: number; recording: Recording }
  /** `of`: what came in all. `heldOf`: it was held at first, and so much of what is recorded was held. */
  | {
      kind: 'recorded'
      state: 'complete' | 'partial' | 'truncated'
      bytes: number
      of: number
      heldOf: number | undefined
    }
  | { kind: 'not-recorded'; setting: SettingKey | undefined }
  | { kind: 'not-kept' }
  | { kind: 'given-up'; why: string }

/** How much of a streaming body can be read when it has ended. */
export type Recording =
  /** What passes is recorded; `limit` bytes at the most. */
  | { kind: 'all'; limit: number }
  /** Only its beginning: what had been `held` when it turned, or what came before the buffer limit. */
  | { kind: 'first'; bytes: number; held: boolean }
  | { kind: 'nothing' }

/** `bufferLimit`: the most that is recorded of one body. */
export function bodyStateOf(flow: FlowDetail, side: Side, bufferLimit: number): BodyState {
  const { delivery } = flow
  const message = side === 'request' ? flow.request : flow.response
  if (delivery?.mode === 'tunnelled') return { kind: 'tunnel' }
  if (!message) return { kind: isRunning(flow.state) ? 'waiting' : 'never' }
  const { recorded, recordedBytes } = (side === 'delivered' ? flow.delivered : undefined) ?? message
  const bytes = side === 'delivered' ? message.delivered : message.bytes
  if (isRunning(flow.state)) {
    // A request may be whole, and recorded, long before its flow ends.
    if (side === 'request') return recordedBytes > 0 ? kept() : bytes > 0 ? { kind: 'coming', bytes } : { kind: 'none' }
    if (flow.state === 'held') return { kind: 'held', bytes }
    if (recordedBytes > 0) return kept()
    if (flow.state === 'streaming')
      return { kind: 'flowing', bytes, recording: recordingOf(delivery, bytes, bufferLimit) }
    return bytes > 0 ? { kind: 'coming', bytes } : { kind: 'none' }
  }
  const why = givenUp(flow.notes, side)
  if (why !== undefined) return { kind: 'given-up', why }
  if (recordedBytes > 0) return kept()
  if (bytes === 0) return { kind: 'none' }
  if (side !== 'request' && delivery?.mode === 'streamed') {
    return { kind: 'not-recorded', setting: explain(delivery, flow.state).setting }
  }
  return { kind: 'not-kept' }

  function kept(): BodyState {
    const state = recorded === 'missing' ? 'partial' : recorded
    const crossoverAt = side === 'response' ? delivery?.crossoverAt : undefined
    const heldOf = crossoverAt === undefined ? undefined : Math.min(crossoverAt, recordedBytes)
    return { kind: 'recorded', state, bytes: recordedBytes, of: bytes, heldOf }
  }
}

/** As main/streaming does it: what streams for being live or slow is recorded as it passes, else only what was held. */
function recordingOf(delivery: FlowDetail['delivery'], bytes: number, limit: number): Recording {
  if (!delivery) return { kind: 'nothing' }
  const { reason, crossoverAt } = delivery
  const asItPasses =
    crossoverAt === undefined
      ? /^(?:live type |larger than the buffer limit |modifier )/.test(reason)
      : reason.startsWith('held for more than ')
  if (asItPasses) return bytes > limit ? { kind: 'first', bytes: limit, held: false } : { kind: 'all', limit }
  return crossoverAt ? { kind: 'first', bytes: Math.min(crossoverAt, limit), held: true } : { kind: 'nothing' }
}

/** The engine's note of it (main/flows/memory-store.ts). */
function givenUp(notes: readonly string[], side: Side): string | undefined {
  const start = `recorded ${side} body given up: `
  const note = notes.find((text) => text.startsWith(start))?.slice(start.length)
  return note === undefined ? undefined : beginning(note)
}

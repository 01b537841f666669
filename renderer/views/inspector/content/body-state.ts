/** What there is of a body, and so what can be shown. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { explain, isRunning, type SettingKey } from '../delivery/explain.ts'

/** `delivered`: what the client was sent, where a modifier has changed it. */
export type Side = 'request' | 'response' | 'delivered'

export type BodyState =
  /** There is none, or none that could be seen: `tunnel`. */
  | { kind: 'none' | 'tunnel' }
  /** No response `waiting`: yet; `never`: it failed before. */
  | { kind: 'waiting' | 'never' }
  | { kind: 'coming' | 'held'; bytes: number }
  /** `recording`: all of it can be read when it has ended. */
  | { kind: 'flowing'; bytes: number; recording: boolean }
  /** `of`: what came in all. `crossed`: it was held at first, and only that was recorded. */
  | { kind: 'recorded'; state: 'complete' | 'partial' | 'truncated'; bytes: number; of: number; crossed: boolean }
  | { kind: 'not-recorded'; setting: SettingKey | undefined }
  | { kind: 'not-kept' }
  | { kind: 'given-up'; why: string }

export function bodyStateOf(flow: FlowDetail, side: Side): BodyState {
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
    if (flow.state === 'streaming') return { kind: 'flowing', bytes, recording: isRecorded(delivery, flow.state) }
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
    const crossed = side === 'response' && delivery?.crossoverAt !== undefined
    return { kind: 'recorded', state, bytes: recordedBytes, of: bytes, crossed }
  }
}

/** What is streamed for being live or slow is recorded as it passes; what a size or a rule streams is not. */
function isRecorded(delivery: FlowDetail['delivery'], state: FlowDetail['state']): boolean {
  const setting = delivery && explain(delivery, state).setting
  return setting === 'liveTypes' || setting === 'holdMs' || setting === 'bufferLimit'
}

/** The engine's note of it (main/flows/memory-store.ts). */
function givenUp(notes: readonly string[], side: Side): string | undefined {
  const start = `recorded ${side} body given up: `
  const note = notes.find((text) => text.startsWith(start))?.slice(start.length)
  return note === undefined ? undefined : note.charAt(0).toUpperCase() + note.slice(1)
}

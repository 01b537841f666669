/** What there is of a body, and so what can be shown. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { explain, type SettingKey } from '../delivery/explain.ts'

export type Side = 'request' | 'response'

export type BodyState =
  /** There is none, or none that could be seen: `tunnel`. */
  | { kind: 'none' | 'tunnel' }
  /** No response `waiting`: yet; `never`: it failed before. */
  | { kind: 'waiting' | 'never' }
  | { kind: 'coming' | 'held'; bytes: number }
  | { kind: 'flowing'; bytes: number }
  /** `of`: what came in all. */
  | { kind: 'recorded'; state: 'complete' | 'partial' | 'truncated'; bytes: number; of: number }
  | { kind: 'not-recorded'; setting: SettingKey | undefined }
  | { kind: 'not-kept' }
  | { kind: 'given-up'; why: string }

const runningStates: ReadonlySet<FlowDetail['state']> = new Set(['pending', 'held', 'streaming', 'tunnelled'])

export const isRunning = ({ state }: Pick<FlowDetail, 'state'>): boolean => runningStates.has(state)

export function bodyStateOf(flow: FlowDetail, side: Side): BodyState {
  const { delivery } = flow
  const message = side === 'request' ? flow.request : flow.response
  if (delivery?.mode === 'tunnelled') return { kind: 'tunnel' }
  if (!message) return { kind: isRunning(flow) ? 'waiting' : 'never' }
  const { recorded, recordedBytes, bytes } = message
  if (isRunning(flow)) {
    // A request may be whole, and recorded, long before its flow ends.
    if (side === 'request') return recordedBytes > 0 ? kept() : bytes > 0 ? { kind: 'coming', bytes } : { kind: 'none' }
    if (flow.state === 'held') return { kind: 'held', bytes }
    if (recordedBytes > 0) return kept()
    if (flow.state === 'streaming') return { kind: 'flowing', bytes }
    return bytes > 0 ? { kind: 'coming', bytes } : { kind: 'none' }
  }
  const why = givenUp(flow.notes, side)
  if (why !== undefined) return { kind: 'given-up', why }
  if (recordedBytes > 0) return kept()
  if (bytes === 0) return { kind: 'none' }
  if (side === 'response' && delivery?.mode === 'streamed') {
    return { kind: 'not-recorded', setting: explain(delivery, false).setting }
  }
  return { kind: 'not-kept' }

  function kept(): BodyState {
    const state = recorded === 'missing' ? 'partial' : recorded
    return { kind: 'recorded', state, bytes: recordedBytes, of: bytes }
  }
}

/** The engine's note of it (main/flows/memory-store.ts). */
function givenUp(notes: readonly string[], side: Side): string | undefined {
  const start = `recorded ${side} body given up: `
  const note = notes.find((text) => text.startsWith(start))?.slice(start.length)
  return note === undefined ? undefined : note.charAt(0).toUpperCase() + note.slice(1)
}

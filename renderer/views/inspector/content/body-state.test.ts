import { describe, expect, test } from 'vitest'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { bodyStateOf as stateOf, type BodyState, type Side } from './body-state.ts'

const MB = 1024 * 1024
const bufferLimit = 5 * MB
const bodyStateOf = (shown: FlowDetail, side: Side): BodyState => stateOf(shown, side, bufferLimit)

const message = {
  httpVersion: '1.1',
  head: '',
  bytes: 0,
  delivered: 0,
  chunks: 0,
  deliveredChunks: 0,
  recorded: 'complete',
  recordedBytes: 0,
} as const

const flow = (changes: Partial<FlowDetail>): FlowDetail => ({
  id: 1,
  state: 'done',
  method: 'GET',
  url: 'http://a.example/',
  client: { id: 1, address: '127.0.0.1', port: 1 },
  originReused: false,
  request: message,
  response: { ...message, status: 200 },
  informational: [],
  delivery: { mode: 'buffered', reason: 'not larger than 3m' },
  timings: { startedAt: 0 },
  notes: [],
  ...changes,
})
const answerless = (changes: Partial<FlowDetail>): FlowDetail => {
  const made = flow(changes)
  delete made.response
  return made
}
const response = (changes: Partial<NonNullable<FlowDetail['response']>>): FlowDetail['response'] => ({
  ...message,
  status: 200,
  ...changes,
})
const missing = { recorded: 'missing', bytes: 5_000_000 } as const

describe('an ended flow', () => {
  test('no body', () => {
    expect(bodyStateOf(flow({}), 'response')).toEqual({ kind: 'none' })
    expect(bodyStateOf(flow({}), 'request')).toEqual({ kind: 'none' })
  })
  test('recorded, whole or in part', () => {
    const whole = flow({ response: response({ bytes: 9, recordedBytes: 9 }) })
    expect(bodyStateOf(whole, 'response')).toEqual({
      kind: 'recorded',
      state: 'complete',
      bytes: 9,
      of: 9,
      heldOf: undefined,
    })
    const part = flow({ response: response({ bytes: 90, recorded: 'partial', recordedBytes: 9 }) })
    expect(bodyStateOf(part, 'response')).toEqual({
      kind: 'recorded',
      state: 'partial',
      bytes: 9,
      of: 90,
      heldOf: undefined,
    })
  })
  test('streamed and not recorded, with the setting that decided', () => {
    const streamed = flow({ response: response(missing), delivery: { mode: 'streamed', reason: 'larger than 3m' } })
    expect(bodyStateOf(streamed, 'response')).toEqual({ kind: 'not-recorded', setting: 'stream' })
  })
  test('not kept though it was to be', () => {
    expect(bodyStateOf(flow({ response: response(missing) }), 'response')).toEqual({ kind: 'not-kept' })
    expect(bodyStateOf(flow({ request: { ...message, ...missing } }), 'request')).toEqual({ kind: 'not-kept' })
  })
  test('given up for disk, on its own side only', () => {
    const notes = ['recorded response body given up: bodies on disk exceeded 4g, and the oldest went first']
    const given = flow({ response: response(missing), request: { ...message, bytes: 1, recordedBytes: 1 }, notes })
    expect(bodyStateOf(given, 'response')).toEqual({
      kind: 'given-up',
      why: 'Bodies on disk exceeded 4g, and the oldest went first',
    })
    expect(bodyStateOf(given, 'request').kind).toBe('recorded')
  })
  test('changed by a modifier: each side for itself', () => {
    const changed = flow({
      response: response({ bytes: 100, delivered: 40, recordedBytes: 100 }),
      delivered: { recorded: 'truncated', recordedBytes: 30 },
      delivery: { mode: 'streamed', reason: 'modifier redact' },
    })
    expect(bodyStateOf(changed, 'response')).toMatchObject({ kind: 'recorded', state: 'complete', bytes: 100 })
    expect(bodyStateOf(changed, 'delivered')).toMatchObject({ kind: 'recorded', state: 'truncated', bytes: 30, of: 40 })
    const nothing = { ...changed, delivered: { recorded: 'complete', recordedBytes: 0 } as const }
    expect(bodyStateOf({ ...nothing, response: response({ bytes: 100, delivered: 0 }) }, 'delivered')).toEqual({
      kind: 'none',
    })
  })
  test('failed before a response; tunnelled', () => {
    const without = answerless({ state: 'failed' })
    expect(bodyStateOf(without, 'response')).toEqual({ kind: 'never' })
    const tunnel = flow({ delivery: { mode: 'tunnelled', reason: 'passthrough *' } })
    expect(bodyStateOf(tunnel, 'request')).toEqual({ kind: 'tunnel' })
  })
})

describe('a running flow', () => {
  test('waiting, held, flowing', () => {
    const without = answerless({ state: 'pending' })
    expect(bodyStateOf(without, 'response')).toEqual({ kind: 'waiting' })
    const held = flow({ state: 'held', response: response({ recorded: 'missing', bytes: 7 }) })
    expect(bodyStateOf(held, 'response')).toEqual({ kind: 'held', bytes: 7 })
    const streaming = flow({
      state: 'streaming',
      response: response(missing),
      delivery: { mode: 'streamed', reason: 'larger than 3m' },
    })
    expect(bodyStateOf(streaming, 'response')).toEqual({
      kind: 'flowing',
      bytes: 5_000_000,
      recording: { kind: 'nothing' },
    })
    const live = { ...streaming, delivery: { mode: 'streamed', reason: 'live type text/event-stream' } as const }
    expect(bodyStateOf(live, 'response')).toMatchObject({
      kind: 'flowing',
      recording: { kind: 'all', limit: bufferLimit },
    })
  })
  test('a request that is whole can be read while the response comes', () => {
    const sent = flow({ state: 'streaming', request: { ...message, bytes: 5, recordedBytes: 5 } })
    expect(bodyStateOf(sent, 'request').kind).toBe('recorded')
    const sending = flow({ state: 'pending', request: { ...message, bytes: 5, recorded: 'missing' } })
    expect(bodyStateOf(sending, 'request')).toEqual({ kind: 'coming', bytes: 5 })
  })
})

// With a buffer limit of 5 MB the window said of every body that streamed for its hold time, its type or the limit
// "all of it can be read here when it has ended", and of one that had crossed over at 1.7 MB and was recorded up to
// 5 MB that the 5 MB "were held".
describe('what is recorded of a body that streams', () => {
  const flowing = (bytes: number, delivery: FlowDetail['delivery']) =>
    bodyStateOf(flow({ state: 'streaming', response: response({ recorded: 'missing', bytes }), delivery }), 'response')
  const recording = (bytes: number, reason: string, crossoverAt?: number) => {
    const crossing = crossoverAt === undefined ? {} : { crossoverAt }
    const state = flowing(bytes, { mode: 'streamed', reason, ...crossing })
    return state.kind === 'flowing' ? state.recording : state
  }
  const limited = { kind: 'first', bytes: bufferLimit, held: false }

  test('as it passes, up to the buffer limit', () => {
    for (const reason of ['live type text/event-stream', 'larger than the buffer limit of 5m', 'modifier a']) {
      expect(recording(1.7 * MB, reason)).toEqual({ kind: 'all', limit: bufferLimit })
      expect(recording(bufferLimit, reason)).toEqual({ kind: 'all', limit: bufferLimit })
      expect(recording(bufferLimit + 1, reason)).toEqual(limited)
    }
    expect(recording(1.8 * MB, 'held for more than 500 ms', 1.7 * MB)).toEqual({ kind: 'all', limit: bufferLimit })
    expect(recording(13.5 * MB, 'held for more than 500 ms', 1.7 * MB)).toEqual(limited)
  })
  test('after a size, the limit or a full disk let it through: what was held', () => {
    const reasons = [
      'larger than 3m',
      'larger than the buffer limit of 3m',
      'the temporary file could not be written (X)',
    ]
    for (const reason of reasons) {
      expect(recording(9 * MB, reason, 3 * MB)).toEqual({ kind: 'first', bytes: 3 * MB, held: true })
    }
    expect(recording(9 * MB, 'the temporary file could not be written (X)', 0)).toEqual({ kind: 'nothing' })
  })
  test('nothing where a size or a rule streams it from its head on', () => {
    for (const reason of ['larger than 3m', 'rule 2', 'unknown length']) {
      expect(recording(9 * MB, reason)).toEqual({ kind: 'nothing' })
    }
  })
  test('when it has ended: how much of the record was held', () => {
    const ended = (recordedBytes: number, crossoverAt: number, reason: string) =>
      bodyStateOf(
        flow({
          response: response({ recorded: 'partial', bytes: 13.5 * MB, recordedBytes }),
          delivery: { mode: 'streamed', reason, crossoverAt },
        }),
        'response',
      )
    expect(ended(5 * MB, 1.7 * MB, 'held for more than 500 ms')).toMatchObject({ bytes: 5 * MB, heldOf: 1.7 * MB })
    expect(ended(3 * MB, 3 * MB, 'larger than 3m')).toMatchObject({ bytes: 3 * MB, heldOf: 3 * MB })
    // The disk had not taken all that was held.
    expect(ended(2 * MB, 3 * MB, 'larger than 3m')).toMatchObject({ bytes: 2 * MB, heldOf: 2 * MB })
  })
})

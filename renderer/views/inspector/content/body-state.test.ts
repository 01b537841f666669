import { describe, expect, test } from 'vitest'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { bodyStateOf } from './body-state.ts'

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
      crossed: false,
    })
    const part = flow({ response: response({ bytes: 90, recorded: 'partial', recordedBytes: 9 }) })
    expect(bodyStateOf(part, 'response')).toEqual({
      kind: 'recorded',
      state: 'partial',
      bytes: 9,
      of: 90,
      crossed: false,
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
    const notes = ['recorded response body given up: newer bodies needed the disk']
    const given = flow({ response: response(missing), request: { ...message, bytes: 1, recordedBytes: 1 }, notes })
    expect(bodyStateOf(given, 'response')).toEqual({ kind: 'given-up', why: 'Newer bodies needed the disk' })
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
    expect(bodyStateOf(streaming, 'response')).toEqual({ kind: 'flowing', bytes: 5_000_000, recording: false })
    const live = { ...streaming, delivery: { mode: 'streamed', reason: 'live type text/event-stream' } as const }
    expect(bodyStateOf(live, 'response')).toMatchObject({ kind: 'flowing', recording: true })
  })
  test('a request that is whole can be read while the response comes', () => {
    const sent = flow({ state: 'streaming', request: { ...message, bytes: 5, recordedBytes: 5 } })
    expect(bodyStateOf(sent, 'request').kind).toBe('recorded')
    const sending = flow({ state: 'pending', request: { ...message, bytes: 5, recorded: 'missing' } })
    expect(bodyStateOf(sending, 'request')).toEqual({ kind: 'coming', bytes: 5 })
  })
})

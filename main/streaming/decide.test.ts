import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Framing } from '../http1/index.ts'
import { defaultSettings } from '../model/settings.ts'
import type { ResponseFacts } from '../rules/index.ts'
import { decide, noClaims, type Claims, type DecisionSettings, type Delivery } from './decide.ts'
import { describeReason } from './reason.ts'

const MiB = 1024 * 1024
const chunked: Framing = { kind: 'chunked' }
const length = (bytes: number): Framing => ({ kind: 'length', length: bytes })

/** What is decided, in short: how and why; crossover at bytes; held for so long; what is recorded; who may be denied. */
function decided(
  framing: Framing,
  settings: Partial<DecisionSettings> = {},
  facts: Partial<ResponseFacts> = {},
  claims: Partial<Claims> = {},
) {
  const all = {
    host: 'a.example',
    path: '/',
    method: 'GET',
    status: 200,
    type: undefined,
    length: framing.kind === 'length' ? framing.length : undefined,
    ...facts,
  }
  const plan = decide(all, framing, { ...noClaims, ...claims }, { ...defaultSettings, ...settings })
  const { mode, reason, crossoverAt, holdMs, record, asked, modifiers } = plan
  return {
    told: `${mode}: ${describeReason(reason)}`,
    ...(crossoverAt && { at: `${crossoverAt.bytes}: ${describeReason(crossoverAt.reason)}` }),
    ...(holdMs !== undefined && { holdMs }),
    ...(mode === 'streamed' && { record }),
    ...(asked !== undefined && { asked }),
    ...(modifiers.length > 0 && { modifiers }),
  }
}
const limit = { at: `${64 * MiB}: larger than the buffer limit of 64m` }
const held = { ...limit, holdMs: 500 }

describe('A9: without a body there is nothing to decide', () => {
  const everything = { streamSize: 0, rules: [{ delivery: 'stream' as const }] }
  const claims = { wholeBody: 'body rule 1', script: { by: 's', choice: 'stream' as const }, modifiers: ['m'] }
  test.each<[string, Framing]>([
    ['no body at all', { kind: 'none' }],
    ['Content-Length 0', length(0)],
  ])('%s', (_, framing) => {
    expect(decided(framing)).toEqual({ told: 'buffered: no body' })
    expect(decided(framing, everything, { type: 'text/event-stream' }, claims)).toEqual({ told: 'buffered: no body' })
  })
})

describe('A1: without a size rule', () => {
  test.each<[string, Framing]>([
    ['known length', length(5)],
    ['chunked', chunked],
    ['until close', { kind: 'close' }],
    ['exactly the buffer limit', length(64 * MiB)],
  ])('buffered: %s', (_, framing) => {
    expect(decided(framing)).toEqual({ told: 'buffered: no rule streams it', ...held })
  })

  test('what could never be held is not held', () => {
    const told = 'streamed: larger than the buffer limit of 64m'
    expect(decided(length(64 * MiB + 1))).toEqual({ told, record: 'live' })
  })
})

describe('A3: the size rule', () => {
  test.each([
    [0, 1, 'streamed: larger than 0'],
    [1, 1, 'buffered: not larger than 1b'],
    [1, 2, 'streamed: larger than 1b'],
    [3 * MiB, 3 * MiB, 'buffered: not larger than 3m'],
    [3 * MiB, 3 * MiB + 1, 'streamed: larger than 3m'],
    // The size rule is asked before the buffer limit.
    [3 * MiB, 64 * MiB + 1, 'streamed: larger than 3m'],
    [100 * MiB, 64 * MiB + 1, 'streamed: larger than the buffer limit of 64m'],
  ])('of %d bytes on a body of %d', (streamSize, bytes, told) => {
    const more = told.startsWith('buffered') ? held : { record: told.includes('limit') ? 'live' : 'nothing' }
    expect(decided(length(bytes), { streamSize })).toEqual({ told, ...more })
  })
})

describe('B1: unknown length under a size rule', () => {
  test.each<[string, Framing]>([
    ['chunked', chunked],
    ['until close', { kind: 'close' }],
  ])('%s: held up to the size, or streamed at once', (_, framing) => {
    expect(decided(framing, { streamSize: 3 * MiB })).toEqual({
      told: 'buffered: unknown length, held up to 3m',
      at: `${3 * MiB}: larger than 3m`,
      holdMs: 500,
    })
    expect(decided(framing, { streamSize: 3 * MiB, streamUnknown: 'now' })).toEqual({
      told: 'streamed: unknown length',
      record: 'nothing',
    })
  })

  // An event stream's head waited for its first event, half a second or more, though nothing could have been held.
  test('size 0 holds nothing, not even the head until the first byte', () => {
    for (const streamUnknown of ['crossover', 'now'] as const) {
      expect(decided(chunked, { streamSize: 0, streamUnknown })).toEqual({
        told: 'streamed: larger than 0',
        record: 'nothing',
      })
    }
  })

  test('the buffer limit is the lower of two levels', () => {
    expect(decided(chunked, { streamSize: 100 * MiB })).toMatchObject(limit)
    expect(decided(chunked, { streamSize: 64 * MiB })).toMatchObject(limit)
    expect(decided(chunked, { streamSize: 64 * MiB - 1 })).toMatchObject({ at: '67108863: larger than 67108863b' })
  })

  test('"now" without a size rule is no rule', () => {
    expect(decided(chunked, { streamUnknown: 'now' })).toEqual({ told: 'buffered: no rule streams it', ...held })
  })
})

describe('B2: live types', () => {
  const grpc = ['application/grpc', 'application/grpc+proto', 'application/grpc-web', 'application/grpc-web-text']
  test.each([
    'text/event-stream',
    'application/x-ndjson',
    'application/jsonl',
    'application/stream+json',
    'multipart/x-mixed-replace',
    ...grpc,
  ])('%s', (type) => {
    const told = `streamed: live type ${type}`
    expect(decided(chunked, {}, { type })).toEqual({ told, record: 'live' })
    expect(decided(length(3), { streamSize: 100 }, { type })).toEqual({ told, record: 'live' })
    expect(decided(chunked, { liveTypes: false }, { type }).told).toBe('buffered: no rule streams it')
    expect(decided(length(3), { liveTypes: false, streamSize: 2 }, { type }).told).toBe('streamed: larger than 2b')
  })
  test.each(['text/event-streams', 'text/plain', 'application/json', 'application/gr', 'multipart/mixed'])(
    'not %s',
    (type) => {
      expect(decided(chunked, {}, { type }).told).toBe('buffered: no rule streams it')
    },
  )
})

describe('B3a: who decides', () => {
  const rules = [{ host: '*.example', delivery: 'buffer' as const, name: 'keep' }, { delivery: 'stream' as const }]
  const live = { type: 'text/event-stream' }
  const script = (choice: 'stream' | 'buffer') => ({ by: 'script "s.ts"', choice })
  const size = { streamSize: 1 }

  test('a body rule or breakpoint before everything, exempt from size, live type and hold time', () => {
    const claims = { wholeBody: 'body rule 3', script: script('stream'), modifiers: ['m'] }
    expect(decided(length(5), { ...size, rules: rules.slice(1) }, live, claims)).toEqual({
      told: 'buffered: body rule 3 needs the whole body',
      asked: 'body rule 3',
      ...limit,
    })
  })

  test('then the script', () => {
    const claims = { modifiers: ['m'] }
    expect(decided(chunked, { rules }, live, { ...claims, script: script('buffer') })).toEqual({
      told: 'buffered: script "s.ts"',
      asked: 'script "s.ts"',
      ...limit,
    })
    expect(decided(chunked, { rules }, {}, { ...claims, script: script('stream') })).toEqual({
      told: 'streamed: script "s.ts"',
      record: 'nothing',
      modifiers: ['m'],
    })
  })

  test('then a modifier', () => {
    expect(decided(length(1), { rules, streamSize: 5 }, {}, { modifiers: ['count', 'replace'] })).toEqual({
      told: 'streamed: modifier count, modifier replace',
      record: 'live',
      modifiers: ['count', 'replace'],
    })
  })

  test('then the rules in their order, exempt from live types and sizes', () => {
    expect(decided(chunked, { ...size, rules }, live)).toEqual({
      told: 'buffered: rule "keep"',
      asked: 'rule "keep"',
      ...limit,
    })
    expect(decided(length(1), { streamSize: 5, rules }, { host: 'b' })).toEqual({
      told: 'streamed: rule 2',
      record: 'nothing',
    })
  })

  test('then live types, then sizes', () => {
    expect(decided(length(5), size, live).told).toBe('streamed: live type text/event-stream')
    expect(decided(length(5), size).told).toBe('streamed: larger than 1b')
  })

  test('who needs it whole above the buffer limit is denied, by name', () => {
    const told = 'streamed: larger than the buffer limit of 64m'
    const above = length(64 * MiB + 1)
    expect(decided(above, { rules })).toEqual({ told, record: 'live', asked: 'rule "keep"' })
    expect(decided(above, {}, {}, { wholeBody: 'breakpoint 2' })).toEqual({
      told,
      record: 'live',
      asked: 'breakpoint 2',
    })
    expect(decided(above, {}, {}, { script: script('buffer') })).toEqual({
      told,
      record: 'live',
      asked: 'script "s.ts"',
    })
  })
})

describe('whatever comes', () => {
  const bytes = fc.oneof(fc.nat(20), fc.constantFrom(99, 100, 101), fc.maxSafeNat())
  const framing: fc.Arbitrary<Framing> = fc.oneof(
    fc.constantFrom<Framing>({ kind: 'none' }, chunked, { kind: 'close' }),
    bytes.map(length),
  )
  const rule = fc.record(
    {
      host: fc.constantFrom('*', 'a', 'b'),
      largerThan: fc.nat(20),
      off: fc.boolean(),
      delivery: fc.constantFrom('stream' as const, 'buffer' as const),
    },
    { requiredKeys: ['delivery'] },
  )
  const settings = fc.record<DecisionSettings>({
    streamSize: fc.option(bytes, { nil: undefined }),
    streamUnknown: fc.constantFrom('crossover', 'now'),
    liveTypes: fc.boolean(),
    holdMs: fc.nat(1000),
    bufferLimit: fc.constantFrom(1, 100, 64 * MiB),
    rules: fc.array(rule, { maxLength: 3 }),
  })
  const claims = fc.record<Claims>({
    wholeBody: fc.option(fc.constant('body rule 1'), { nil: undefined }),
    script: fc.option(
      fc.record({ by: fc.constant('s'), choice: fc.constantFrom('stream' as const, 'buffer' as const) }),
      {
        nil: undefined,
      },
    ),
    modifiers: fc.subarray(['m', 'n']),
  })
  const type = fc.constantFrom(undefined, 'text/plain', 'text/event-stream', 'application/grpc+json')
  const holds = (check: (plan: Delivery, framing: Framing, set: DecisionSettings, by: Claims) => void) =>
    fc.assert(
      fc.property(framing, settings, claims, type, fc.constantFrom('a', 'b'), (frame, set, by, mediaType, host) => {
        const known = frame.kind === 'length' ? frame.length : undefined
        const facts = { host, path: '/', method: 'GET', status: 200, type: mediaType, length: known }
        check(decide(facts, frame, by, set), frame, set, by)
      }),
      { numRuns: 3000 },
    )

  test('something is decided, with a reason in words and without a contradiction', () => {
    holds((plan, frame) => {
      expect(describeReason(plan.reason)).not.toBe('')
      if (plan.mode === 'streamed') {
        expect(plan.crossoverAt).toBeUndefined()
        expect(plan.holdMs).toBeUndefined()
      } else if (plan.reason.kind !== 'no-body') {
        // No body is held without a bound.
        expect(plan.crossoverAt).toBeDefined()
      }
      const none = frame.kind === 'none' || (frame.kind === 'length' && frame.length === 0)
      expect(plan.reason.kind === 'no-body').toBe(none)
    })
  })

  test('what is held never exceeds the buffer limit, and a known length is never held to be let go', () => {
    holds((plan, frame, set) => {
      if (plan.crossoverAt) expect(plan.crossoverAt.bytes).toBeLessThanOrEqual(set.bufferLimit)
      if (plan.mode === 'buffered' && plan.crossoverAt && frame.kind === 'length') {
        expect(frame.length).toBeLessThanOrEqual(plan.crossoverAt.bytes)
      }
    })
  })

  test('an explicit buffer streams above the buffer limit only, and then says who asked', () => {
    holds((plan, frame, set, by) => {
      if (by.wholeBody === undefined && by.script?.choice !== 'buffer') return
      const large = frame.kind === 'length' && frame.length > set.bufferLimit
      expect(plan.mode).toBe(large ? 'streamed' : 'buffered')
      expect(plan.holdMs).toBeUndefined()
      if (plan.reason.kind !== 'no-body') expect(plan.asked).toBe(by.wholeBody ?? by.script?.by)
    })
  })

  test('no modifier is called without a body, nor where the whole body is needed', () => {
    holds((plan) => {
      if (plan.mode === 'buffered') expect(plan.modifiers).toEqual([])
    })
  })
})

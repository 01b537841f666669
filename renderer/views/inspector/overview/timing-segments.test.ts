import { describe, expect, test } from 'vitest'
import { segmentsOf, setUpConnection, shares, type Timed } from './timing-segments.ts'

const startedAt = 1_700_000_000_000
const origin = { id: 1, address: '127.0.0.1', port: 80 }
const flow = (moments: Omit<Timed['timings'], 'startedAt'>, changes: Partial<Timed> = {}): Timed => ({
  timings: { startedAt, ...moments },
  state: 'done',
  delivery: { mode: 'buffered', reason: 'no rule streams it' },
  origin,
  ...changes,
})
const told = (timed: Timed, elapsed = 0) => segmentsOf(timed, elapsed).map(({ phase, length }) => [phase, length])
const failed = (code: string, phase: string): Partial<Timed> => ({
  state: 'failed',
  error: { code, side: 'origin', phase, message: '' },
})

test('every phase in order, without gaps', () => {
  const moments = { dns: 1, connect: 3, tls: 10, sent: 11, firstByte: 50, lastByte: 90, end: 95 }
  const done = flow(moments)
  expect(told(done)).toEqual([
    ['dns', 1],
    ['connect', 2],
    ['tls', 7],
    ['sending', 1],
    ['waiting', 39],
    ['receiving', 40],
    ['delivering', 5],
  ])
  expect(segmentsOf(done, 0).reduce((sum, { length }) => sum + length, 0)).toBe(95)
  expect(setUpConnection(done.timings)).toBe(true)
})

test('a reused connection has no set-up', () => {
  const reused = flow({ sent: 100, firstByte: 2000, lastByte: 2000, end: 2000 })
  expect(told(reused).map(([phase]) => phase)).toEqual(['sending', 'waiting', 'receiving', 'delivering'])
  expect(setUpConnection(reused.timings)).toBe(false)
})

test('an answer before the request was sent whole never makes a negative length', () => {
  const segments = segmentsOf(flow({ sent: 900, firstByte: 300, lastByte: 400, end: 950 }), 0)
  expect(segments.map(({ length }) => length)).toEqual([900, 0, 0, 50])
})

// A stream of four seconds was said to have waited 101 ms and taken 102 ms so far, a request that hung for 2.65 s to
// have taken 0.65 ms.
describe('a running flow takes its time up to now', () => {
  test('in the phase that is under way', () => {
    const streaming = flow({ sent: 1, firstByte: 102 }, { state: 'streaming' })
    expect(told(streaming, 4280)).toEqual([
      ['sending', 1],
      ['waiting', 101],
      ['receiving', 4178],
    ])
    expect(segmentsOf(streaming, 4280).map(({ open }) => open)).toEqual([false, false, true])
    expect(told(flow({ sent: 650 }, { state: 'pending' }), 2650)).toEqual([
      ['sending', 650],
      ['waiting', 2000],
    ])
    expect(told(flow({}, { state: 'pending' }), 2650)).toEqual([['sending', 2650]])
    expect(told({ timings: { startedAt }, state: 'pending' }, 2650)).toEqual([['setup', 2650]])
    expect(told(flow({ sent: 1, firstByte: 2, lastByte: 3 }, { state: 'streaming' }), 9).at(-1)).toEqual([
      'delivering',
      6,
    ])
  })
  test('also when the clock of the page is behind', () => {
    expect(told(flow({ sent: 650 }, { state: 'pending' }), 600)).toEqual([
      ['sending', 650],
      ['waiting', 0],
    ])
  })
  test('a tunnel', () => {
    const tunnel = { delivery: { mode: 'tunnelled', reason: 'passthrough *' } } as const
    expect(told(flow({ dns: 1, connect: 2 }, { state: 'tunnelled', ...tunnel }), 100)).toEqual([
      ['dns', 1],
      ['connect', 1],
      ['tunnel', 98],
    ])
    expect(told(flow({ dns: 1, connect: 2, lastByte: 90, end: 100 }, tunnel)).at(-1)).toEqual(['tunnel', 98])
  })
})

// A connection that was refused was said to have delivered for 2.9 ms.
describe('what failed took the rest', () => {
  test.each<[code: string, phase: string, moments: Omit<Timed['timings'], 'startedAt'>, expected: string]>([
    ['DNS_FAILED', 'dns', {}, 'dns'],
    ['CONNECT_REFUSED', 'connect', {}, 'connect'],
    ['ORIGIN_CERTIFICATE', 'origin-tls', {}, 'setup-tls'],
    ['ORIGIN_CLOSED', 'response-head', { sent: 5 }, 'waiting'],
    ['ORIGIN_CLOSED', 'response-body', { sent: 5, firstByte: 6 }, 'receiving'],
    ['CLIENT_CLOSED', 'request-body', { dns: 1, connect: 2 }, 'sending'],
    // The engine says of every flow that is ended from outside that its body was coming.
    ['KILLED', 'response-body', { sent: 5 }, 'waiting'],
    ['KILLED', 'response-body', { sent: 5, firstByte: 6, lastByte: 7 }, 'delivering'],
  ])('%s, %s', (code, phase, moments, expected) => {
    expect(told(flow({ ...moments, end: 2900 }, failed(code, phase))).at(-1)?.[0]).toBe(expected)
    expect(segmentsOf(flow({ ...moments, end: 2900 }, failed(code, phase)), 0).at(-1)?.to).toBe(2900)
  })
})

test('shares are 100 together, and a short phase beside a long one is still seen', () => {
  const segments = segmentsOf(flow({ sent: 10, firstByte: 20, lastByte: 60_000_000, end: 60_000_000 }), 0)
  const parts = shares(segments)
  expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(100)
  expect(parts[0]).toBeGreaterThan(0.7)
  expect(parts[3]).toBe(0)
  expect(shares(segmentsOf(flow({ sent: 0, end: 0 }), 0))).toEqual([50, 50])
})

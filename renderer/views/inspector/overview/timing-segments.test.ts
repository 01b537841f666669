import { expect, test } from 'vitest'
import { segmentsOf, setUpConnection, shares } from './timing-segments.ts'

const startedAt = 1_700_000_000_000

test('every phase in order, without gaps', () => {
  const timings = { startedAt, dns: 1, connect: 3, tls: 10, sent: 11, firstByte: 50, lastByte: 90, end: 95 }
  const segments = segmentsOf(timings)
  expect(segments.map(({ phase, length }) => [phase, length])).toEqual([
    ['dns', 1],
    ['connect', 2],
    ['tls', 7],
    ['sending', 1],
    ['waiting', 39],
    ['receiving', 40],
    ['delivering', 5],
  ])
  expect(segments.reduce((sum, { length }) => sum + length, 0)).toBe(95)
  expect(setUpConnection(timings)).toBe(true)
})

test('a reused connection has no set-up, and what has not happened yet is left out', () => {
  const timings = { startedAt, sent: 100, firstByte: 2000 }
  expect(segmentsOf(timings).map(({ phase }) => phase)).toEqual(['sending', 'waiting'])
  expect(setUpConnection(timings)).toBe(false)
  expect(segmentsOf({ startedAt })).toEqual([])
})

test('an answer before the request was sent whole never makes a negative length', () => {
  const segments = segmentsOf({ startedAt, sent: 900, firstByte: 300, lastByte: 400, end: 950 })
  expect(segments.map(({ length }) => length)).toEqual([900, 0, 0, 50])
})

test('shares are 100 together, and a short phase beside a long one is still seen', () => {
  const segments = segmentsOf({ startedAt, sent: 10, firstByte: 20, lastByte: 60_000_000, end: 60_000_000 })
  const parts = shares(segments)
  expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(100)
  expect(parts[0]).toBeGreaterThan(0.7)
  expect(parts[3]).toBe(0)
  expect(shares(segmentsOf({ startedAt, sent: 0, end: 0 }))).toEqual([50, 50])
})

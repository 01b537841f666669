import { expect, test } from 'vitest'
import { caTrouble, dayMs, isStale, leafValidity, type Validity } from './validity.ts'

const now = Date.parse('2026-06-01T12:00:00Z')
const years = 365 * dayMs
const ca = { from: now - years, to: now + 9 * years }
const leaf = leafValidity(now, ca)

test('a leaf begins a day ago and ends within 398, within the CA', () => {
  expect(leaf).toEqual({ from: now - dayMs, to: now + 396 * dayMs })
  const short = { from: now - dayMs / 2, to: now + 3 * dayMs }
  expect(leafValidity(now, short)).toEqual(short)
})

test.each<[when: string, at: number, authority: Validity, stale: boolean]>([
  ['now', now, ca, false],
  ['at its first moment', leaf.from, ca, false],
  ['before it', leaf.from - 1, ca, true],
  ['a day before its end', leaf.to - dayMs, ca, false],
  ['within its last day', leaf.to - dayMs + 1, ca, true],
  ['behind its end', leaf.to + 1, ca, true],
  ['years behind it', leaf.to + years, ca, true],
])('%s it is stale or not', (_, at, authority, stale) => {
  expect(isStale(leaf, at, authority)).toBe(stale)
  // Who is given another one is not given a third in the same moment.
  if (stale) expect(isStale(leafValidity(at, authority), at, authority)).toBe(false)
})

test('where another one would be no better none is made: a CA that ends, or has not begun', () => {
  const ending = { from: now - years, to: now + 5 * dayMs }
  const last = leafValidity(now, ending)
  for (const at of [ending.to - dayMs / 2, ending.to, ending.to + years]) {
    expect(isStale(last, at, ending)).toBe(false)
    expect(isStale(leafValidity(at, ending), at, ending)).toBe(false)
  }
  const young = { from: now - dayMs / 2, to: now + years }
  expect(isStale(leafValidity(now, young), young.from - years, young)).toBe(false)
})

test('whatever the clock says, a leaf is within its CA and ends behind its beginning', () => {
  for (const at of [0, ca.from - years, ca.from, now, ca.to, ca.to + years]) {
    const { from, to } = leafValidity(at, ca)
    expect([from >= ca.from, to <= ca.to, to >= from]).toEqual([true, true, true])
  }
})

test.each([
  [ca.to - 30 * dayMs, undefined],
  [ca.to - 30 * dayMs + 1, /^expires on 2035-05-30, before which both its files .*trust$/],
  [ca.to, /^expires on /],
  [ca.to + 1, /^expired on 2035-05-30, and no client takes its certificates any more: both its files/],
  [ca.from, undefined],
  [ca.from - 1, /^is not valid before 2025-06-01: .*; check the clock$/],
])('a CA at %d: %s', (at, words) => {
  const told = caTrouble(ca, at)
  if (words === undefined) expect(told).toBeUndefined()
  else expect(told).toMatch(words)
})

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atEnd, endOf, longestPx, mostRows, rowsInSight, scrollToRow, shiftOf, type View } from './window.ts'

const view = (scrollTop: number, count: number, height = 260): View => ({ scrollTop, height, count, row: 26 })

test('the rows in sight, and a few around them', () => {
  expect(rowsInSight(view(0, 0))).toEqual({ first: 0, end: 0, top: 0, total: 0 })
  expect(rowsInSight(view(0, 3))).toEqual({ first: 0, end: 3, top: 0, total: 78 })
  expect(rowsInSight(view(0, 100))).toEqual({ first: 0, end: 16, top: 0, total: 2600 })
  expect(rowsInSight(view(1300, 100))).toEqual({ first: 44, end: 66, top: 1144, total: 2600 })
  expect(rowsInSight(view(2340, 100))).toEqual({ first: 84, end: 100, top: 2184, total: 2600 })
})

test('the end is where the last row is in sight', () => {
  for (const count of [0, 3, 100, 5_000_000]) {
    const at = endOf(view(0, count))
    expect(atEnd(view(at, count))).toBe(true)
    expect(rowsInSight(view(at, count)).end).toBe(count)
  }
  expect(endOf(view(0, 100))).toBe(2340)
  expect(atEnd(view(2300, 100))).toBe(false)
})

test('a list that got shorter is not scrolled beyond its end', () => {
  expect(rowsInSight(view(2340, 20))).toMatchObject({ first: 4, end: 20, total: 520 })
})

test('of five million rows each can be reached, and none is drawn beyond what Chromium draws', () => {
  const count = 5_000_000
  const { total } = rowsInSight(view(0, count))
  expect(total).toBe(longestPx)
  const last = rowsInSight(view(total - 260, count))
  expect(last.end).toBe(count)
  expect(last.top + (count - last.first) * 26).toBeCloseTo(total, 0)
  const middle = scrollToRow(view(0, count), 2_500_000)
  const { first, end } = rowsInSight(view(middle, count))
  expect(first).toBeLessThanOrEqual(2_500_000)
  expect(end).toBeGreaterThan(2_500_000)
})

test('wherever it stands, what is in sight is covered by rows', () => {
  const count = fc.oneof(fc.nat(300), fc.integer({ min: 1_000_000, max: 9_000_000 }))
  fc.assert(
    fc.property(
      count,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 30, max: 2000 }),
      (n, at, height) => {
        const total = Math.min(n * 26, longestPx)
        const scrollTop = at * Math.max(0, total - height)
        const seen = rowsInSight({ scrollTop, height, count: n, row: 26 })
        expect(seen.top).toBeLessThanOrEqual(scrollTop + 0.01)
        const bottom = seen.top + (seen.end - seen.first) * 26
        expect(bottom).toBeGreaterThanOrEqual(Math.min(scrollTop + height, total) - 0.01)
        expect(seen.end - seen.first).toBeLessThanOrEqual(mostRows({ scrollTop, height, count: n, row: 26 }))
      },
    ),
  )
})

describe('bringing a row into sight', () => {
  test.each([
    [0, 5, 0],
    [0, 9, 0],
    [0, 10, 26],
    [0, 99, 2340],
    [2340, 99, 2340],
    [2340, 0, 0],
    [130, 4, 104],
  ])('at %d, row %d: %d', (scrollTop, index, expected) => {
    expect(scrollToRow(view(scrollTop, 100), index)).toBe(expected)
  })
})

test('the end is where the last row is in sight', () => {
  expect(atEnd(view(0, 0))).toBe(true)
  expect(atEnd(view(0, 5))).toBe(true)
  expect(atEnd(view(0, 100))).toBe(false)
  expect(atEnd(view(2300, 100))).toBe(false)
  expect(atEnd(view(2330, 100))).toBe(true)
})

test('rows that go above the eye move the content by as much', () => {
  expect(shiftOf(view(500, 100), 30, 25)).toBe(-130)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { highestOf, placeOf, split, stepFrom, streams, thresholdAt } from './scale.ts'

const MiB = 1024 ** 2
const highest = highestOf([])

test('exactly the threshold is held, one byte more is streamed', () => {
  expect(streams(3 * MiB, 3 * MiB)).toBe(false)
  expect(streams(3 * MiB + 1, 3 * MiB)).toBe(true)
  expect(streams(1, 0)).toBe(true)
  expect(streams(10 ** 12, null)).toBe(false)
  expect(split([1, 3 * MiB, 3 * MiB + 1], 3 * MiB)).toEqual({ held: 2, streamed: 1 })
  expect(split([], 0)).toEqual({ held: 0, streamed: 0 })
})

test('larger is higher; nothing and none are the ends', () => {
  expect([placeOf(0, highest), placeOf(null, highest)]).toEqual([0, 1])
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.nat(2 ** 31), (a, b) => {
      if (a < b) expect(placeOf(a, highest)).toBeLessThanOrEqual(placeOf(b, highest))
      expect(placeOf(a, highest)).toBeLessThan(1)
    }),
  )
})

test('a place becomes a round size near it', () => {
  expect(thresholdAt(0, highest)).toBe(0)
  expect(thresholdAt(1, highest)).toBeNull()
  expect(thresholdAt(placeOf(3 * MiB, highest), highest)).toBe(3 * MiB)
  expect(thresholdAt(placeOf(3.1 * MiB, highest), highest)).toBe(3 * MiB)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (place) => {
      const threshold = thresholdAt(place, highest)
      expect(Math.abs(placeOf(threshold, highest) - place)).toBeLessThan(0.05)
      if (threshold !== null) expect(Number.isInteger(threshold)).toBe(true)
    }),
  )
})

test('arrow keys walk over round sizes, from end to end and back', () => {
  expect(stepFrom(3 * MiB, 1, highest)).toBe(5 * MiB)
  expect(stepFrom(3 * MiB, -1, highest)).toBe(2 * MiB)
  expect(stepFrom(3.5 * MiB, -1, highest)).toBe(3 * MiB)
  expect(stepFrom(3 * MiB, 1, highest, true)).toBe(30 * MiB)
  expect(stepFrom(0, -1, highest)).toBe(0)
  expect(stepFrom(0, 1, highest, true)).toBe(100)
  expect(stepFrom(1024 ** 3, 1, highest)).toBeNull()
  expect(stepFrom(null, 1, highest)).toBeNull()
  expect(stepFrom(null, -1, highest)).toBe(1024 ** 3)
  let steps = 0
  for (let at: number | null = 0; at !== null; at = stepFrom(at, 1, highest)) expect(steps++).toBeLessThan(60)
})

test('the scale reaches the largest body', () => {
  expect(highestOf([5, 7 * 1024 ** 3])).toBe(7 * 1024 ** 3)
})

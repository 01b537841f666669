import { expect, test } from 'vitest'
import { exactBytes, exactTime, shownBytes, shownTime } from './amounts.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [10_035, '9.8 KB'],
  [3 * 1024 ** 2, '3.0 MB'],
  [184 * 1024 ** 2, '184 MB'],
  [5 * 1024 ** 5, '5120 TB'],
])('%i bytes', (bytes, shown) => expect(shownBytes(bytes)).toBe(shown))

test.each([
  [0, '0 ms'],
  [4, '0 ms'],
  [400, '0.40 ms'],
  [9_940, '9.9 ms'],
  [84_213, '84 ms'],
  [999_499, '999 ms'],
  [1_240_000, '1.24 s'],
  [44_000_000, '44.0 s'],
  [125_000_000, '2 min 5 s'],
  [7_384_000_000, '2 h 3 min'],
])('%i µs', (micros, shown) => expect(shownTime(micros)).toBe(shown))

test('exact ones', () => {
  expect(exactBytes(1)).toBe('1 byte')
  expect(exactBytes(1234567)).toBe('1,234,567 bytes')
  expect(exactTime(84213)).toBe('84,213 µs')
})

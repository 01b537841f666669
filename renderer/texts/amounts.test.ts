import { expect, test } from 'vitest'
import { countText, exactBytes, exactTime, rateText, sizeText, timeText } from './amounts.ts'

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [1536, '1.5 KB'],
  [99.94 * 1024, '99.9 KB'],
  [99.96 * 1024, '100 KB'],
  [999 * 1024, '999 KB'],
  [1023 * 1024, '1.0 MB'],
  [3 * 1024 ** 2, '3.0 MB'],
  [184 * 1024 ** 2, '184 MB'],
  [10 * 1024 ** 3, '10.0 GB'],
  [5000 * 1024 ** 4, '5000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})

test.each([
  [-1, '0.00 ms'],
  [0.42, '0.42 ms'],
  [0.996, '1.0 ms'],
  [9.949, '9.9 ms'],
  [9.96, '10 ms'],
  [84, '84 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [3100, '3.10 s'],
  [59_900, '59.9 s'],
  [59_960, '1:00 min'],
  [125_000, '2:05 min'],
  [3_599_600, '1:00:00 h'],
  [3_723_000, '1:02:03 h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(timeText(milliseconds)).toBe(text)
})

test('rates and counts', () => {
  expect(rateText(4.2 * 1024 ** 2)).toBe('4.2 MB/s')
  expect(countText(1234567)).toBe('1,234,567')
  expect(exactBytes(1)).toBe('1 byte')
  expect(exactBytes(1234567)).toBe('1,234,567 bytes')
  expect(exactTime(84_213.4)).toBe('84,213 µs')
})

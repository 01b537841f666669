import { expect, test } from 'vitest'
import { Pieces } from './pieces.ts'

// A decoded body was joined as a whole before its first page was given: 64 MiB held up all traffic for 90 ms.

test('any part, wherever it begins and ends, is what was put in, in memory of its own', () => {
  const all = Uint8Array.from({ length: 40 }, (_, index) => index)
  const pieces = new Pieces()
  for (const [from, to] of [
    [0, 1],
    [1, 8],
    [8, 8],
    [8, 9],
    [9, 30],
    [30, 40],
  ] as const) {
    pieces.push(all.subarray(from, to))
  }
  expect(pieces.length).toBe(40)
  for (let offset = 0; offset <= 45; offset++) {
    for (let most = 0; most <= 45; most++) {
      const read = pieces.read(offset, most)
      expect(read).toEqual(all.slice(offset, offset + most))
      expect(read.buffer.byteLength).toBe(read.length)
    }
  }
  expect([...pieces].flatMap((piece) => [...piece])).toEqual([...all])
})

test('of nothing there is nothing to read', () => {
  expect(new Pieces().read(0, 10)).toHaveLength(0)
  expect([...new Pieces()]).toEqual([])
})

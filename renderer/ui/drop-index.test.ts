import { expect, test } from 'vitest'
import { dropIndex, evasion } from './drop-index.ts'

test('a line falls where the pointer is among the others', () => {
  const middles = [10, 30, 50]
  expect(dropIndex(middles, 0, 5)).toBe(0)
  expect(dropIndex(middles, 0, 31)).toBe(1)
  expect(dropIndex(middles, 0, 99)).toBe(2)
  expect(dropIndex(middles, 2, 5)).toBe(0)
  expect(dropIndex(middles, 1, 29)).toBe(1)
})

/** The dragged line lay over the one it was held above, whose name could not be read. */
test('the lines it passes go to where it came from', () => {
  const evasions = (from: number, to: number) => [0, 1, 2, 3].map((index) => evasion({ from, to, height: 40 }, index))
  expect(evasions(0, 2)).toEqual([0, -40, -40, 0])
  expect(evasions(3, 1)).toEqual([0, 40, 40, 0])
  expect(evasions(1, 1)).toEqual([0, 0, 0, 0])
})

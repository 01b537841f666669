import { expect, test } from 'vitest'
import { dropIndex } from './drop-index.ts'

test('a line falls where the pointer is among the others', () => {
  const middles = [10, 30, 50]
  expect(dropIndex(middles, 0, 5)).toBe(0)
  expect(dropIndex(middles, 0, 31)).toBe(1)
  expect(dropIndex(middles, 0, 99)).toBe(2)
  expect(dropIndex(middles, 2, 5)).toBe(0)
  expect(dropIndex(middles, 1, 29)).toBe(1)
})

import { expect, test } from 'vitest'
import { between, indexAfter, neighbour } from './keys.ts'

const bare = { ctrlKey: false, metaKey: false, altKey: false }

test.each([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 3, 4],
  ['ArrowDown', 99, 99],
  ['j', 3, 4],
  ['ArrowUp', -1, 99],
  ['ArrowUp', 3, 2],
  ['k', 0, 0],
  ['Home', 50, 0],
  ['End', 50, 99],
  ['PageDown', -1, 10],
  ['PageDown', 95, 99],
  ['PageUp', 5, 0],
  ['PageUp', 50, 40],
  ['x', 5, undefined],
])('%s at %d goes to %s', (key, index, expected) => {
  expect(indexAfter({ ...bare, key }, index, 100, 10)).toBe(expected)
})

test('an empty list has nowhere to go, and Ctrl+J is not ours', () => {
  expect(indexAfter({ ...bare, key: 'End' }, -1, 0, 10)).toBeUndefined()
  expect(indexAfter({ ...bare, key: 'j', ctrlKey: true }, 1, 9, 10)).toBeUndefined()
  expect(indexAfter({ ...bare, key: 'ArrowLeft', altKey: true }, 1, 9, 10)).toBeUndefined()
})

test('a stretch has both its ends', () => {
  expect(between([5, 6, 7, 8], 1, 3)).toEqual([6, 7, 8])
  expect(between([5, 6, 7, 8], 3, 1)).toEqual([6, 7, 8])
  expect(between([5, 6, 7, 8], -1, 1)).toEqual([5, 6])
})

test.each([
  [[2], 3],
  [[2, 3], 4],
  [[4], 3],
  [[3, 4], 2],
  [[1, 4], 3],
  [[1, 2, 3, 4], undefined],
])('after %j of 1, 2, 3, 4 are deleted, the keyboard goes on at %j', (gone, next) => {
  expect(neighbour([1, 2, 3, 4], new Set(gone))).toBe(next)
})

import { expect, test } from 'vitest'
import { placeAfter } from './place-after.ts'

const plain = { ctrlKey: false, metaKey: false, altKey: false }

test.each([
  ['ArrowDown', undefined, 0],
  ['ArrowDown', 3, 4],
  ['j', 9, 9],
  ['ArrowUp', undefined, 9],
  ['k', 4, 3],
  ['ArrowUp', 0, 0],
  ['PageDown', 2, 6],
  ['PageDown', undefined, 3],
  ['PageUp', 2, 0],
  ['PageUp', undefined, 6],
  ['Home', 5, 0],
  ['End', undefined, 9],
  ['x', 5, undefined],
])('%s from %s leads to %s', (key, chosen, to) => {
  expect(placeAfter({ key, ...plain }, chosen, 10, 4)).toBe(to)
})

test('with Ctrl, Cmd or Alt a key belongs to somebody else, and where there is nothing it leads nowhere', () => {
  for (const held of ['ctrlKey', 'metaKey', 'altKey']) {
    expect(placeAfter({ key: 'j', ...plain, [held]: true }, 1, 10, 4)).toBeUndefined()
  }
  expect(placeAfter({ key: 'End', ...plain }, undefined, 0, 4)).toBeUndefined()
})

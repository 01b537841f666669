import { expect, test } from 'vitest'
import { moved, placed } from './order.ts'

const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join('')

test.each([
  ['a', 2, 'bca'],
  ['c', 0, 'cab'],
  ['b', 9, 'acb'],
  ['b', -3, 'bac'],
  ['a', 1, 'bac'],
])('%s to %d', (id, to, order) => expect(ids(moved(rows, id, to))).toBe(order))

test('what does not move is the same list', () => {
  expect(moved(rows, 'a', -1)).toBe(rows)
  expect(moved(rows, 'c', 2)).toBe(rows)
  expect(moved(rows, 'unknown', 1)).toBe(rows)
})

test('brought back to its place, or to the end when that is not known', () => {
  expect(ids(placed(rows, { id: 'x' }, 1))).toBe('axbc')
  expect(ids(placed(rows, { id: 'x' }, -1))).toBe('abcx')
  expect(ids(placed(rows, { id: 'x' }, 7))).toBe('abcx')
})

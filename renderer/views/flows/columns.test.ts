import { expect, test } from 'vitest'
import { columnsFrom, moved } from './columns.ts'
import type { Column } from './kinds.ts'

const usual = columnsFrom(null)

test.each([
  [null],
  [[]],
  [{}],
  ['x'],
  [[null, 1, { id: 'no' }]],
  [usual.map((column) => ({ ...column, shown: false }))],
])('of nonsense remembered, the usual columns come: %j', (value) => {
  expect(columnsFrom(value)).toEqual(usual)
})

test('order, width and choice come back; what is missing comes last, what is doubled once, what is absurd in bounds', () => {
  const columns = columnsFrom([
    { id: 'host', width: 300, shown: true },
    { id: 'state', width: 9, shown: false },
    { id: 'host', width: 1 },
    { id: 'path', width: Number.NaN },
    { id: 'size', width: 1e9 },
  ])
  expect(columns.slice(0, 4)).toEqual([
    { id: 'host', width: 300, shown: true },
    { id: 'state', width: 28, shown: false },
    { id: 'path', width: undefined, shown: true },
    { id: 'size', width: 1200, shown: true },
  ])
  expect(columns).toHaveLength(usual.length)
  // Remembered for somebody who had set nothing.
  expect(columnsFrom([{ id: 'host', width: 160, shown: true }])[0]).toEqual({
    id: 'host',
    width: undefined,
    shown: true,
  })
})

test('a column goes where another is, in both directions', () => {
  const ids = (columns: Column[]): string[] => columns.slice(0, 4).map(({ id }) => id)
  expect(ids(moved(usual, 'state', 'status'))).toEqual(['method', 'status', 'state', 'host'])
  expect(ids(moved(usual, 'host', 'state'))).toEqual(['host', 'state', 'method', 'status'])
  expect(moved(usual, 'host', 'host')).toEqual(usual)
})

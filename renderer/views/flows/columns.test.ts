import { expect, test } from 'vitest'
import { columnsFrom, fitting, moved, templateOf, widthOf, type Column } from './columns.ts'

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
    { id: 'path', width: 180, shown: true },
    { id: 'size', width: 1200, shown: true },
  ])
  expect(columns).toHaveLength(usual.length)
})

test('a column goes where another is, in both directions', () => {
  const ids = (columns: Column[]): string[] => columns.slice(0, 4).map(({ id }) => id)
  expect(ids(moved(usual, 'state', 'status'))).toEqual(['method', 'status', 'state', 'host'])
  expect(ids(moved(usual, 'host', 'state'))).toEqual(['host', 'state', 'method', 'status'])
  expect(moved(usual, 'host', 'host')).toEqual(usual)
})

test('the path takes what the others leave, and some shrink before any has to go', () => {
  expect(templateOf(usual)).toContain('minmax(72px, 160px) minmax(92px, 1fr) 80px')
})

test('where there is little space, delivery and why stays', () => {
  const ids = (space: number): string[] => fitting(usual, space).map(({ id }) => id)
  expect(ids(2000)).toHaveLength(11)
  expect(ids(widthOf(usual))).not.toContain('waterfall')
  expect(ids(807)).toEqual(['state', 'method', 'status', 'host', 'path', 'size', 'time', 'delivery'])
  expect(ids(650)).toEqual(['state', 'method', 'status', 'host', 'path', 'size', 'time', 'delivery'])
  expect(ids(494)).toEqual(['state', 'status', 'host', 'path', 'size', 'delivery'])
  expect(ids(320)).toEqual(['state', 'path', 'delivery'])
})

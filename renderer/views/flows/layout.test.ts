import { expect, test } from 'vitest'
import { columnsFrom } from './columns.ts'
import { kinds, type Column, type ColumnId } from './kinds.ts'
import { laidOut, noRoom, templateOf, widthOf } from './layout.ts'

const usual = columnsFrom(null)
const set = (id: ColumnId, width: number): Column[] =>
  usual.map((column) => (column.id === id ? { ...column, width } : column))
const ids = (space: number, columns = usual): string[] => laidOut(columns, space).map(({ id }) => id)
const px = (space: number, columns = usual): Partial<Record<ColumnId, number>> =>
  Object.fromEntries(laidOut(columns, space).map((column) => [column.id, column.px]))

test('the path takes what the others leave', () => {
  expect(templateOf(laidOut(usual, 1600))).toContain('160px minmax(220px, 1fr) 80px')
  expect(px(1600)).toMatchObject({ delivery: 240, host: 160, type: 80 })
})

// With the inspector open, the type went and the path had 92 pixels, while the same reason stood 195 wide in every row.
test('the reason of a delivery shrinks before path and type do', () => {
  expect(ids(807)).toEqual(['state', 'method', 'status', 'host', 'path', 'type', 'size', 'time', 'delivery'])
  const { path = 0, type = 0, delivery = 0 } = px(807)
  expect(path).toBeGreaterThanOrEqual(160)
  expect(type).toBeGreaterThanOrEqual(64)
  expect(delivery).toBeLessThanOrEqual(160)
  expect(px(720)).toMatchObject({ delivery: 88, type: 56 })
})

test('where there is little space, lesser columns go, and it is said which; delivery and why stays', () => {
  expect(ids(2000)).toHaveLength(11)
  expect(ids(650)).toEqual(['state', 'method', 'status', 'host', 'path', 'type', 'size', 'delivery'])
  expect(ids(494)).toEqual(['state', 'method', 'status', 'host', 'path', 'delivery'])
  expect(ids(320)).toEqual(['state', 'status', 'path', 'delivery'])
  expect(noRoom(usual, 807)).toEqual(['rate', 'waterfall'])
  expect(noRoom(usual, 2000)).toEqual([])
  // Not to be seen because nobody wants to: that is not for want of room.
  expect(
    noRoom(
      usual.map((column) => ({ ...column, shown: column.id === 'path' })),
      320,
    ),
  ).toEqual([])
})

// The path was minmax(least, 1fr) whatever its user did.
test('a width that was set counts, for the path too, and a column that has one does not go', () => {
  expect(templateOf(laidOut(set('path', 300), 1600))).toMatch(/ 300px 80px .* minmax\(0, 1fr\)$/)
  expect(px(807, set('path', 90))).toMatchObject({ path: 90 })
  expect(ids(500, set('waterfall', 200))).toContain('waterfall')
  expect(px(500, set('delivery', 400))).toMatchObject({ delivery: 400 })
  // Then the list scrolls sideways.
  expect(widthOf(laidOut(set('path', 900), 500))).toBeGreaterThan(500)
})

test('without such a width nothing scrolls sideways, and no column is narrower than it may be', () => {
  for (let space = 320; space < 1800; space += 7) {
    const placed = laidOut(usual, space)
    expect(widthOf(placed)).toBeLessThanOrEqual(space)
    for (const column of placed)
      expect(column.px).toBeGreaterThanOrEqual(kinds[column.id].comfort ?? kinds[column.id].width)
  }
})

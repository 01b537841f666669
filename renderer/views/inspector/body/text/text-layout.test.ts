import { expect, test } from 'vitest'
import { TextPages } from '../pages/text-pages.ts'
import { TextLayout } from './text-layout.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve, 1))

// Long lines first, short ones at the end: what is supposed of the pages in between is wrong.
const text = 'x'.repeat(2000) + '\n' + 'y\n'.repeat(1000)
const body = Buffer.from(text)

function opened() {
  const places = { total: body.length, encoding: 'utf-8', length: 500, reach: 50 }
  const pages = new TextPages(places, (offset, length) => Promise.resolve(body.subarray(offset, offset + length)))
  return { pages, layout: new TextLayout(pages) }
}

test('a place stays where it is when the rows before it turn out to be others', async () => {
  const { pages, layout } = opened()
  pages.want(0, 0)
  pages.want(6, 6)
  await settled()
  layout.update(50)
  const place = { kind: 'row', page: 6, at: 101, part: 0, below: 0 } as const
  const supposed = layout.rowOf(place)
  pages.want(3, 6)
  await settled()
  layout.update(50)
  const known = layout.rowOf(place)
  expect(known).not.toBe(supposed)
  expect(layout.find(known)).toEqual({ page: 6, row: 50 })
  expect(layout.placeOf(known, 3)).toMatchObject({ page: 6, at: 100, below: 3 })
})

test('with other columns the place is in the row that has its character now', async () => {
  const { pages, layout } = opened()
  pages.want(0, pages.count)
  await settled()
  layout.update(50)
  expect(layout.rows).toBe(40 + 1000)
  const place = layout.placeOf(20, 0)
  expect(place).toMatchObject({ page: 2 })
  layout.update(100)
  expect(layout.rows).toBe(20 + 1000)
  expect(place.kind === 'row' && layout.rowOf(place)).toBe(10)
})

test('before a page is there nothing is known, and a page that has gone keeps its rows', async () => {
  const { pages, layout } = opened()
  layout.update(50)
  expect([layout.rows, layout.find(5), layout.starts(0)]).toEqual([0, { page: 0, row: 0 }, undefined])
  pages.want(0, 0)
  await settled()
  layout.update(50)
  // Eight pages and a part of one, all supposed to be as the first.
  expect(layout.rows).toBe(10 * 8 + 1)
})

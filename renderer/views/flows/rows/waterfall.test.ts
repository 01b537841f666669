import { expect, test } from 'vitest'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import { barOf, stretchOf } from './waterfall.ts'

const row = (startedAt: number, firstByte?: number, end?: number): FlowRow => ({
  id: 1,
  state: end === undefined ? 'streaming' : 'done',
  method: 'GET',
  url: '',
  host: '',
  path: '',
  size: 0,
  startedAt,
  firstByte,
  end,
  notes: 0,
})

test.each([
  [[], 0, 100],
  [[row(1000, 1000, 2000)], 1000, 1050],
  [[row(1010, 1000, 100_000)], 1000, 1150],
  [[row(1000, 1000, 2000), row(1450, 10, 900_000)], 750, 3000],
  [[row(1000)], 0, 6000],
])('a stretch is a round one: %#', (rows, from, to) => {
  expect(stretchOf(rows, 5000)).toEqual({ from, to })
})

test('scrolling by a row mostly leaves it as it is, and it holds all that is in sight', () => {
  const all = Array.from({ length: 1000 }, (_, index) => row(7_000_000 + index * 37, 10, 20_000))
  const seen = new Set<number>()
  for (let first = 0; first + 30 <= all.length; first++) {
    const rows = all.slice(first, first + 30)
    const { from, to } = stretchOf(rows, 0)
    expect(from).toBeLessThanOrEqual(rows[0]!.startedAt)
    expect(to).toBeGreaterThanOrEqual(rows[29]!.startedAt + 20)
    seen.add(from)
  }
  expect(seen.size).toBeLessThan(100)
})

test('waiting, then the body; what runs goes on until now', () => {
  const stretch = { from: 1000, to: 2000 }
  expect(barOf(row(1200, 300_000, 500_000), stretch, 0)).toEqual({
    left: expect.closeTo(0.2) as number,
    waiting: expect.closeTo(0.3) as number,
    body: expect.closeTo(0.2) as number,
  })
  expect(barOf(row(1000, 500_000), stretch, 1800).body).toBeCloseTo(0.3)
  expect(barOf(row(1000), stretch, 1800)).toMatchObject({ waiting: 0.8, body: 0 })
})

test('a clock that is behind, and a flow outside, make no bar beyond the column', () => {
  for (const one of [row(500), row(1500), row(5000, 10, 20), row(100, 10, 20)]) {
    const { left, waiting, body } = barOf(one, { from: 1000, to: 2000 }, 900)
    for (const part of [left, waiting, body]) expect(part).toBeGreaterThanOrEqual(0)
    expect(left + waiting + body).toBeLessThanOrEqual(1.0001)
  }
})

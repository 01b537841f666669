import { expect, test } from 'vitest'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import { lastBodies } from './bodies.ts'

const row = (id: number, more: Partial<FlowRow> = {}): FlowRow => ({
  ...{ id: id, state: 'done', method: 'GET', url: 'http://a/', host: 'a', path: '/' },
  ...{ size: id, startedAt: 0, mode: 'buffered', notes: 0 },
  ...more,
})

test('the newest bodies, oldest of them first', () => {
  const rows = Array.from({ length: 7 }, (_, index) => row(index + 1))
  expect(lastBodies(rows, 3)).toEqual([5, 6, 7])
  expect(lastBodies(rows.slice(0, 2), 3)).toEqual([1, 2])
  expect(lastBodies(rows.slice(0, 3), 3)).toEqual([1, 2, 3])
  expect(lastBodies([], 3)).toEqual([])
})

test('only what has a body whose size is known', () => {
  const rows = [
    row(1, { state: 'streaming', mode: 'streamed' }),
    row(2, { mode: 'tunnelled' }),
    row(3, { size: 0 }),
    row(4, { mode: 'streamed' }),
    row(5, { state: 'failed' }),
    row(6, { mode: undefined }),
  ]
  expect(lastBodies(rows)).toEqual([4])
})

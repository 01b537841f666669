import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import type { FlowRow } from '../../../app/contract/flow-row.ts'

// The table of the window waits for frames, which Node has not.
vi.stubGlobal('document', { hidden: false })
const frames: (() => void)[] = []
vi.stubGlobal('requestAnimationFrame', (apply: () => void) => frames.push(apply))
// Other files of the same worker are not to take it for a browser.
afterAll(() => void vi.unstubAllGlobals())
const frame = (): void => {
  for (const apply of frames.splice(0)) apply()
}

const { flows } = await import('../flows.ts')
const { listOrder, setFilter, settleList, sortBy, useShown } = await import('./list.ts')

const row = (id: number, size = id): FlowRow => ({
  id,
  state: 'done',
  method: 'GET',
  url: `http://a/${id}`,
  host: 'a',
  path: `/${id}`,
  size,
  startedAt: 0,
  notes: 0,
})

beforeEach(() => {
  flows.clear()
  frame()
  setFilter('')
  sortBy({ by: undefined, descending: false })
  settleList()
})

test('a short list is filtered and sorted at once', () => {
  flows.put([row(1), row(2), row(12)])
  frame()
  setFilter('path:/1')
  expect(listOrder.ids).toEqual([1, 12])
  sortBy({ by: 'size', descending: true })
  expect(listOrder.ids).toEqual([12, 1])
})

// A hundred thousand flows held the window up for longer than a keystroke.
test('a long one gives the window back, stays as it was until it is done, and misses nothing that happens meanwhile', async () => {
  const count = 200_000
  flows.put(Array.from({ length: count }, (_, index) => row(index + 1)))
  frame()
  sortBy({ by: 'size', descending: true })
  expect(listOrder.ids[0]).toBe(1)
  expect(useShown.getState().sorting.by).toBe('size')
  // While it is made: one comes, one changes, one goes.
  flows.put([row(count + 1, 0.5), row(7, 1e9)], [count])
  frame()
  expect(listOrder.ids.at(-1)).toBe(count + 1)
  await expect.poll(() => listOrder.ids[0], { interval: 5 }).toBe(7)
  expect(listOrder.ids).toHaveLength(count)
  expect(listOrder.ids.slice(0, 2)).toEqual([7, count - 1])
  expect(listOrder.ids.at(-1)).toBe(count + 1)

  // Cleared in the midst of it, there is nothing left to make.
  setFilter('path:/1')
  flows.clear()
  flows.put([row(1), row(2)])
  frame()
  settleList()
  expect(listOrder.ids).toEqual([1])
})

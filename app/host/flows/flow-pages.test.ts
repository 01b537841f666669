import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Flow } from '../../../main/model/flow.ts'
import { FeedBench, FeedReading } from '../testing/feed-bench.ts'
import { flowsPage } from './flow-pages.ts'

let bench: FeedBench
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  bench = new FeedBench(100)
})
afterEach(() => {
  bench.close()
  vi.useRealTimers()
})

// A page was as old as its first row, but was answered behind the messages sent while it was built: a window put the
// page over them, and showed flows as running that had ended, and flows that were deleted, for ever.
test('a page is not older than the messages before it', async () => {
  const reader = new FeedReading(bench.feed)
  const [ends, goes] = [bench.begin(), bench.begin()]
  bench.run(5)
  vi.advanceTimersByTime(50)
  const { flows } = bench.engine
  let whileBuilt: (() => void) | undefined = () => {
    bench.respond(ends)
    bench.life.end(ends)
    bench.life.end(goes)
    bench.feed.remove([goes.id, 5])
    vi.advanceTimersByTime(50)
  }
  const slow = {
    ...bench.engine,
    flows: Object.create(flows, {
      get: {
        value: (id: number): Flow | undefined => {
          if (id === 6) {
            whileBuilt?.()
            whileBuilt = undefined
          }
          return flows.get(id)
        },
      },
      dropped: { value: 0 },
    }) as typeof flows,
  }
  const page = await flowsPage(slow, bench.feed, 0, new AbortController().signal)
  expect(page.seq).toBe(reader.last.seq)
  expect(page.rows.map(({ id, state }) => [id, state])).toEqual([
    [ends.id, 'done'],
    [3, 'done'],
    [4, 'done'],
    [6, 'done'],
    [7, 'done'],
  ])
})

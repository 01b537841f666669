import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StateFeed } from './state-feed.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A state that the test changes, and a window. */
function setUp() {
  const bugs: unknown[] = []
  const bench = { value: 0, built: 0, goesOn: false, isReady: true, told: [] as { value: number; at: number }[], bugs }
  const build = (): Promise<number> => {
    bench.built++
    return Promise.resolve(bench.value)
  }
  const feed = new StateFeed(
    build,
    () => bench.goesOn,
    (bug) => bugs.push(bug),
  )
  const reader = {
    ready: () => bench.isReady,
    tell: (value: number) => void bench.told.push({ value, at: performance.now() }),
  }
  return { bench, feed, reader }
}

test('a change is told at once, and then at most four times a second', async () => {
  const { bench, feed, reader } = setUp()
  feed.join(reader)
  for (let step = 0; step < 2000; step += 10) {
    bench.value++
    feed.change()
    await vi.advanceTimersByTimeAsync(10)
  }
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.told.length).toBeGreaterThanOrEqual(8)
  expect(bench.told.length).toBeLessThanOrEqual(9)
  expect(bench.told.at(-1)?.value).toBe(200)
  for (const [index, { at }] of bench.told.entries()) {
    if (index > 0) expect(at - bench.told[index - 1]!.at).toBeGreaterThanOrEqual(250)
  }
})

test('what has not changed is not told, and without a window nothing is built', async () => {
  const { bench, feed, reader } = setUp()
  feed.change()
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.built).toBe(0)
  const leave = feed.join(reader)
  feed.change()
  await vi.advanceTimersByTimeAsync(1000)
  feed.change()
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.told.map(({ value }) => value)).toEqual([0])
  leave()
  bench.value = 7
  feed.change()
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.built).toBe(2)
  expect(vi.getTimerCount()).toBe(0)
})

test('who got it otherwise meanwhile is told of the way back', async () => {
  const { bench, feed, reader } = setUp()
  feed.join(reader)
  feed.change()
  await vi.advanceTimersByTimeAsync(1000)
  // Another state, which somebody asked for, and back again before anybody was told.
  feed.asked()
  feed.change()
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.told.map(({ value }) => value)).toEqual([0, 0])
})

test('while it changes by itself it is looked at, four times a second', async () => {
  const { bench, feed, reader } = setUp()
  feed.join(reader)
  bench.goesOn = true
  feed.change()
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.built).toBeGreaterThanOrEqual(4)
  expect(bench.built).toBeLessThanOrEqual(5)
  bench.goesOn = false
  await vi.advanceTimersByTimeAsync(1000)
  expect(vi.getTimerCount()).toBe(0)
})

test('a window that is behind is told later, once, and holds up no other', async () => {
  const { bench, feed, reader } = setUp()
  const others: number[] = []
  feed.join(reader)
  feed.join({ ready: () => true, tell: (value) => void others.push(value) })
  bench.isReady = false
  for (let step = 0; step < 5; step++) {
    bench.value++
    feed.change()
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(bench.told).toEqual([])
  expect(others).toEqual([1, 2, 3, 4, 5])
  bench.isReady = true
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.told.map(({ value }) => value)).toEqual([5])
  expect(others).toHaveLength(5)
  expect(vi.getTimerCount()).toBe(0)
})

test('a bug in building is told as one, and the next change is told', async () => {
  const bugs: unknown[] = []
  const told: string[] = []
  let fails = true
  const build = (): Promise<string> => (fails ? Promise.reject(new Error('oh')) : Promise.resolve('fine'))
  const feed = new StateFeed(
    build,
    () => false,
    (bug) => bugs.push(bug),
  )
  feed.join({ ready: () => true, tell: (state) => void told.push(state) })
  feed.change()
  await vi.advanceTimersByTimeAsync(300)
  expect(bugs).toEqual([new Error('oh')])
  fails = false
  feed.change()
  await vi.advanceTimersByTimeAsync(300)
  expect(told).toEqual(['fine'])
})

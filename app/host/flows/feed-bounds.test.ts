import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FeedBench, FeedReading } from '../testing/feed-bench.ts'
import { mostLetters } from './flow-row.ts'

// A message of changes had a bound in flows, but none in bytes: a head may have 256 KiB, a row tells most of it twice, and
// five thousand of them made one message of gigabytes, built and encoded while all traffic waited.

let bench: FeedBench
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  bench = new FeedBench(10_000)
})
afterEach(() => {
  bench.close()
  vi.useRealTimers()
})

const tick = (ms = 50) => vi.advanceTimersByTime(ms)
const long = 'x'.repeat(200_000)
const lettersIn = (value: unknown): number => JSON.stringify(value).length
/** One row more than the bound, and what is around the texts of rows. */
const most = mostLetters + 2 * long.length + 500_000

test.each([
  ['URLs', (bench: FeedBench) => bench.begin(`http://a.test/${long}`)],
  ['methods', (bench: FeedBench) => bench.begin('http://a.test/', long)],
])('many flows with long %s leave a gap instead of a message of any size', (_, begin) => {
  const reader = new FeedReading(bench.feed)
  for (let n = 0; n < 200; n++) bench.life.end(begin(bench))
  tick()
  expect(lettersIn(reader.messages)).toBeLessThan(most)
  expect(reader.messages.map(({ seq }) => seq)).toEqual([2])
  bench.run(1)
  tick()
  expect(reader.messages.map(({ seq }) => seq)).toEqual([2, 3])
})

test('a page is bounded by all the texts of its rows', async () => {
  for (let n = 0; n < 100; n++) bench.life.end(bench.begin('http://a.test/', long))
  const { rows } = await bench.page(0)
  expect(lettersIn(rows)).toBeLessThan(most)
  expect(rows.length).toBeGreaterThan(1)
})

test('many long running flows that change take turns: no message is large, none is left out, and there is no gap', () => {
  const flows = Array.from({ length: 100 }, () => bench.begin(`http://a.test/${long}`))
  const reader = new FeedReading(bench.feed)
  for (const flow of flows) bench.respond(flow)
  for (let n = 1; n <= 40; n++) {
    for (const flow of flows) flow.response!.delivered = n
    tick()
  }
  for (const message of reader.messages) expect(lettersIn(message)).toBeLessThan(most)
  const seqs = reader.messages.map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  // All are streaming and have grown; what ends is told whoever's turn it is.
  expect([...reader.list.values()].filter((state) => state === 'streaming')).toHaveLength(100)
  bench.life.end(flows[77]!)
  tick()
  expect(reader.list.get(flows[77]!.id)).toBe('done')
  tick(10_000)
  const sizes = new Map(reader.messages.flatMap(({ rows }) => rows.map(({ id, size }) => [id, size] as const)))
  expect([...sizes.values()]).toEqual(flows.map(() => 40))
})

test('of ten thousand streams that all grow at once each is told in its turn', () => {
  const flows = Array.from({ length: 10_000 }, () => bench.begin())
  for (const flow of flows) bench.respond(flow)
  const reader = new FeedReading(bench.feed)
  for (let n = 1; n <= 10; n++) {
    for (const flow of flows) flow.response!.delivered = n
    tick()
  }
  for (const { rows } of reader.messages) expect(rows.length).toBeLessThanOrEqual(2000)
  const told = new Map<number, number>()
  for (const { rows } of reader.messages) for (const { id } of rows) told.set(id, (told.get(id) ?? 0) + 1)
  expect([...new Set(told.values())]).toEqual([2])
  expect(told.size).toBe(10_000)
})

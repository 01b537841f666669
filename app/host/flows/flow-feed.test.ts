import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { contract, pageRows } from '../../contract/contract.ts'
import { FeedBench, FeedReading } from '../testing/feed-bench.ts'
import { slices } from './flow-pages.ts'

let bench = new FeedBench(10)
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  bench = new FeedBench(10)
})
afterEach(() => {
  bench.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const tick = (ms = 50) => vi.advanceTimersByTime(ms)

describe('messages', () => {
  test('one for all that happened, as the contract has it, and none when nothing happens', () => {
    const reader = new FeedReading(bench.feed)
    tick()
    const before = reader.messages.length
    const [flow] = bench.run(3)
    expect(reader.messages).toHaveLength(before)
    tick()
    expect(reader.messages).toHaveLength(before + 1)
    expect(v.parse(contract.events.flows, reader.last)).toEqual(reader.last)
    expect(reader.last.rows.map(({ id, state }) => [id, state])).toEqual([1, 2, 3].map((id) => [id, 'done']))
    expect(reader.last.rows[0]?.url).toBe(flow?.url)
    tick(10_000)
    expect(reader.messages).toHaveLength(before + 1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('at most 20 a second, whatever happens', () => {
    const reader = new FeedReading(bench.feed)
    for (let ms = 0; ms < 1000; ms++) {
      bench.run(1)
      tick(1)
    }
    expect(reader.messages.length).toBeLessThanOrEqual(20)
    expect(reader.messages.map(({ seq }) => seq)).toEqual(reader.messages.map((_, index) => index + 1))
  })

  test('a running flow is told when it begins, is decided, grows and ends, and not otherwise', () => {
    const reader = new FeedReading(bench.feed)
    const flow = bench.begin()
    tick()
    bench.respond(flow)
    tick()
    tick(500)
    flow.response!.delivered = 700
    tick(500)
    bench.life.end(flow)
    tick()
    const told = reader.messages.flatMap(({ rows }) => rows.map(({ state, size }) => [state, size]))
    expect(told).toEqual([
      ['pending', 0],
      ['streaming', 0],
      ['streaming', 700],
      ['done', 700],
    ])
  })

  test('a window that comes later is told of what runs', () => {
    const flow = bench.begin()
    bench.run(2)
    expect(vi.getTimerCount()).toBe(0)
    const reader = new FeedReading(bench.feed)
    tick()
    expect(reader.last.rows.map(({ id }) => id)).toEqual([flow.id])
  })

  test('what the bound drops and what is deleted is told as removed, and no row of it', () => {
    const reader = new FeedReading(bench.feed)
    bench.run(10)
    tick()
    bench.run(14)
    bench.feed.remove([20, 999])
    const running = bench.begin()
    bench.feed.remove([running.id])
    tick()
    expect([...reader.list.keys()]).toEqual([15, 16, 17, 18, 19, 21, 22, 23, 24, running.id])
    expect(reader.last.rows.map(({ id }) => id)).toEqual([15, 16, 17, 18, 19, 21, 22, 23, 24, running.id])
    expect(reader.last.dropped).toBe(14)
    expect(bench.store.size).toBe(9)
    bench.run(4)
    tick()
    expect(reader.list.size).toBe(1 + bench.store.size)
  })

  test('clear voids everything; what runs is told again', async () => {
    const reader = new FeedReading(bench.feed)
    const flow = bench.begin()
    bench.run(5)
    tick()
    const { epoch, seq } = reader.last
    bench.run(2)
    bench.feed.clear()
    tick()
    expect(reader.last).toMatchObject({ seq: seq + 1, removed: [] })
    expect(reader.last.epoch).not.toBe(epoch)
    expect(reader.last.rows.map(({ id }) => id)).toEqual([flow.id])
    expect(await bench.page(0)).toMatchObject({ epoch: reader.last.epoch, rows: [{ id: flow.id }] })
  })
})

describe('a window that is behind', () => {
  test('is passed over, and sees a gap as soon as it reads, though nothing has changed since', () => {
    const [slow, quick] = [new FeedReading(bench.feed), new FeedReading(bench.feed)]
    bench.run(1)
    tick()
    slow.reads = false
    bench.run(1)
    tick()
    tick(1000)
    expect([slow.messages.length, quick.messages.length]).toEqual([1, 2])
    slow.reads = true
    tick()
    expect(slow.messages.map(({ seq }) => seq)).toEqual([1, 3])
    expect(quick.messages.map(({ seq }) => seq)).toEqual([1, 2, 3])
    tick(10_000)
    expect(quick.messages).toHaveLength(3)
  })

  test('more changes than a message should tell leave a gap, and nothing is held', () => {
    const reader = new FeedReading(bench.feed)
    bench.run(1)
    tick()
    const running = bench.begin()
    bench.run(20_000)
    tick()
    expect(reader.messages.map(({ seq }) => seq)).toEqual([1, 3])
    expect(reader.last.rows.length).toBeLessThanOrEqual(5001)
    bench.life.end(running)
    tick()
    expect(reader.last).toMatchObject({ seq: 4, rows: [{ id: running.id, state: 'done' }] })
  })

  test('one that has left is told nothing', () => {
    const reader = new FeedReading(bench.feed)
    bench.run(1)
    reader.leave()
    tick(1000)
    expect(reader.messages).toEqual([])
  })
})

describe('pages', () => {
  test('ended and running flows together, in the order of their ids', async () => {
    const first = bench.begin()
    bench.run(4)
    const second = bench.begin()
    const { rows } = await bench.page(0)
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      [first.id, 'pending'],
      ...[2, 3, 4, 5].map((id) => [id, 'done']),
      [second.id, 'pending'],
    ])
    expect((await bench.page(3)).rows.map(({ id }) => id)).toEqual([4, 5, 6])
    expect((await bench.page(6)).rows).toEqual([])
  })

  test('page by page the whole list, each flow once, while flows come and go and the last message agrees', async () => {
    bench.close()
    bench = new FeedBench(5000)
    const reader = new FeedReading(bench.feed)
    bench.run(7000)
    tick()
    const list = new Map<number, string>()
    for (let after = 0, more = true; more;) {
      const asked = bench.page(after)
      bench.run(30)
      const page = await asked
      expect(page.rows.length).toBeLessThanOrEqual(pageRows)
      expect(v.safeParse(contract.queries['flows.page'].output, page).success).toBe(true)
      const late = reader.messages.filter(({ seq }) => seq > page.seq)
      for (const row of page.rows) list.set(row.id, row.state)
      for (const { rows } of late) for (const row of rows) list.set(row.id, row.state)
      after = page.rows.at(-1)?.id ?? after
      more = page.rows.length > 0
      if (after >= 7000) more = false
    }
    tick()
    for (const { rows, removed } of reader.messages) {
      for (const row of rows) list.set(row.id, row.state)
      for (const id of removed) list.delete(id)
    }
    expect([...list.keys()].sort((a, b) => a - b)).toEqual(bench.feed.ids.above(0, Infinity))
    expect(list.size).toBe(5000)
  })

  test('in slices: others run in between, and it ends when nobody waits any more', async () => {
    const abort = new AbortController()
    const pause = slices(abort.signal)
    expect(pause()).toBeUndefined()
    const busyUntil = performance.now() + 5
    while (performance.now() < busyUntil);
    let ran = false
    setImmediate(() => (ran = true))
    await pause()
    expect(ran).toBe(true)
    expect(pause()).toBeUndefined()
    abort.abort()
    const again = performance.now() + 5
    while (performance.now() < again);
    await expect(pause()).rejects.toThrow('aborted')
  })
})

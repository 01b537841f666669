import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EventValue, Output } from '../../app/contract/contract.ts'
import type { FlowRow } from '../../app/contract/flow-row.ts'
import type { ToHost } from '../../app/contract/wire.ts'
import { Client, type WireListener } from '../client/client.ts'
import { keepInSync } from './flow-sync.ts'
import { FlowTable, isPast, pastId } from './flow-table.ts'

/** A host with a list, in memory; it counts and tells like the real one, in pages of two. */
class Host {
  rows = new Map<number, FlowRow>()
  epoch = 'a'
  seq = 0
  asked: number[] = []
  wire: WireListener | undefined
  /** Called before an answer: what happens while a page is on its way. */
  meanwhile: ((after: number) => void) | undefined

  readonly connect = (listener: WireListener) => {
    this.wire = listener
    queueMicrotask(() => listener.opened())
    const post = (message: ToHost): void => {
      if ('cancel' in message || message.call !== 'flows.page') return
      const { after } = message.input as { after: number }
      this.asked.push(after)
      this.meanwhile?.(after)
      const value = this.page(after)
      queueMicrotask(() => listener.message({ id: message.id, ok: true, value }))
    }
    return { post, close: () => undefined }
  }

  page(after: number): Output<'flows.page'> {
    const rows = [...this.rows.values()].filter(({ id }) => id > after).sort((a, b) => a.id - b.id)
    return { epoch: this.epoch, seq: this.seq, rows: rows.slice(0, 2), more: rows.length > 2, dropped: 0 }
  }

  tell(rows: FlowRow[], removed: number[] = [], change: Partial<EventValue<'flows'>> = {}): void {
    for (const one of rows) this.rows.set(one.id, one)
    for (const id of removed) this.rows.delete(id)
    this.wire?.message({
      event: 'flows',
      value: { epoch: this.epoch, seq: ++this.seq, rows, removed, dropped: 0, ...change },
    })
  }
}

const row = (id: number, size = 0, state: FlowRow['state'] = 'done'): FlowRow => ({
  id,
  state,
  method: 'GET',
  url: '',
  host: '',
  path: '',
  size,
  startedAt: 0,
  notes: 0,
})

let host: Host
let table: FlowTable
let client: Client
beforeEach(() => {
  vi.useFakeTimers()
  host = new Host()
  for (let id = 1; id <= 5; id++) host.rows.set(id, row(id))
  table = new FlowTable((apply) => setTimeout(apply, 16))
  client = new Client(host.connect)
  keepInSync(client, table)
  client.open()
})
afterEach(() => vi.useRealTimers())

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(50)
const agrees = (): void => {
  expect(new Map([...table.rows].sort(([a], [b]) => a - b))).toEqual(host.rows)
  expect(table.facts.ready).toBe(true)
}

test('pages until there is no more, then events', async () => {
  await settle()
  expect(host.asked).toEqual([0, 2, 4])
  agrees()
  host.tell([row(6), row(2, 9)], [1])
  await settle()
  agrees()
  expect(host.asked).toHaveLength(3)
})

test('what happens while the pages come is in the list', async () => {
  host.meanwhile = (after) => {
    if (after === 2) host.tell([row(1, 7), row(6)], [3])
    if (after === 4) host.tell([], [2])
  }
  await settle()
  agrees()
})

test('a missed event means the pages again, and what went meanwhile is gone', async () => {
  await settle()
  host.seq++
  host.rows.delete(4)
  host.tell([row(7)])
  await settle()
  agrees()
  expect(host.asked.slice(3)).toEqual([0, 2, 5])
})

// Each gap began the fetching anew, so it never came to an end while a host under load left events out.
test('gaps that go on while the pages come do not keep them from coming; what they hid comes afterwards', async () => {
  await settle()
  let gaps = 6
  host.meanwhile = (after) => {
    if (gaps-- <= 0) return
    // Behind where the run is, and told to nobody.
    if (after > 0) host.rows.set(1, row(1, gaps))
    host.seq++
    host.tell([row(20 + gaps)])
  }
  host.seq++
  host.tell([row(9)])
  await settle()
  expect(table.rows.has(9)).toBe(true)
  expect(table.facts.ready).toBe(true)
  await vi.advanceTimersByTimeAsync(2000)
  agrees()
})

test('an event that is known already changes nothing', async () => {
  await settle()
  host.tell([row(6)])
  host.wire?.message({ event: 'flows', value: { epoch: 'a', seq: 1, rows: [row(99)], removed: [6], dropped: 0 } })
  await settle()
  agrees()
})

test('another epoch makes everything void', async () => {
  await settle()
  host.epoch = 'b'
  host.seq = 0
  host.rows = new Map([[1, row(1, 42)]])
  host.tell([])
  await settle()
  agrees()
})

// The first flow of the new engine cleared the table.
test('what a host that has failed leaves stays as the past, until the list is cleared', async () => {
  host.tell([row(6, 0, 'streaming')])
  await settle()
  expect(table.facts).toMatchObject({ streaming: 1, past: 0 })
  // Another engine counts anew.
  host.epoch = 'b'
  host.seq = 0
  host.rows = new Map([[1, row(1, 42)]])
  const notice = (): void =>
    host.wire?.message({ event: 'notice', value: { at: 0, sentence: 'It failed.', lost: true } })
  notice()
  expect([...table.rows.keys()]).toEqual([1, 2, 3, 4, 5, 6].map(pastId))
  expect(table.rows.get(pastId(6))).toMatchObject({ state: 'failed', error: 'Spillway’s engine failed while it ran' })
  expect(table.facts).toMatchObject({ running: 0, streaming: 0, past: 6 })
  await settle()
  host.tell([row(2, 43)])
  await settle()
  expect([...table.rows.keys()].filter((id) => !isPast(id))).toEqual([1, 2])
  expect(table.facts).toMatchObject({ epoch: 'b', past: 6, ready: true })
  // And once more: the older stay older.
  host.epoch = 'c'
  host.seq = 0
  host.rows = new Map()
  notice()
  await settle()
  const left = [...table.rows.keys()].sort((a, b) => a - b)
  expect(left).toEqual([...[1, 2, 3, 4, 5, 6].map((id) => pastId(pastId(id))), pastId(1), pastId(2)])
  table.put([], [pastId(1)])
  await settle()
  expect(table.facts.past).toBe(7)
  host.epoch = 'd'
  host.seq = 0
  host.tell([])
  await settle()
  expect([...table.rows.keys()]).toEqual([])
  expect(table.facts.past).toBe(0)
})

test('after a broken wire the list is fetched anew, and stays in sight until then', async () => {
  await settle()
  host.wire?.closed()
  host.rows.delete(1)
  host.rows.set(8, row(8))
  host.seq += 5
  await vi.advanceTimersByTimeAsync(100)
  expect(table.rows.size).toBe(5)
  await vi.advanceTimersByTimeAsync(400)
  agrees()
})

test('a frame is one change, however much has come; counts are of what runs', async () => {
  await settle()
  let frames = 0
  table.onChange(() => frames++)
  for (let size = 1; size <= 50; size++) host.tell([row(6, size, 'streaming'), row(7, 0, 'held')])
  await settle()
  expect(frames).toBe(1)
  expect(table.facts).toMatchObject({ running: 2, streaming: 1 })
  host.tell([row(6, 60)], [7])
  await settle()
  expect(table.facts).toMatchObject({ running: 0, streaming: 0 })
})

test('the rate of a stream is that of the last moments, and nothing once it is silent', () => {
  let now = 0
  const paced = new FlowTable(
    (apply) => apply(),
    () => now,
  )
  const at = (time: number, size: number): number | undefined => {
    now = time
    paced.put([row(1, size, 'streaming')])
    return paced.rate(row(1, size, 'streaming'))
  }
  expect(at(0, 0)).toBeUndefined()
  expect(at(100, 1000)).toBeUndefined()
  expect(at(500, 1000)).toBe(2000)
  expect(at(1000, 1000)).toBe(1000)
  now = 4000
  expect(paced.rate(row(1, 1000, 'streaming'))).toBe(0)
  expect(paced.totalRate()).toBe(0)
  expect(paced.rate({ ...row(1, 3000), firstByte: 500_000, end: 2_000_000 })).toBe(2000)
})

import { expect, test } from 'vitest'
import { nothingRecorded, type Flow, type RecordedBody } from '../model/flow.ts'
import { eventually } from '../testing/eventually.ts'
import { MemoryStore } from './memory-store.ts'
import { segmentSize } from './packed/flow-segments.ts'
import { endedFlow, memoryBody, TestFolder } from './testing.ts'

const KiB = 1024
const note = (side: string, limit: string) =>
  `recorded ${side} body given up: bodies on disk exceeded ${limit}, and the oldest went first`

const own = new TestFolder()
let made = 0

const file = (size: number): RecordedBody => own.fileBody(`body-${++made}`, Buffer.alloc(size, 'f'))
const memory = (size: number): RecordedBody => memoryBody(Buffer.alloc(size, 'm'))

/** Adds a flow, and gives its id. */
function added(store: MemoryStore, one: Flow): number {
  store.add(one)
  return one.id
}

const readable = async (store: MemoryStore, id: number, side: 'request' | 'response' = 'response') =>
  (await store.readBody(id, side, 0, 1e6))?.length

const lost = (store: MemoryStore, id: number): boolean => store.get(id)?.response?.body.state === 'missing'

test('beyond the budget the oldest files are given up: missing, with a note, counted, and gone from disk', async () => {
  const store = new MemoryStore({ maxFlows: 100, folder: own.bodies, bodyDisk: 10 * KiB })
  const both = added(store, endedFlow(file(3 * KiB), file(1 * KiB)))
  const second = added(store, endedFlow(file(3 * KiB)))
  const third = added(store, endedFlow(file(3 * KiB)))
  // To the byte: a budget that is full is not exceeded.
  expect([store.disk, store.bodiesLost]).toEqual([10 * KiB, 0])
  const newest = added(store, endedFlow(file(1), memory(5)))
  expect([store.disk, store.bodiesLost, store.size, store.dropped]).toEqual([6 * KiB + 1, 2, 4, 0])
  const gone = store.get(both)
  expect([gone?.request.body, gone?.response?.body]).toEqual([nothingRecorded, nothingRecorded])
  expect(gone?.notes).toEqual([note('request', '10k'), note('response', '10k')])
  expect([await readable(store, both, 'request'), await readable(store, both)]).toEqual([undefined, undefined])
  for (const id of [second, third]) expect(await readable(store, id)).toBe(3 * KiB)
  expect([await readable(store, newest), await readable(store, newest, 'request')]).toEqual([1, 5])
  expect(store.get(newest)?.notes).toEqual([])
  await eventually(() => own.sizes().length === 3)
  expect(own.size()).toBe(store.disk)
  await store.close()
  expect([store.disk, own.sizes()]).toEqual([0, []])
})

test('a body in memory beside a lost file stays, and only what is lost gets the note', async () => {
  const store = new MemoryStore({ maxFlows: 100, folder: own.bodies, bodyDisk: 10 })
  const id = added(store, endedFlow(file(11), memory(5)))
  expect(store.get(id)?.notes).toEqual([note('response', '10b')])
  expect([await readable(store, id, 'request'), await readable(store, id)]).toEqual([5, undefined])
  expect([store.disk, store.bodiesLost]).toEqual([0, 1])
  await eventually(() => own.sizes().length === 0)
})

test('a budget of 0 keeps nothing on disk', async () => {
  const store = new MemoryStore({ maxFlows: 100, folder: own.bodies, bodyDisk: 0, bodyMemory: 32 * KiB })
  added(store, endedFlow(file(1)))
  expect([store.disk, store.bodiesLost]).toEqual([0, 1])
  for (let n = 0; n < 20; n++) added(store, endedFlow(memory(2 * KiB)))
  await eventually(() => store.memory <= 32 * KiB + segmentSize && own.sizes().length === 0)
  expect(store.disk).toBe(0)
  await store.close()
})

test('segments count as well: the budget holds over many flows of both kinds, and the newest are kept', async () => {
  const bodyDisk = 64 * KiB
  const store = new MemoryStore({ maxFlows: 5000, folder: own.bodies, bodyDisk, bodyMemory: 32 * KiB })
  const small: number[] = []
  const large: number[] = []
  let most = 0
  for (let n = 0; n < 1000; n++) {
    small.push(added(store, endedFlow(memory(1 * KiB))))
    if (n % 10 === 9) large.push(added(store, endedFlow(file(5 * KiB))))
    // As fast as the disk takes them, so that what is given up is given up for the budget.
    if (n % 4 === 3) await eventually(() => store.memory <= 48 * KiB + segmentSize)
    most = Math.max(most, store.disk)
  }
  // The last write may still give something up.
  await eventually(() => store.memory <= 32 * KiB + segmentSize)
  expect(most).toBeLessThanOrEqual(bodyDisk)
  expect(most).toBeGreaterThan(bodyDisk - 8 * KiB)
  for (const ids of [small, large]) {
    const kept = ids.filter((id) => !lost(store, id))
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThan(ids.length)
    // The newest, without a hole.
    expect(kept).toEqual(ids.slice(-kept.length))
    for (const id of kept) expect(await readable(store, id)).toBeGreaterThanOrEqual(1 * KiB)
    expect(await readable(store, ids[0] ?? 0)).toBeUndefined()
    expect(store.get(ids[0] ?? 0)?.notes).toEqual([note('response', '64k')])
  }
  expect(store.bodiesLost).toBe([...small, ...large].filter((id) => lost(store, id)).length)
  expect([store.size, store.dropped]).toEqual([1100, 0])
  await eventually(() => own.size() === store.disk)
  expect(own.size()).toBeLessThanOrEqual(bodyDisk)
  await store.close()
  expect([store.disk, own.sizes()]).toEqual([0, []])
})

test.each(['file', 'segment'])('of a file and segments the older goes first: the %s', async (older) => {
  const store = new MemoryStore({ maxFlows: 100, folder: own.bodies, bodyDisk: 16 * KiB, bodyMemory: 32 * KiB })
  const addFile = () => added(store, endedFlow(file(10 * KiB)))
  const early = older === 'file' ? addFile() : undefined
  const small: number[] = []
  for (let n = 0; n < 20; n++) small.push(added(store, endedFlow(memory(2 * KiB))))
  await eventually(() => store.memory <= 32 * KiB + segmentSize)
  const id = early ?? addFile()
  expect(lost(store, id)).toBe(older === 'file')
  expect(lost(store, small[0] ?? 0)).toBe(older === 'segment')
  expect(store.bodiesLost).toBeGreaterThan(0)
  expect(store.disk).toBeLessThanOrEqual(16 * KiB)
  await store.close()
})

test('dropped flows give their bytes back, whether or not they were given up before', async () => {
  const store = new MemoryStore({ maxFlows: 3, folder: own.bodies, bodyDisk: 10 })
  for (let n = 0; n < 20; n++) added(store, endedFlow(n % 3 === 0 ? nothingRecorded : file(1 + (n % 8))))
  const kept = store.list(0, 3).map((one) => one.response?.body.length ?? 0)
  expect(store.disk).toBe(kept.reduce((sum, length) => sum + length, 0))
  expect(store.disk).toBeLessThanOrEqual(10)
  store.clear()
  expect(store.disk).toBe(0)
  const id = added(store, endedFlow(file(10)))
  expect([store.disk, await readable(store, id)]).toEqual([10, 10])
  await store.close()
  expect([store.disk, own.sizes()]).toEqual([0, []])
})

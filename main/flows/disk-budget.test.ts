import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyRecorded, nothingRecorded, type Flow, type RecordedBody } from '../model/flow.ts'
import { FlowLife } from './life.ts'
import { MemoryStore } from './memory-store.ts'
import { segmentSize } from './packed/flow-segments.ts'
import { TempFolder } from './temp-folder.ts'

const KiB = 1024
const note = (side: string, limit: string) =>
  `recorded ${side} body given up: bodies on disk exceeded ${limit}, and the oldest went first`

let parent = ''
let folder = new TempFolder()
let made = 0
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'disk-budget-test-'))
  folder = new TempFolder(parent)
})
afterEach(async () => {
  await folder.close()
  rmSync(parent, { recursive: true, force: true })
})

/** The sizes of all files under the test's folder. */
function sizes(): number[] {
  return readdirSync(parent, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
}

const onDisk = (): number => sizes().reduce((sum, size) => sum + size, 0)

const life = new FlowLife({ add: () => undefined }, () => undefined)

function flow(response: RecordedBody = nothingRecorded, request: RecordedBody = emptyRecorded): Flow {
  const client = { id: 1, address: '127.0.0.1', port: 1, tls: undefined }
  const { flow: one } = life.begin({
    client,
    method: 'GET',
    url: 'http://a/',
    httpVersion: '1.1',
    head: 'GET / HTTP/1.1\r\n',
  })
  one.request.body = request
  one.response = { ...one.request, head: 'HTTP/1.1 200 OK\r\n', status: 200, body: response }
  life.end(one)
  return one
}

function file(size: number): RecordedBody {
  const path = join(parent, `body-${++made}`)
  writeFileSync(path, Buffer.alloc(size, 'f'))
  return { state: 'complete', length: size, content: { kind: 'file', path } }
}

function memory(size: number): RecordedBody {
  return { state: 'complete', length: size, content: { kind: 'memory', bytes: Buffer.alloc(size, 'm') } }
}

/** Adds a flow, and gives its id. */
function added(store: MemoryStore, one: Flow): number {
  store.add(one)
  return one.id
}

const readable = async (store: MemoryStore, id: number, side: 'request' | 'response' = 'response') =>
  (await store.readBody(id, side, 0, 1e6))?.length

const lost = (store: MemoryStore, id: number): boolean => store.get(id)?.response?.body.state === 'missing'

/** Waits for something that happens in the background and is bound to happen: vitest ends the test otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate)
}

test('beyond the budget the oldest files are given up: missing, with a note, counted, and gone from disk', async () => {
  const store = new MemoryStore({ maxFlows: 100, folder, bodyDisk: 10 * KiB })
  const both = added(store, flow(file(3 * KiB), file(1 * KiB)))
  const second = added(store, flow(file(3 * KiB)))
  const third = added(store, flow(file(3 * KiB)))
  // To the byte: a budget that is full is not exceeded.
  expect([store.disk, store.bodiesLost]).toEqual([10 * KiB, 0])
  const newest = added(store, flow(file(1), memory(5)))
  expect([store.disk, store.bodiesLost, store.size, store.dropped]).toEqual([6 * KiB + 1, 2, 4, 0])
  const gone = store.get(both)
  expect([gone?.request.body, gone?.response?.body]).toEqual([nothingRecorded, nothingRecorded])
  expect(gone?.notes).toEqual([note('request', '10k'), note('response', '10k')])
  expect([await readable(store, both, 'request'), await readable(store, both)]).toEqual([undefined, undefined])
  for (const id of [second, third]) expect(await readable(store, id)).toBe(3 * KiB)
  expect([await readable(store, newest), await readable(store, newest, 'request')]).toEqual([1, 5])
  expect(store.get(newest)?.notes).toEqual([])
  await until(() => sizes().length === 3)
  expect(onDisk()).toBe(store.disk)
  await store.close()
  expect([store.disk, sizes()]).toEqual([0, []])
})

test('a body in memory beside a lost file stays, and only what is lost gets the note', async () => {
  const store = new MemoryStore({ maxFlows: 100, folder, bodyDisk: 10 })
  const id = added(store, flow(file(11), memory(5)))
  expect(store.get(id)?.notes).toEqual([note('response', '10b')])
  expect([await readable(store, id, 'request'), await readable(store, id)]).toEqual([5, undefined])
  expect([store.disk, store.bodiesLost]).toEqual([0, 1])
  await until(() => sizes().length === 0)
})

test('a budget of 0 keeps nothing on disk', async () => {
  const store = new MemoryStore({ maxFlows: 100, folder, bodyDisk: 0, bodyMemory: 32 * KiB })
  added(store, flow(file(1)))
  expect([store.disk, store.bodiesLost]).toEqual([0, 1])
  for (let n = 0; n < 20; n++) added(store, flow(memory(2 * KiB)))
  await until(() => store.memory <= 32 * KiB + segmentSize && sizes().length === 0)
  expect(store.disk).toBe(0)
  await store.close()
})

test('segments count as well: the budget holds over many flows of both kinds, and the newest are kept', async () => {
  const bodyDisk = 64 * KiB
  const store = new MemoryStore({ maxFlows: 5000, folder, bodyDisk, bodyMemory: 32 * KiB })
  const small: number[] = []
  const large: number[] = []
  let most = 0
  for (let n = 0; n < 1000; n++) {
    small.push(added(store, flow(memory(1 * KiB))))
    if (n % 10 === 9) large.push(added(store, flow(file(5 * KiB))))
    // As fast as the disk takes them, so that what is given up is given up for the budget.
    if (n % 4 === 3) await until(() => store.memory <= 48 * KiB + segmentSize)
    most = Math.max(most, store.disk)
  }
  // The last write may still give something up.
  await until(() => store.memory <= 32 * KiB + segmentSize)
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
  await until(() => onDisk() === store.disk)
  expect(onDisk()).toBeLessThanOrEqual(bodyDisk)
  await store.close()
  expect([store.disk, sizes()]).toEqual([0, []])
})

test.each(['file', 'segment'])('of a file and segments the older goes first: the %s', async (older) => {
  const store = new MemoryStore({ maxFlows: 100, folder, bodyDisk: 16 * KiB, bodyMemory: 32 * KiB })
  const addFile = () => added(store, flow(file(10 * KiB)))
  const early = older === 'file' ? addFile() : undefined
  const small: number[] = []
  for (let n = 0; n < 20; n++) small.push(added(store, flow(memory(2 * KiB))))
  await until(() => store.memory <= 32 * KiB + segmentSize)
  const id = early ?? addFile()
  expect(lost(store, id)).toBe(older === 'file')
  expect(lost(store, small[0] ?? 0)).toBe(older === 'segment')
  expect(store.bodiesLost).toBeGreaterThan(0)
  expect(store.disk).toBeLessThanOrEqual(16 * KiB)
  await store.close()
})

test('dropped flows give their bytes back, whether or not they were given up before', async () => {
  const store = new MemoryStore({ maxFlows: 3, folder, bodyDisk: 10 })
  for (let n = 0; n < 20; n++) added(store, flow(n % 3 === 0 ? nothingRecorded : file(1 + (n % 8))))
  const kept = store.list(0, 3).map((one) => one.response?.body.length ?? 0)
  expect(store.disk).toBe(kept.reduce((sum, length) => sum + length, 0))
  expect(store.disk).toBeLessThanOrEqual(10)
  store.clear()
  expect(store.disk).toBe(0)
  const id = added(store, flow(file(10)))
  expect([store.disk, await readable(store, id)]).toEqual([10, 10])
  await store.close()
  expect([store.disk, sizes()]).toEqual([0, []])
})

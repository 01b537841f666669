/** Bodies over the bound of memory, as a store moves them to files. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nothingRecorded, type Flow } from '../../model/flow.ts'
import { eventually } from '../../testing/eventually.ts'
import { MemoryStore } from '../memory-store.ts'
import { TempFolder } from '../temp-folder.ts'
import { bodyText, endedFlow, memoryBody, TestFolder } from '../testing.ts'
import { segmentSize } from './flow-segments.ts'

const own = new TestFolder()
const bodyMemory = 256 * 1024
const content = (id: number) => `${id} `.repeat(1000)

test('move to files, are read from there, and are deleted with their flows', async () => {
  const store = new MemoryStore({ maxFlows: 500, folder: own.bodies, bodyMemory })
  const ids: number[] = []
  for (let n = 0; n < 800; n++) {
    const one = endedFlow()
    one.response!.body = memoryBody(content(one.id))
    store.add(one)
    ids.push(one.id)
    // As fast as the disk takes them: nothing may be given up.
    if (n % 8 === 0) await eventually(() => store.memory < 1.5 * bodyMemory + segmentSize)
  }
  expect(store.bodiesLost).toBe(0)
  await eventually(() => own.files().length > 10)
  await eventually(() => store.memory <= bodyMemory + segmentSize)
  for (const id of ids.slice(300)) {
    const whole = await bodyText(store, id, 'response', 100_000)
    if (whole !== content(id)) expect(whole).toBe(content(id))
  }
  expect(await bodyText(store, ids[299]!)).toBeUndefined()
  const many = own.files().length
  for (let n = 0; n < 400; n++) store.add(endedFlow())
  await eventually(() => own.files().length < many)
  await store.close()
  expect(own.files()).toEqual([])
  expect(store.memory).toBe(0)
})

test('close and clear while a segment is being written leave no file', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const store = new MemoryStore({ maxFlows: 500, folder: own.bodies, bodyMemory })
    for (let n = 0; n < 80; n++) store.add(endedFlow(memoryBody(content(n))))
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    if (turns % 2 === 0) store.clear()
    await store.close()
    expect(own.files()).toEqual([])
  }
})

test('a disk that refuses costs the oldest bodies: missing, with a note, and counted', async () => {
  const store = new MemoryStore({ maxFlows: 500, folder: new TempFolder(join(own.path, 'nowhere')), bodyMemory })
  const flows: Flow[] = []
  for (let n = 0; n < 120; n++) {
    const one = endedFlow(memoryBody(content(n).padEnd(4000)))
    store.add(one)
    flows.push(one)
  }
  await eventually(() => store.bodiesLost > 0)
  const [oldest, newest] = [store.get(flows[0]!.id)!, store.get(flows.at(-1)!.id)!]
  expect(oldest.response?.body).toEqual(nothingRecorded)
  expect(oldest.notes[0]).toMatch(/^recorded response body given up: the disk did not take it \(ENOENT/)
  expect(await bodyText(store, oldest.id)).toBeUndefined()
  expect(newest.notes).toEqual([])
  expect((await bodyText(store, newest.id))?.startsWith('119 ')).toBe(true)
  const lost = flows.filter((one) => store.get(one.id)?.response?.body.state === 'missing')
  expect(store.bodiesLost).toBe(lost.length)
  await store.close()
})

test('a disk that is too slow costs bodies, not memory', () => {
  const store = new MemoryStore({ maxFlows: 100_000, folder: own.bodies, bodyMemory })
  // In one turn: no write can end meanwhile.
  for (let n = 0; n < 2000; n++) store.add(endedFlow(memoryBody(content(n))))
  expect(store.memory).toBeLessThanOrEqual(2 * bodyMemory + 2 * segmentSize)
  expect(store.bodiesLost).toBeGreaterThan(1000)
  expect(store.list(0, 1)[0]?.notes).toEqual([
    'recorded response body given up: bodies came faster than the disk could take them',
  ])
})

test('a body larger than a segment, and than the bound, is kept', async () => {
  const store = new MemoryStore({ maxFlows: 10, folder: own.bodies, bodyMemory: 200 * 1024 })
  const one = endedFlow(memoryBody('large '.repeat(50_000)))
  store.add(one)
  expect((await store.readBody(one.id, 'response', 0, 1e6))?.length).toBe(300_000)
  store.add(endedFlow(memoryBody('small')))
  await eventually(() => own.files().length === 1)
  expect((await store.readBody(one.id, 'response', 299_994, 1e6))?.toString()).toBe('large ')
  await store.close()
})

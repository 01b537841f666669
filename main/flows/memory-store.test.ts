import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyRecorded, nothingRecorded } from '../model/flow.ts'
import { eventually } from '../testing/eventually.ts'
import { MemoryStore } from './memory-store.ts'
import { bodyText, endedFlow, memoryBody, TestFolder } from './testing.ts'

const own = new TestFolder()

describe('flows', () => {
  test('are found by id and listed in the order in which they ended', () => {
    const store = new MemoryStore({ maxFlows: 10, folder: own.bodies })
    const flows = [endedFlow(), endedFlow(), endedFlow()]
    for (const one of flows.toReversed()) store.add(one)
    expect(store.size).toBe(3)
    for (const one of flows) expect(store.get(one.id)).toStrictEqual(one)
    expect(store.list(0, 10)).toStrictEqual(flows.toReversed())
    expect(store.list(1, 1)).toStrictEqual([flows[1]])
    expect(store.list(3, 5)).toEqual([])
    expect(store.get(-1)).toBeUndefined()
  })

  test('the oldest are dropped beyond the bound, counted, and their memory is freed', () => {
    const store = new MemoryStore({ maxFlows: 100, folder: own.bodies })
    let most = 0
    let last = 0
    for (let n = 0; n < 20_000; n++) {
      const one = endedFlow(memoryBody('b'.repeat(100)))
      last = one.id
      store.add(one)
      most = Math.max(most, store.memory)
    }
    expect([store.size, store.dropped]).toEqual([100, 19_900])
    expect(store.get(last - 100)).toBeUndefined()
    expect(store.list(0, 1)[0]?.id).toBe(last - 99)
    expect(most).toBeLessThanOrEqual(4 * 1024 * 1024)
  })

  test('a bound of 0 keeps nothing', async () => {
    const store = new MemoryStore({ maxFlows: 0, folder: own.bodies })
    const one = endedFlow(own.fileBody('one', 'body'))
    store.add(one)
    expect([store.size, store.dropped, store.memory, store.get(one.id)]).toEqual([0, 1, 0, undefined])
    await store.close()
    expect(own.files()).toEqual([])
  })

  test('the same id twice is a bug, and changes nothing', () => {
    const store = new MemoryStore({ maxFlows: 10, folder: own.bodies })
    const one = endedFlow()
    store.add(one)
    expect(() => store.add(one)).toThrow('already')
    expect(store.size).toBe(1)
  })

  test('what is done to the objects later does not show', () => {
    const store = new MemoryStore({ maxFlows: 10, folder: own.bodies })
    const one = endedFlow(memoryBody('as it was'))
    const copy = structuredClone(one)
    store.add(one)
    one.notes.push('later')
    one.request.bytes = 7
    const got = store.get(one.id)!
    expect(got.notes).toEqual(copy.notes)
    expect(got.request).toEqual(copy.request)
    got.notes.push('mine')
    expect(store.get(one.id)?.notes).toEqual([])
  })
})

describe('bodies', () => {
  test('are copied, keep state and length, and are pulled in parts', async () => {
    const store = new MemoryStore({ maxFlows: 10, folder: own.bodies })
    const bytes = Buffer.from('the response')
    const partial = { state: 'partial', length: bytes.length, content: { kind: 'memory', bytes } } as const
    const one = endedFlow(partial, memoryBody('the request'))
    store.add(one)
    bytes.fill('x')
    expect(store.get(one.id)?.response?.body).toEqual({ state: 'partial', length: 12, content: undefined })
    expect(await bodyText(store, one.id)).toBe('the response')
    expect(await bodyText(store, one.id, 'request')).toBe('the request')
    expect((await store.readBody(one.id, 'response', 4, 3))?.toString()).toBe('res')
    expect((await store.readBody(one.id, 'response', 9, 100))?.toString()).toBe('nse')
    expect((await store.readBody(one.id, 'response', 50, 100))?.length).toBe(0)
  })

  test('what the client was sent in its place is kept beside it, in memory or as a file, and goes with its flow', async () => {
    const store = new MemoryStore({ maxFlows: 10, folder: own.bodies })
    const [small, large] = [endedFlow(memoryBody('foo')), endedFlow(own.fileBody('came', 'foo '.repeat(9)))]
    small.modifiedBody = memoryBody('bar', 'truncated')
    large.modifiedBody = own.fileBody('went', 'bar '.repeat(9))
    store.add(small)
    store.add(large)
    expect(store.get(small.id)?.modifiedBody).toEqual({ state: 'truncated', length: 3, content: undefined })
    expect(await bodyText(store, small.id, 'delivered')).toBe('bar')
    expect(await bodyText(store, small.id)).toBe('foo')
    expect(await bodyText(store, large.id, 'delivered')).toBe('bar '.repeat(9))
    expect(store.disk).toBe(72)
    store.remove([small.id, large.id])
    await eventually(() => own.files().length === 0)
    expect(store.disk).toBe(0)
    const other = endedFlow(memoryBody('foo'))
    store.add(other)
    expect(await bodyText(store, other.id, 'delivered')).toBeUndefined()
    await store.close()
  })

  test('the index of messages is kept as a body is, and what is given up of it is said', async () => {
    const store = new MemoryStore({ maxFlows: 10, folder: own.bodies, bodyDisk: 100 })
    const [small, large] = [endedFlow(memoryBody('frames')), endedFlow(memoryBody('frames'))]
    for (const one of [small, large]) one.messageCounts = { sent: 1, received: 300, control: 2 }
    small.messages = memoryBody('index', 'partial')
    large.messages = own.fileBody('index', 'index '.repeat(10))
    store.add(small)
    store.add(large)
    expect(store.get(small.id)).toMatchObject({
      messageCounts: { sent: 1, received: 300, control: 2 },
      messages: { state: 'partial', length: 5, content: undefined },
    })
    expect(await bodyText(store, small.id, 'messages')).toBe('index')
    expect((await store.readBody(large.id, 'messages', 6, 5))?.toString()).toBe('index')
    const other = endedFlow(memoryBody('foo'))
    other.messages = own.fileBody('more', 'm'.repeat(50))
    store.add(other)
    expect(await bodyText(store, large.id, 'messages')).toBeUndefined()
    expect(store.get(large.id)?.messages?.state).toBe('missing')
    expect(store.get(large.id)?.notes).toEqual([expect.stringContaining('recorded list of messages given up: ')])
    expect(store.bodiesLost).toBe(1)
    store.remove([small.id, other.id])
    await eventually(() => own.files().length === 0)
    expect(store.disk).toBe(0)
    await store.close()
  })

  test('missing is not empty', async () => {
    const store = new MemoryStore({ maxFlows: 10, folder: own.bodies })
    const one = endedFlow(nothingRecorded, emptyRecorded)
    const other = endedFlow(memoryBody(''))
    other.response = undefined
    store.add(one)
    store.add(other)
    expect(await bodyText(store, one.id, 'response')).toBeUndefined()
    expect(await bodyText(store, one.id, 'request')).toBe('')
    expect(await bodyText(store, other.id, 'response')).toBeUndefined()
    expect(await bodyText(store, 999_999, 'request')).toBeUndefined()
  })

  test('files go with their flow: when it is dropped, on clear, on close, and when they come too late', async () => {
    const store = new MemoryStore({ maxFlows: 2, folder: own.bodies })
    const flows = ['a', 'b', 'c'].map((name) =>
      endedFlow(own.fileBody(`${name}.res`, `${name} body`), own.fileBody(`${name}.req`, name)),
    )
    for (const one of flows.slice(0, 2)) store.add(one)
    expect(await bodyText(store, flows[0]!.id)).toBe('a body')
    expect((await store.readBody(flows[1]!.id, 'response', 2, 3))?.toString()).toBe('bod')
    store.add(flows[2]!)
    expect(await bodyText(store, flows[0]!.id)).toBeUndefined()
    await eventually(() => own.files().length === 4)
    expect(existsSync(join(own.path, 'a.res'))).toBe(false)
    store.clear()
    expect([store.size, store.dropped]).toEqual([0, 1])
    await eventually(() => own.files().length === 0)
    store.add(endedFlow(own.fileBody('d', 'd')))
    await store.close()
    expect(own.files()).toEqual([])
    store.add(endedFlow(own.fileBody('e', 'e')))
    await eventually(() => own.files().length === 0)
    expect(store.size).toBe(0)
  })

  test('no more is read of a file than was recorded, and a file that is gone reads as not recorded', async () => {
    const store = new MemoryStore({ maxFlows: 2, folder: own.bodies })
    const body = own.fileBody('long', 'recorded, and what came after it')
    const one = endedFlow({ ...body, state: 'partial', length: 8 })
    store.add(one)
    expect(await bodyText(store, one.id)).toBe('recorded')
    rmSync(join(own.path, 'long'))
    expect(await bodyText(store, one.id)).toBeUndefined()
  })
})

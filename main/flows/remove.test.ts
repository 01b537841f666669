/** Flows removed from anywhere in the store, against a list that does the same. */
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyRecorded, nothingRecorded, type Flow, type RecordedBody } from '../model/flow.ts'
import { MemoryStore } from './memory-store.ts'
import { endedFlow, memoryBody, TestFolder } from './testing.ts'

const own = new TestFolder()

let made = 0

/** Nothing else in the store looks like it. */
const mark = (id: number): string => `<<${id}>>`

function bodyOf(kind: 'none' | 'memory' | 'file', text: string): RecordedBody {
  if (kind === 'none') return nothingRecorded
  return kind === 'memory' ? memoryBody(text) : own.fileBody(`body-${++made}`, text)
}

function flow(request: 'none' | 'memory' | 'file', response: 'none' | 'memory' | 'file', size: number): Flow {
  const one = endedFlow()
  one.notes.push(mark(one.id))
  const text = mark(one.id).repeat(size)
  one.request.body = request === 'none' ? emptyRecorded : bodyOf(request, `${text} sent`)
  one.response!.body = bodyOf(response, `${text} got`)
  return one
}

const kind = fc.constantFrom('none', 'memory', 'memory', 'file')
const step = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ do: fc.constant('add' as const), request: kind, response: kind, size: fc.nat(900) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('remove' as const),
      from: fc.nat(40),
      every: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
)

test('any order of adding, dropping, removing and clearing leaves what a list leaves, and nothing of the rest', async () => {
  const bodyMemory = 32 * 1024
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.constantFrom(20, 1000), async (steps, maxFlows) => {
      const store = new MemoryStore({ maxFlows, folder: own.bodies, bodyMemory })
      let model: { id: number; sent: string | undefined; got: string | undefined }[] = []
      let dropped = 0
      for (const one of steps) {
        if (one.do === 'add') {
          const added = flow(one.request, one.response, one.size)
          const text = mark(added.id).repeat(one.size)
          store.add(added)
          model.push({
            id: added.id,
            sent: one.request === 'none' ? '' : `${text} sent`,
            got: one.response === 'none' ? undefined : `${text} got`,
          })
          if (model.length > maxFlows) {
            model.shift()
            dropped++
          }
        } else if (one.do === 'remove') {
          const ids = model.filter((_, n) => n >= one.from && n % one.every === 0).map(({ id }) => id)
          // Twice, and some that are not there.
          expect(store.remove([...ids, ...ids, -1])).toEqual(ids)
          model = model.filter(({ id }) => !ids.includes(id))
        } else if (one.do === 'clear') {
          store.clear()
          model = []
        } else {
          for (let turn = 0; turn < 5; turn++) await setImmediate()
        }
        expect([store.size, store.dropped]).toEqual([model.length, dropped])
      }
      expect(store.list(0, 2000).map(({ id }) => id)).toEqual(model.map(({ id }) => id))
      for (const { id, sent, got } of model) {
        const kept = store.get(id)!
        expect([kept.id, kept.notes[0]]).toEqual([id, mark(id)])
        const bodies = [await store.readBody(id, 'request', 0, 1e6), await store.readBody(id, 'response', 0, 1e6)]
        // What was too much for the disk says so; what is there is right.
        if (kept.notes.length === 1) expect(bodies.map((bytes) => bytes?.toString())).toEqual([sent, got])
      }
      store.remove(model.map(({ id }) => id))
      expect([store.size, store.memory, store.disk]).toEqual([0, 0, 0])
      await store.close()
      expect(own.files()).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('of a removed flow no byte is left on disk, also while its bodies are on their way there', async () => {
  const bodyMemory = 64 * 1024
  for (let turns = 0; turns < 10; turns++) {
    const store = new MemoryStore({ maxFlows: 1000, folder: own.bodies, bodyMemory })
    const ids: number[] = []
    // As fast as the disk takes them.
    for (let n = 0; n < 60; n++) {
      const one = flow('none', 'memory', 400)
      store.add(one)
      ids.push(one.id)
      if (n % 10 === 0) for (let turn = 0; turn < turns; turn++) await setImmediate()
    }
    const removed = ids.filter((_, n) => n % 2 === 0)
    store.remove(removed)
    // What is removed now, in memory, must not get to the disk either.
    for (let n = 0; n < 60; n++) store.add(flow('none', 'memory', 400))
    await expect
      .poll(() => {
        const text = own
          .files()
          .map((path) => readFileSync(path, 'latin1'))
          .join()
        return { removed: removed.filter((id) => text.includes(mark(id))), some: text.includes('<<') }
      })
      .toEqual({ removed: [], some: true })
    for (const id of ids.filter((_, n) => n % 2 === 1)) {
      const kept = store.get(id)!
      const whole = await store.readBody(id, 'response', 0, 1e6)
      if (kept.notes.length === 1) expect(whole?.toString()).toBe(`${mark(id).repeat(400)} got`)
    }
    await store.close()
    expect(own.files()).toEqual([])
  }
})

test('a body that was removed is not what the disk gives up for room, nor in its way', async () => {
  const store = new MemoryStore({ maxFlows: 1000, folder: own.bodies, bodyDisk: 3000 })
  const flows = [0, 1, 2].map(() => flow('none', 'file', 150))
  for (const one of flows) store.add(one)
  const used = store.disk
  store.remove([flows[1]!.id])
  expect(store.disk).toBeLessThan(used)
  for (let n = 0; n < 3; n++) store.add(flow('none', 'file', 150))
  expect(store.disk).toBeLessThanOrEqual(3000)
  expect(store.bodiesLost).toBeGreaterThan(0)
  expect(store.get(flows[0]!.id)?.notes[1]).toMatch('given up')
  // Removing what was given up already gives nothing back.
  const now = store.disk
  store.remove([flows[0]!.id])
  expect(store.disk).toBe(now)
  await store.close()
  expect(own.files()).toEqual([])
})

test('where all bodies of a file were removed, the disk goes on giving up those behind it', async () => {
  const store = new MemoryStore({ maxFlows: 1000, folder: own.bodies, bodyMemory: 32 * 1024, bodyDisk: 40 * 1024 })
  // Older than all bodies, so that nothing is dropped from the front.
  store.add(flow('none', 'none', 0))
  const ids: number[] = []
  const add = async (): Promise<void> => {
    const one = flow('none', 'memory', 150)
    store.add(one)
    ids.push(one.id)
    await setImmediate()
  }
  while (store.disk < 16 * 1024) await add()
  store.remove(ids.slice(0, 12))
  for (let n = 0; n < 120; n++) {
    await add()
    expect(store.disk).toBeLessThanOrEqual(40 * 1024)
  }
  expect(store.bodiesLost).toBeGreaterThan(0)
  await store.close()
})

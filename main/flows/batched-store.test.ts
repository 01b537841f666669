import { expect, test } from 'vitest'
import { nothingRecorded, type Flow } from '../model/flow.ts'
import { BatchedStore } from './batched-store.ts'
import { FlowLife } from './life.ts'
import { MemoryStore } from './memory-store.ts'
import { TempFolder } from './temp-folder.ts'

const ids: number[] = []
const bugs: string[] = []

class Watched extends MemoryStore {
  override add(flow: Flow): void {
    ids.push(flow.id)
    super.add(flow)
  }
}

function setUp() {
  ids.length = bugs.length = 0
  const store = new BatchedStore(
    new Watched({ maxFlows: 1000, folder: new TempFolder() }),
    (sentence) => void bugs.push(sentence),
  )
  const life = new FlowLife(store, (sentence) => void bugs.push(sentence))
  const client = { id: 1, address: '127.0.0.1', port: 1, tls: undefined }
  const ended = (): Flow => {
    const { flow } = life.begin({ client, method: 'GET', url: 'http://a/', httpVersion: '1.1', head: '' })
    flow.request.body = nothingRecorded
    life.end(flow)
    return flow
  }
  return { store, ended }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what ends in one turn is kept at its end, in order', async () => {
  const { ended } = setUp()
  const flows = [ended(), ended(), ended()]
  expect(ids).toEqual([])
  await turn()
  expect(ids).toEqual(flows.map(({ id }) => id))
  ended()
  await turn()
  expect(ids).toHaveLength(4)
})

test('readers see what has ended, whichever way they look', async () => {
  const { store, ended } = setUp()
  const first = ended()
  expect(store.size).toBe(1)
  expect(store.get(first.id)).toStrictEqual(first)
  const second = ended()
  expect(store.list(1, 1)).toStrictEqual([second])
  expect([store.dropped, store.bodiesLost]).toEqual([0, 0])
  const third = ended()
  expect(await store.readBody(third.id, 'request', 0, 10)).toBeUndefined()
  expect(store.remove([ended().id])).toHaveLength(1)
  ended()
  store.clear()
  expect(store.size).toBe(0)
  await turn()
  expect(store.size).toBe(0)
  ended()
  await store.close()
  expect(store.size).toBe(0)
})

test('a bounded number waits, however long the turn', () => {
  const { ended } = setUp()
  for (let n = 0; n < 1000; n++) ended()
  expect(ids.length).toBeGreaterThan(950)
})

test('a flow that cannot be kept is told of, and the others are kept', () => {
  const { store, ended } = setUp()
  const flow = ended()
  store.add(flow)
  ended()
  expect(store.size).toBe(2)
  expect(bugs).toHaveLength(1)
  expect(bugs[0]).toContain(`Flow ${flow.id} could not be kept: Error: flow ${flow.id} is in the store already`)
})

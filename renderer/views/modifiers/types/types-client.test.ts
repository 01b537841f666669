import { Text } from '@codemirror/state'
import { expect, test } from 'vitest'
import type { FromWorker, ToWorker } from './protocol.ts'
import { TypesClient } from './types-client.ts'

/** A worker as the client sees it, whose answers are the test's. */
class OtherEnd {
  onmessage: ((event: { data: FromWorker }) => void) | undefined
  onerror: ((event: { message: string }) => void) | undefined
  readonly got: ToWorker[] = []
  ended = false
  postMessage(message: ToWorker): void {
    this.got.push(message)
  }
  terminate(): void {
    this.ended = true
  }
}

function clientOf(): { client: TypesClient; workers: OtherEnd[] } {
  const workers: OtherEnd[] = []
  const begin = (): Worker => {
    workers.push(new OtherEnd())
    return workers.at(-1) as unknown as Worker // what TypesClient uses of one
  }
  return { client: new TypesClient(begin), workers }
}

const one = Text.of(['one'])
const two = Text.of(['two'])

test('the worker begins with the first question, and is given each text once', async () => {
  const { client, workers } = clientOf()
  expect(workers).toHaveLength(0)
  const others = Promise.allSettled([
    client.ask('format', undefined, 'a.ts', one),
    client.ask('problems', undefined, 'a.ts', one),
    client.ask('problems', undefined, 'a.js', one),
  ])
  const answer = client.ask('problems', undefined, 'a.js', two)
  const [worker] = workers
  expect(worker?.got.map(({ file }) => file)).toEqual([
    { name: 'a.ts', text: 'one' },
    undefined,
    { name: 'a.js', text: 'one' },
    { name: 'a.js', text: 'two' },
  ])
  worker?.onmessage?.({ data: { id: worker.got[3]!.id, gives: [] } })
  expect(await answer).toEqual([])
  client.close()
  expect((await others).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

test('a question that fails fails alone', async () => {
  const { client, workers } = clientOf()
  const bad = client.ask('hover', { at: 0 }, 'a.ts', one)
  const good = client.ask('problems', undefined, 'a.ts', one)
  const worker = workers[0]!
  worker.onmessage?.({ data: { id: worker.got[0]!.id, failed: 'a bug' } })
  worker.onmessage?.({ data: { id: worker.got[1]!.id, gives: [] } })
  await expect(bad).rejects.toMatchObject({ message: 'a bug', never: false })
  expect(await good).toEqual([])
  client.close()
})

test('a worker that breaks leaves no question open; the next one begins another, with the text', async () => {
  const { client, workers } = clientOf()
  const lost = client.ask('problems', undefined, 'a.ts', one)
  workers[0]?.onerror?.({ message: 'blocked' })
  await expect(lost).rejects.toMatchObject({ message: 'blocked', never: true })
  const next = client.ask('problems', undefined, 'a.ts', one)
  expect(workers).toHaveLength(2)
  expect(workers[1]?.got[0]?.file).toEqual({ name: 'a.ts', text: 'one' })
  client.close()
  expect(workers[1]?.ended).toBe(true)
  await expect(next).rejects.toMatchObject({ never: false })
})

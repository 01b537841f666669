import { expect, test } from 'vitest'
import { Bench, pass } from './testing/bench.ts'

test('chunks come out as they were yielded', async () => {
  await using bench = await Bench.open()
  const modifier = await bench.one(`
    export default async function* (chunks: AsyncIterable<Uint8Array>, flow: Flow) {
      yield 'begin ' + flow.response.status
      for await (const chunk of chunks) yield chunk
      yield new Uint8Array(0)
      yield ''
      yield 'end ä'
    }`)
  expect(modifier).toMatchObject({ name: 'm0', version: 1, recode: false })
  expect(modifier.exports).toEqual({ match: {}, transforms: true, readsHead: false, decode: true })
  const { texts, failure, ended } = await pass(modifier, 'one', 'two', 'three')
  expect({ texts, failure, ended }).toEqual({
    texts: ['begin 200', 'one', 'two', 'three', 'end ä'],
    failure: undefined,
    ended: true,
  })
})

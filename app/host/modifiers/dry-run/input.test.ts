import { describe, expect, test } from 'vitest'
import { ArrivalLog } from '../../../../main/model/arrivals.ts'
import { sampleFlow } from '../../../headless/testing/sample-flow.ts'
import { CallError } from '../../../contract/wire.ts'
import { Pieces } from '../../bodies/pieces.ts'
import { dryInput, modifierFlow, type BodySource, type DryInput } from './input.ts'
import type { TimedChunk } from './timed-chunk.ts'

const never = new AbortController().signal

function sourceOf(
  body: string | Uint8Array,
  changes: Parameters<typeof sampleFlow>[0] = {},
  problem?: string,
): BodySource {
  const bytes = new Pieces()
  // In pieces that fit nothing.
  const all = typeof body === 'string' ? Buffer.from(body) : body
  for (let at = 0; at < all.length; at += 7) bytes.push(all.subarray(at, at + 7))
  return { flow: () => sampleFlow(changes), decoded: () => Promise.resolve({ bytes, problem }) }
}

const recorded = sampleFlow().response!
const took = (ms: number) => ({ ...sampleFlow().timings, firstByte: 5000, lastByte: 5000 + ms * 1000 })

const chunksOf = ({ chunks }: DryInput): TimedChunk[] => [...chunks]
const texts = (chunks: readonly TimedChunk[]): string[] => chunks.map(({ bytes }) => Buffer.from(bytes).toString())
const joined = (chunks: readonly TimedChunk[]): string => Buffer.concat(chunks.map(({ bytes }) => bytes)).toString()

describe('a text', () => {
  const text = (text: string, cut?: number) =>
    dryInput({ input: { kind: 'text', text, ...(cut && { cut }) }, speed: 'once' }, sourceOf(''), never)

  test('comes in one chunk, or cut into bytes', async () => {
    expect(texts(chunksOf(await text('hello')))).toEqual(['hello'])
    expect(texts(chunksOf(await text('hello', 2)))).toEqual(['he', 'll', 'o'])
    expect(chunksOf(await text(''))).toEqual([])
    const cut = chunksOf(await text('é🙂', 1))
    expect(cut.map(({ bytes }) => bytes.length)).toEqual([1, 1, 1, 1, 1, 1])
    expect(joined(cut)).toBe('é🙂')
  })
})

describe('the sample', () => {
  const sample = (speed: 'once' | 'recorded') => dryInput({ input: { kind: 'sample' }, speed }, sourceOf(''), never)

  test('is an event stream as a model sends it: every event whole, names in pieces, and an end', async () => {
    const chunks = chunksOf(await sample('once'))
    const all = joined(chunks)
    const said: string[] = []
    for (const block of all.split('\n\n').slice(0, -1)) {
      expect(block).toMatch(/^(?:: |data: |event: ping\ndata: )/)
      const data = /^data: (\{.*\})$/.exec(block)?.[1]
      if (data === undefined) continue
      const { choices } = JSON.parse(data) as { choices: { delta: { content?: string } }[] }
      said.push(choices[0]?.delta.content ?? '')
    }
    expect(all.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(said.join('')).toMatch(/^Dear Ada Lovelace,.* Dr\. Grace Hopper .* café .*🙂$/s)
    expect(all).toContain(': keep-alive\n\n')
    // The names are in no single chunk, one event is cut, one letter is, and two events come in one chunk.
    expect(texts(chunks).some((chunk) => chunk.includes('Lovelace') || chunk.includes('Hopper'))).toBe(false)
    expect(texts(chunks).filter((chunk) => chunk.includes('\ufffd'))).toHaveLength(2)
    expect(texts(chunks).some((chunk) => chunk.split('data: ').length === 3)).toBe(true)
  })

  test('has times that count up over some seconds', async () => {
    const times = chunksOf(await sample('recorded')).map(({ atMs }) => atMs)
    expect(times.slice(0, 3)).toEqual([0, 420, 730])
    expect(times.every((at, index) => index === 0 || at > times[index - 1]!)).toBe(true)
    expect(times.at(-1)).toBeGreaterThan(2000)
    expect(times.at(-1)).toBeLessThan(5000)
  })
})

describe('a captured body', () => {
  const flowInput = (source: BodySource, speed: 'once' | 'recorded' = 'once') =>
    dryInput({ input: { kind: 'flow', id: 7 }, speed }, source, never)

  test('comes in as many chunks as had come', async () => {
    const source = sourceOf('0123456789abcdefghij', { response: { ...recorded, chunks: 4 } })
    const input = await flowInput(source)
    expect(texts(chunksOf(input))).toEqual(['01234', '56789', 'abcde', 'fghij'])
    expect(input.note).toContain('each of its 4 chunks')
  })

  test('at most 64 KiB each, when fewer had come', async () => {
    const input = await flowInput(sourceOf(Buffer.alloc(200_000, 'x'), { response: { ...recorded, chunks: 1 } }))
    expect(chunksOf(input).map(({ bytes }) => bytes.length)).toEqual([65536, 65536, 65536, 3392])
    expect(chunksOf(await flowInput(sourceOf('', {})))).toEqual([])
  })

  test('spreads over the time it took, and says so', async () => {
    const source = sourceOf('0123456789', { response: { ...recorded, chunks: 5 }, timings: took(40) })
    const input = await flowInput(source, 'recorded')
    expect(chunksOf(input).map(({ atMs }) => Math.round(atMs))).toEqual([0, 10, 20, 30, 40])
    expect(input.note).toContain('spread evenly over the 40 ms they took')
  })

  test('comes as it came, when that was recorded', async () => {
    const log = new ArrivalLog()
    for (const [length, at] of [[3, 100], [4, 110], [3, 130]] as const) log.add(length, at) // prettier-ignore
    const body = { state: 'complete', length: 10, content: undefined, arrivals: log.packed() } as const
    const input = await flowInput(sourceOf('0123456789', { response: { ...recorded, body, chunks: 3 } }), 'recorded')
    const chunks = chunksOf(input)
    expect(texts(chunks)).toEqual(['012', '3456', '789'])
    expect(chunks.map(({ atMs }) => Math.round(atMs))).toEqual([0, 10, 30])
    expect(input.note).toBeUndefined()
    // Twice as long when it is decoded.
    const coded = await flowInput(sourceOf('0123456789abcdefghij', { response: { ...recorded, body, chunks: 3 } }))
    expect(texts(chunksOf(coded))).toEqual(['012345', '6789abcd', 'efghij'])
    expect(coded.note).toContain('estimate')
    // More came than was recorded.
    const part = { ...body, state: 'partial', length: 5 } as const
    const partial = await flowInput(sourceOf('01234', { response: { ...recorded, body: part, chunks: 3 } }))
    expect(texts(chunksOf(partial))).toEqual(['012', '34'])
  })

  test('says what is not all of it', async () => {
    const partial = {
      response: { ...recorded, chunks: 1, body: { state: 'partial', length: 3, content: undefined } },
    } as const
    expect((await flowInput(sourceOf('abc', partial))).note).toBe('Only the beginning of the body was recorded.')
    expect((await flowInput(sourceOf('abc', partial, 'It is broken here.'))).note).toBe('It is broken here.')
  })

  test('that cannot be had is a refusal', async () => {
    const gone = (): never => {
      throw new CallError({ code: 'GONE', message: 'The flow is gone.' })
    }
    await expect(flowInput({ ...sourceOf(''), flow: gone })).rejects.toMatchObject({ code: 'GONE' })
  })
})

test('a flow as a modifier is told of it: fields in their order, with their letters', () => {
  const { id, client, request, response } = modifierFlow(sampleFlow())
  expect({ id, client }).toEqual({ id: 7, client: { address: '127.0.0.1' } })
  expect(request).toEqual({
    method: 'GET',
    url: 'http://origin.example/a',
    httpVersion: '1.1',
    headers: [['Host', 'origin.example']],
  })
  expect(response).toEqual({
    status: 200,
    httpVersion: '1.1',
    headers: [
      ['Set-Cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['Content-Length', '1234'],
    ],
  })
})

// Half of the starters did nothing to it: there was no foo, no field to hide, and less than was to be cut off.
test('the sample has something for each starter that changes a body', async () => {
  const { chunks } = await dryInput({ input: { kind: 'sample' }, speed: 'once' }, sourceOf(''), never)
  const all = [...chunks]
  const text = joined(all)
  expect(text.match(/foo/g)).toHaveLength(1)
  expect(texts(all).some((chunk) => chunk.includes('foo'))).toBe(false)
  expect(text).toContain('event: ping\n')
  expect(text).toContain('"system_fingerprint":"')
  expect(text.length).toBeGreaterThan(2 * 4096)
})

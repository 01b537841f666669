import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ModifierError } from './index.ts'
import { Bench, sampleFlow, Sink } from './testing/bench.ts'

let bench: Bench
beforeAll(async () => (bench = await Bench.open()))
afterAll(() => bench[Symbol.asyncDispose]())

const head = (lines: string): string => `export async function responseHead(head, flow) {\n${lines}\n}`

test.each<[string, string, object]>([
  ['nothing', '', {}],
  ['null', 'return null', {}],
  ['stream', `return 'stream'`, { choice: 'stream' }],
  ['buffer', `return 'buffer'`, { choice: 'buffer' }],
  ['another status', 'head.status = 503', { status: 503 }],
  [
    'a field more',
    `head.headers.push(['X-Seen', flow.request.method + flow.id % 1])`,
    {
      headers: [
        ['Content-Type', 'text/plain'],
        ['X-Seen', 'GET0'],
      ],
    },
  ],
  ['a field changed', `head.headers[0][1] = 'text/html'`, { headers: [['Content-Type', 'text/html']] }],
  ['no fields', `head.headers = []`, { headers: [] }],
  ['a number as a value', `head.headers = [['Age', 5]]`, { headers: [['Age', '5']] }],
  ['fields put back as they were', `head.headers = [...head.headers]`, {}],
  [
    'an answer after a wait',
    `await new Promise((done) => setTimeout(done, 20)); return 'stream'`,
    { choice: 'stream' },
  ],
])('responseHead says %s', async (_, lines, verdict) => {
  const modifier = await bench.one(head(lines))
  expect(modifier.exports).toMatchObject({ transforms: false, readsHead: true })
  expect(await modifier.readHead(sampleFlow())).toEqual(verdict)
})

describe('what it cannot say is an error', () => {
  test.each<[string, string, string, RegExp]>([
    ['a throw', `\nthrow new Error('no')`, 'MODIFIER_THREW', /threw Error: no$/],
    [
      'another word',
      `return 'hold'`,
      'MODIFIER_HEAD',
      /must return "stream", "buffer", a generator function, or nothing/,
    ],
    ['a status that is text', `head.status = '200'`, 'MODIFIER_HEAD', /no number/],
    ['a status that is none', `head.status = 99`, 'MODIFIER_HEAD', /99 is no status/],
    ['half a status', `head.status = 200.5`, 'MODIFIER_HEAD', /200.5 is no status/],
    // JSON has no word for it: what came to the engine was no number, and said to be a bug of Spillway.
    ['a status that is no number any more', `head.status = Number('none')`, 'MODIFIER_HEAD', /NaN is no status/],
    ['a status without end', `head.status = Infinity`, 'MODIFIER_HEAD', /Infinity is no status/],
    ['headers of another shape', `head.headers = { a: 'b' }`, 'MODIFIER_HEAD', /no array/],
    ['a field of another shape', `head.headers.push('a: b')`, 'MODIFIER_HEAD', /pair of name and value/],
    ['a name with a space', `head.headers.push(['a b', 'c'])`, 'MODIFIER_HEAD', /"a b" is no name/],
    [
      'a value that smuggles',
      `head.headers.push(['a', 'b\\r\\nSet-Cookie: c'])`,
      'MODIFIER_HEAD',
      /the header a cannot have the value/,
    ],
    ['a value beyond latin1', `head.headers.push(['a', '€'])`, 'MODIFIER_HEAD', /the header a/],
    ['too much', `head.headers.push(['a', 'b'.repeat(1e6)])`, 'MODIFIER_HEAD', /too large/],
    [
      'nothing for too long',
      'await new Promise(() => {})',
      'MODIFIER_HUNG',
      / hangs: its responseHead has not answered for [\d.]+ s$/,
    ],
  ])('%s', async (_, lines, code, message) => {
    bench.limits = { ...bench.limits, hangMs: code === 'MODIFIER_HUNG' ? 300 : 5000 }
    const modifier = await bench.one(head(lines))
    const error = await modifier.readHead(sampleFlow()).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ModifierError)
    expect((error as ModifierError).failure).toMatchObject({
      code,
      file: modifier.file,
      message: expect.stringMatching(message) as string,
    })
    expect((error as ModifierError).failure.line).toBe(lines.startsWith('\n') ? 3 : 1)
    expect(bench.processes).toHaveLength(1)
  })
})

describe('a function that was returned', () => {
  const source = `export default function* () { yield 'own' }
    export const responseHead = (head, flow) => flow.response.status === 201 ? undefined : function* (chunks, flow) { yield 'returned ' + flow.id }`

  test('takes the place of the own one, for its flow', async () => {
    const modifier = await bench.one(source)
    const flow = sampleFlow()
    const other = sampleFlow()
    expect(await modifier.readHead(flow)).toEqual({ choice: 'transform' })
    expect(await modifier.readHead({ ...other, response: { ...other.response, status: 201 } })).toEqual({})
    const sinks = [new Sink(), new Sink()] as const
    modifier.open(flow, sinks[0])
    modifier.open(other, sinks[1])
    expect((await sinks[0].over).text).toBe(`returned ${flow.id}`)
    expect((await sinks[1].over).text).toBe('own')
  })

  test('is let go when the flow is not opened', async () => {
    const modifier = await bench.one(source)
    const flow = sampleFlow()
    await modifier.readHead(flow)
    modifier.forget(flow.id)
    modifier.forget(flow.id)
    const sink = new Sink()
    modifier.open(flow, sink)
    expect((await sink.over).text).toBe('own')
  })

  test('is lost with its process, and the flow is told so', async () => {
    const modifier = await bench.one(source.slice(source.indexOf('export const')))
    const flow = sampleFlow()
    await modifier.readHead(flow)
    const pid = bench.processes.at(-1)!.pid!
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => bench.set.states()[0]?.status).toBe('applied')
    await expect
      .poll(() =>
        modifier.readHead(sampleFlow()).then(
          () => bench.processes.at(-1)!.pid,
          () => pid,
        ),
      )
      .not.toBe(pid)
    const sink = new Sink()
    modifier.open(flow, sink)
    expect((await sink.over).failure).toMatchObject({
      code: 'MODIFIER_LOST',
      message: expect.stringContaining('what responseHead returned is gone') as string,
    })
  })
})

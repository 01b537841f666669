import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bench, MiB, pass, sampleFlow, Sink } from './testing/bench.ts'

let bench: Bench
beforeAll(async () => (bench = await Bench.open()))
afterAll(() => bench[Symbol.asyncDispose]())

const body = (lines: string): string => `export default async function* (chunks, flow) {\n${lines}\n}`

test('chunks come out as they were yielded; empty ones are skipped', async () => {
  const modifier = await bench.one(`
    export default async function* (chunks: AsyncIterable<Uint8Array>, flow: Flow) {
      yield 'begin ' + flow.response.status
      for await (const chunk of chunks) yield chunk
      yield new Uint8Array(0)
      yield ''
      yield 'end ä\\ud800'
    }`)
  expect(modifier).toMatchObject({ name: 'm0', version: 1, recode: false })
  expect(modifier.exports).toEqual({ match: {}, transforms: true, readsHead: false, decode: true })
  const { texts, failure, ended } = await pass(modifier, 'one', '', 'two', 'three')
  expect({ texts, failure, ended }).toEqual({
    texts: ['begin 200', 'one', 'two', 'three', 'end ä\ufffd'],
    failure: undefined,
    ended: true,
  })
})

test.each([
  ['a synchronous generator', 'export default function* (chunks) { yield "a"; yield "b" }'],
  ['a function that returns an array', 'export default () => ["a", "b"]'],
  ['a function that returns a promise of one', 'export default async () => ["a", "b"]'],
  ['CommonJS', 'module.exports = { default: () => ["a", "b"] }'],
  [
    'an iterator written by hand',
    `export default () => {
      const left = ['a', 'b']
      return { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: left[0], done: left.shift() === undefined }) }) }
    }`,
  ],
  ['other views of bytes', 'export default () => [new Uint8ClampedArray([97]), new Int8Array([98])]'],
  [
    'a part of a buffer',
    'const all = new Uint8Array([0, 97, 98, 0]); export default () => [all.subarray(1, 2), all.subarray(2, 3)]',
  ],
  ['literals that look like comments', `export default () => ['a', '<!-- -->'.length === 8 ? 'b' : 'x']`],
  ['a library function', `import { take } from 'spillway'\nexport default () => take(['a', 'b', 'c'], 2)`],
])('%s is taken', async (_, source) => {
  const sink = await pass(await bench.one(source), 'ignored')
  expect([sink.texts, sink.failure]).toEqual([['a', 'b'], undefined])
})

test('chunks are fresh memory of their own, and never buffers of the runtime', async () => {
  const modifier = await bench.one(
    body(`for await (const chunk of chunks) {
      yield [Object.getPrototypeOf(chunk) === Uint8Array.prototype, chunk.buffer.byteLength === chunk.length,
        chunk.byteOffset, String.fromCharCode(...chunk)].join()
      chunk.fill(0)
    }`),
  )
  expect((await pass(modifier, 'abc', 'd')).texts).toEqual(['true,true,0,abc', 'true,true,0,d'])
})

test('what a modifier changes in what it has yielded changes nothing', async () => {
  const modifier = await bench.one(
    body(`const bytes = new Uint8Array(100_000).fill(65)
      yield bytes
      bytes.fill(66)
      bytes.buffer.transfer(0)
      yield bytes
      yield 'end'`),
  )
  const { chunks } = await pass(modifier)
  expect([chunks.length, chunks[0]?.equals(Buffer.alloc(100_000, 65)), chunks[1]?.toString()]).toEqual([2, true, 'end'])
})

test('the flow is told, and frozen to its depth', async () => {
  const modifier = await bench.one(
    body(`let changed = 0
      for (const change of [() => (flow.id = 9), () => flow.request.headers.push(['a', 'b']), () => (flow.response.headers[0][1] = 'x')]) {
        try { change(); changed++ } catch {}
      }
      yield JSON.stringify(flow) + changed`),
  )
  const flow = sampleFlow()
  const sink = new Sink()
  modifier.open(flow, sink).end()
  expect((await sink.over).text).toBe(JSON.stringify(flow) + '0')
})

test('large chunks and large yields pass, in parts of 1 MiB', async () => {
  const modifier = await bench.one(
    body(`let n = 0\nfor await (const chunk of chunks) n += chunk.length\nyield 'x'.repeat(n)`),
  )
  const sink = await pass(modifier, Buffer.alloc(2.5 * MiB, 1), 'abc')
  expect(sink.chunks.map(({ length }) => length)).toEqual([MiB, MiB, 0.5 * MiB + 3])
})

test('it answers before it has read, and it may end early', async () => {
  const modifier = await bench.one(body(`yield 'first'\nfor await (const chunk of chunks) { yield chunk; return }`))
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  await sink.until(() => sink.count === 1)
  stage.write(Buffer.from('a'))
  await sink.over
  // Nobody waits for what is written now.
  for (let count = 0; count < 100; count++) expect(stage.write(Buffer.alloc(64 * 1024))).toBe(true)
  expect(sink.texts).toEqual(['first', 'a'])
})

describe('what goes wrong is told with its place', () => {
  test.each<[string, string, object]>([
    [
      'a throw',
      body(`  yield 'a'\n  throw new TypeError('bad')`),
      { code: 'MODIFIER_THREW', line: 3, column: 9, message: 'modifier "m0" threw TypeError: bad' },
    ],
    [
      'a throw behind an await',
      body(`for await (const c of chunks) {\n  c.no.thing }`),
      { code: 'MODIFIER_THREW', line: 3 },
    ],
    ['a throw in a helper', `const help = () => {\n  null.x }\nexport default () => help()`, { line: 2 }],
    [
      'a throw of the library',
      `import { pieces } from 'spillway'\n\nexport default (c) => pieces(c, -1)`,
      { code: 'MODIFIER_THREW', line: 3 },
    ],
    ['something else than an error', body(`throw 'x'`), { message: 'modifier "m0" threw "x"', line: 1, column: 1 }],
    [
      'an object',
      body(`throw { get message() { throw 1 }, toString() { throw 2 } }`),
      { message: 'modifier "m0" threw an object that is no error' },
    ],
    [
      'a number',
      body(`yield 42`),
      {
        code: 'MODIFIER_YIELD',
        line: 1,
        message: expect.stringContaining('yielded a number; it must yield bytes') as string,
      },
    ],
    ['null', body(`yield null`), { code: 'MODIFIER_YIELD' }],
    ['an array', body(`yield [1]`), { code: 'MODIFIER_YIELD' }],
    ['words', body(`yield new Uint16Array(1)`), { code: 'MODIFIER_YIELD' }],
    ['a proxy of bytes', body(`yield new Proxy(new Uint8Array(4), {})`), { code: 'MODIFIER_YIELD' }],
    ['no iterable', `export default () => 1`, { code: 'MODIFIER_THREW', line: 1 }],
    ['text instead of an iterable', `export default () => 'text'`, { code: 'MODIFIER_THREW' }],
    [
      'a broken iterator',
      `\nexport default () => ({ [Symbol.asyncIterator]: () => ({ next: () => 1 }) })`,
      { code: 'MODIFIER_THREW', line: 2 },
    ],
    ['endless recursion', body(`const f = () => f() + 1\nf()`), { code: 'MODIFIER_THREW', line: 2 }],
    [
      'a throw in a timer',
      body(`await new Promise(() => setTimeout(() => {\n throw new Error('late') }))`),
      { code: 'MODIFIER_THREW', line: 3, message: expect.stringContaining('late') as string },
    ],
    [
      'a cut',
      `import { cutAfter } from 'spillway'\nexport default (c) => cutAfter(c, 3)`,
      { code: 'MODIFIER_CUT', message: 'modifier "m0": cutAfter has cut the body after 3 bytes' },
    ],
    ['a name that is not there', body(`process.exit()`), { code: 'MODIFIER_THREW', line: 2 }],
    ['a module', `import 'spillway'\nexport default () => require('fs')`, { code: 'MODIFIER_THREW', line: 2 }],
  ])('%s', async (_, source, expected) => {
    const modifier = await bench.one(source)
    const { failure, ended } = await pass(modifier, 'abc', 'def')
    expect(failure).toMatchObject({ file: modifier.file, ...expected })
    expect(ended).toBe(false)
    // The next flow is fine: it fails in its own right, in the same process.
    expect((await pass(modifier, 'abc', 'def')).failure).toEqual(failure)
  })

  // A proxy may throw whatever it is asked, also what it is: to look at it threw once more, where nobody caught it, and all
  // flows of its modifier ended with its process.
  test.each([
    ['has been revoked', `const { proxy, revoke } = Proxy.revocable({}, {})\n revoke()`],
    ['throws itself', `const proxy = new Proxy({}, { getPrototypeOf() { throw proxy }, get() { throw proxy } })`],
  ])('a thrown proxy that %s ends its flow alone', async (_, lines) => {
    const modifier = await bench.one(
      body(`${lines}\n for await (const c of chunks) {\n if (c[0] === 33) throw proxy\n yield c }`),
    )
    const other = new Sink()
    const stage = modifier.open(sampleFlow(), other)
    expect((await pass(modifier, '!')).failure).toMatchObject({
      code: 'MODIFIER_THREW',
      message: 'modifier "m0" threw an object that is no error',
    })
    stage.write(Buffer.from('still there'))
    stage.end()
    expect(await other.over).toMatchObject({ text: 'still there', failure: undefined })
  })

  test('only the flow that threw ends', async () => {
    bench.set.update([], bench.limits)
    const modifier = await bench.one(
      body(`for await (const chunk of chunks) {\n if (chunk[0] === 33) throw 1\n yield chunk }`),
    )
    const [good, bad] = [new Sink(), new Sink()]
    const stages = [modifier.open(sampleFlow(), good), modifier.open(sampleFlow(), bad)]
    stages[0]!.write(Buffer.from('a'))
    stages[1]!.write(Buffer.from('!'))
    await bad.over
    stages[0]!.write(Buffer.from('b'))
    stages[0]!.end()
    expect((await good.over).text).toBe('ab')
    expect(bench.set.states()[0]?.stats).toMatchObject({ flows: 2, running: 0, errors: 1, chunksIn: 3, chunksOut: 2 })
  })
})

describe('a file that cannot run is broken', () => {
  test.each<[string, string, object]>([
    [
      'syntax',
      'export default function* (',
      { line: 1, message: expect.stringContaining('cannot be compiled') as string },
    ],
    [
      'nothing exported',
      'const a = 1',
      { message: expect.stringContaining('neither a default function nor responseHead') as string },
    ],
    ['no function', 'export default 1', { message: expect.stringContaining('"default" must be a function') as string }],
    ['a throw while loading', '\n\nnull.x\nexport default () => []', { line: 3 }],
    [
      'a match with an unknown field',
      'export const match = { hots: "a" }; export default () => []',
      { message: expect.stringContaining('"hots"') as string },
    ],
    [
      'a match of numbers',
      'export const match = { host: 1 }; export default () => []',
      { message: expect.stringContaining('match.host') as string },
    ],
    [
      'a match that nothing can have',
      'export const match = { host: "127.0.0.1:80" }; export default () => []',
      { message: expect.stringContaining('"match.host": "127.0.0.1:80" is not a host') as string },
    ],
    [
      'a decode that is no choice',
      'export const decode = "no"; export default () => []',
      { message: expect.stringContaining('"decode"') as string },
    ],
  ])('%s', async (_, source, problem) => {
    bench.set.update([], bench.limits)
    expect(await bench.use(source)).toEqual([])
    const [state] = bench.set.states()
    expect(state).toMatchObject({ status: 'broken', version: 0, problem: { code: 'MODIFIER_BROKEN', ...problem } })
  })
})

test('exports are what the file says', async () => {
  const modifier = await bench.one(`
    export const match = { host: 'h', status: 200, type: 'text/*' }
    export const decode = false
    export function responseHead() {}`)
  expect(modifier.exports).toEqual({
    match: { host: 'h', status: '200', type: 'text/*' },
    transforms: false,
    readsHead: true,
    decode: false,
  })
})

// It was lost with the process, just where it was needed.
test.each([
  ['over its input', `async function* (chunks) { for await (const chunk of chunks) { log('here'); while (true) {} } }`],
  ['over nothing', `function* () { log('here'); while (true) {} }`],
])('what is logged before a loop %s is told', async (_, source) => {
  bench.logs.length = 0
  bench.limits = { ...bench.limits, hangMs: 500 }
  const { failure } = await pass(await bench.one(`import { log } from 'spillway'\nexport default ${source}`), 'a')
  expect(failure).toMatchObject({ code: 'MODIFIER_HUNG' })
  expect(bench.logs.map(({ text }) => text)).toEqual(['here'])
  bench.limits = { ...bench.limits, hangMs: 5000 }
  bench.apply()
})

// They were told of compiled code, and of Spillway's own: "at f (modifier:1:6:711)", "at #run ([worker eval]:116:7790)".
test('places of a logged error are those of the file, and no others', async () => {
  bench.logs.length = 0
  const modifier = await bench.one(
    `import { log } from 'spillway'\ntype Unused = 1\nfunction inner() {\n  return new Error('why')\n}\n` +
      body(`log(inner(), 'modifier:1:2:3')\n  yield 'end'`),
  )
  await pass(modifier)
  expect(bench.logs.map(({ text }) => text)).toEqual([
    'Error: why\n  at inner (m0.ts:4:10)\n  at default_1 (m0.ts:7:5) modifier:1:2:3',
  ])
})

// How many had been left out was told with the next line, which may never come.
test('what is too much is counted, also when nothing follows', async () => {
  bench.logs.length = 0
  const modifier = await bench.one(
    `import { log } from 'spillway'\n` + body(`for (let n = 0; n < 5000; n++) log(n)\n yield 'end'`),
  )
  await pass(modifier)
  const left = (): number[] =>
    bench.logs.flatMap(({ text }) => /^\((\d+) more were logged/.exec(text)?.slice(1).map(Number) ?? [])
  const shown = (): number => bench.logs.filter(({ text }) => /^\d+$/.test(text)).length
  await expect.poll(() => shown() + left().reduce((sum, count) => sum + count, 0), { timeout: 10_000 }).toBe(5000)
})

test('logs are told with their flow, and bounded', async () => {
  bench.logs.length = 0
  const modifier = await bench.one(
    `import { log } from 'spillway'\n` +
      body(`log('a', { b: 1 })\nlog('x'.repeat(1e6))\nfor (let n = 0; n < 1000; n++) log(n)\nyield 'end'`),
  )
  const flow = sampleFlow()
  const sink = new Sink()
  modifier.open(flow, sink).end()
  await sink.over
  expect(bench.logs[0]).toMatchObject({
    flow: flow.id,
    file: modifier.file,
    text: expect.stringMatching(/a.*b.*1/s) as string,
  })
  expect(bench.logs.length).toBeLessThanOrEqual(1002)
  expect(Math.max(...bench.logs.map(({ text }) => text.length))).toBeLessThan(10_000)
})

test('modifiers have the language, its clocks and its texts', async () => {
  const modifier = await bench.one(
    body(`const same = Math.random() === Math.random()
    const date = new Date()
    const bytes = new TextEncoder().encode('ä€')
    const decoder = new TextDecoder('utf-8')
    const url = new URL('/b?x=1#c', 'http://a')
    url.searchParams.append('y', '2')
    let ticks = 0
    await new Promise((done) => { const id = setInterval(() => { if (++ticks === 3) { clearInterval(id); done() } }, 1) })
    yield JSON.stringify({
      same, now: Math.abs(Date.now() - date) < 1000, date: date instanceof Date && new Date(2020, 0) < date, text: typeof Date(),
      utc: Date.UTC(2020, 0), bytes: [...bytes], own: bytes.buffer.byteLength,
      split: decoder.decode(bytes.subarray(0, 3), { stream: true }) + '|' + decoder.decode(bytes.subarray(3)),
      latin: new TextDecoder('iso-8859-2').encoding, url: url.href, json: JSON.stringify({ url }),
      values: [...url.searchParams].join(';'), ticks, big: 2n ** 64n + '', floats: [new Float32Array([0.5])[0] + new Float64Array([0.25])[0], typeof Float16Array], re: 'abc'.replace(/b/g, '-'),
    })`),
  )
  expect(JSON.parse((await pass(modifier)).text)).toEqual({
    same: false,
    now: true,
    date: true,
    text: 'string',
    utc: 1577836800000,
    bytes: [195, 164, 226, 130, 172],
    own: 5,
    split: 'ä|€',
    latin: 'iso-8859-2',
    url: 'http://a/b?x=1&y=2#c',
    json: '{"url":"http://a/b?x=1&y=2#c"}',
    values: 'x,1;y,2',
    ticks: 3,
    big: '18446744073709551616',
    floats: [0.75, typeof Float16Array],
    re: 'a-c',
  })
})

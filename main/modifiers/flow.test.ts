import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { Bench, MiB, pass, pump, sampleFlow, Sink } from './testing/bench.ts'

let bench: Bench
beforeAll(async () => (bench = await Bench.open()))
afterEach(() => (bench.limits = { memory: 128 * MiB, hangMs: 5000 }))
/** The next modifier begins at nothing, in a process of its own; the others are versions of one. */
const anew = (): void => bench.set.update([], bench.limits)
afterAll(() => bench[Symbol.asyncDispose]())

const identity = 'export default async function* (chunks) { for await (const chunk of chunks) yield chunk }'
const body = (lines: string): string => `import * as spillway from 'spillway'
export default async function* (chunks, flow) {\n${lines}\n}`

describe('a hang', () => {
  beforeEach(anew)

  test.each([
    ['what it waits for never comes', 'await new Promise(() => {})'],
    ['it waits behind the input', 'for await (const chunk of chunks) await new Promise(() => {})'],
    ['an interval ticks', 'setInterval(() => {}, 5)\nawait new Promise(() => {})'],
  ])('%s', async (_, lines) => {
    bench.limits = { ...bench.limits, hangMs: 300 }
    const modifier = await bench.one(body(lines))
    const began = performance.now()
    const { failure } = await pass(modifier, 'a')
    expect(failure).toMatchObject({
      code: 'MODIFIER_HUNG',
      line: 2,
      message: expect.stringMatching(
        /^modifier "m0" hangs: it has neither asked for a chunk nor yielded one for [\d.]+ s$/,
      ) as string,
    })
    expect(performance.now() - began).toBeGreaterThan(295)
    expect(bench.set.states()[0]).toMatchObject({ status: 'applied', stats: { errors: 1 } })
  })

  test.each([
    ['it waits for its origin', 'for await (const chunk of chunks) yield chunk', 'ab'],
    ['a timer of the library runs', 'yield* spillway.delay(chunks, 900)', 'ab'],
    ['a timeout of its own runs', `await new Promise((done) => setTimeout(done, 900))\nyield 'late'`, 'late'],
  ])('is none while %s', async (_, lines, text) => {
    bench.limits = { ...bench.limits, hangMs: 300 }
    const modifier = await bench.one(body(lines))
    const sink = new Sink()
    const stage = modifier.open(sampleFlow(), sink)
    stage.write(Buffer.from('a'))
    await new Promise((resolve) => setTimeout(resolve, 700))
    stage.write(Buffer.from('b'))
    stage.end()
    expect((await sink.over).failure).toBeUndefined()
    expect(sink.text).toBe(text)
  })

  test('is none while nobody takes what came out', async () => {
    bench.limits = { ...bench.limits, hangMs: 300 }
    const modifier = await bench.one(body(`for (let n = 0; n < 30; n++) yield new Uint8Array(100_000)`))
    const sink = new Sink({ keep: false })
    const stage = modifier.open(sampleFlow(), sink)
    stage.pause()
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect(sink.failure).toBeUndefined()
    stage.resume()
    expect((await sink.over).bytes).toBe(3_000_000)
  })

  test("another flow's timer excuses nobody", async () => {
    bench.limits = { ...bench.limits, hangMs: 300 }
    const modifier = await bench.one(
      body(`if (flow.response.status === 200) await new Promise(() => {})\nyield* spillway.delay(['x'], 1500)`),
    )
    const patient = new Sink()
    const flow = sampleFlow()
    modifier.open({ ...flow, response: { ...flow.response, status: 201 } }, patient)
    expect((await pass(modifier)).failure).toMatchObject({ code: 'MODIFIER_HUNG' })
    expect((await patient.over).text).toBe('x')
  })
})

describe('credit', () => {
  test('a generator that yields for ever waits for who takes it', async () => {
    const modifier = await bench.one(body(`for (;;) yield new Uint8Array(10_000)`))
    const sink = new Sink({ keep: false })
    const stage = modifier.open(sampleFlow(), sink)
    stage.pause()
    await sink.until(() => sink.bytes > 0.5 * MiB)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const { bytes } = sink
    expect(bytes).toBeLessThanOrEqual(MiB)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(sink.bytes).toBe(bytes)
    stage.resume()
    await sink.until(() => sink.bytes > 5 * MiB)
    stage.cancel()
    await eventually(() => bench.set.states()[0]?.stats.running === 0)
    expect(sink).toMatchObject({ ended: false, failure: undefined })
  })

  test('one yield larger than the credit arrives whole, with nothing behind it', async () => {
    const modifier = await bench.one(body(`yield 'a'\nyield new Uint8Array(${MiB})\nyield 'b'`))
    const sink = new Sink()
    const stage = modifier.open(sampleFlow(), sink)
    await sink.until(() => sink.count === 2)
    stage.pause()
    expect(sink.chunks.map(({ length }) => length)).toEqual([1, MiB])
    stage.resume()
    expect((await sink.over).chunks).toHaveLength(3)
  })

  test.each([
    ['large', 64 * 1024],
    ['small', 100],
  ])('input that is not read is not taken (%s chunks)', async (_, size) => {
    const modifier = await bench.one(
      body(
        `yield 'begun'\nawait new Promise((done) => (globalThis.go = done))\nfor await (const chunk of chunks) yield chunk`,
      ) + `\nexport const responseHead = () => { globalThis.go() }`,
    )
    const sink = new Sink({ keep: false })
    const stage = modifier.open(sampleFlow(), sink)
    let written = 0
    while (stage.write(Buffer.alloc(size, 1))) written += size
    written += size
    expect(written).toBeLessThanOrEqual(MiB)
    await sink.until(() => sink.count === 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(sink.drains).toBe(0)
    await modifier.readHead(sampleFlow())
    await sink.until(() => sink.drains === 1)
    stage.end()
    await sink.over
    expect(sink.bytes).toBe(written + 5)
  })

  test('many flows that do not read leave room for one that does', async () => {
    const [modifier] = await bench.use(
      body(
        `if (flow.response.status === 201) await new Promise((done) => setTimeout(done, 60_000))\nelse yield* chunks`,
      ),
    )
    const stages = Array.from({ length: 100 }, () => {
      const flow = sampleFlow()
      return modifier!.open({ ...flow, response: { ...flow.response, status: 201 } }, new Sink())
    })
    for (const stage of stages) while (stage.write(Buffer.alloc(64 * 1024)));
    const sink = new Sink({ keep: false })
    const stage = modifier!.open(sampleFlow(), sink)
    await pump(stage, sink, Buffer.alloc(64 * 1024), 100)
    stage.end()
    expect(await sink.over).toMatchObject({ bytes: 6_553_600, failure: undefined })
    for (const stage of stages) stage.cancel()
  })

  // A machine that was busy elsewhere let them gather, and a modifier that keeps nothing was ended for its memory.
  test('memory of chunks that nobody reads for a while is not held against a modifier', async () => {
    anew()
    const modifier = await bench.one(body('for (let n = 0; n < 24; n++) yield new Uint8Array(65536)'))
    const sinks = Array.from({ length: 150 }, () => new Sink({ keep: false }))
    for (const sink of sinks) modifier.open(sampleFlow(), sink)
    await sinks[0]!.until(() => sinks[0]!.bytes > 0)
    // Nothing of this thread runs meanwhile: the sandbox has a credit of 150 MiB, and nobody to give it to.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    await Promise.all(sinks.map(({ over }) => over))
    expect(sinks.map(({ bytes, failure }) => failure?.message ?? bytes)).toEqual(sinks.map(() => 1.5 * MiB))
  })
})

describe('cancel', () => {
  test.each([
    ['between two yields', `yield chunk`],
    ['while it waits for input', ``],
    [
      'while it waits for a timer of the library',
      `yield chunk\nfor await (const late of spillway.delay(['x'], 60_000)) yield late`,
    ],
    ['while it waits for a timeout', `yield chunk\nawait new Promise((done) => setTimeout(done, 60_000))`],
  ])('releases the generator %s', async (_, lines) => {
    const modifier = await bench.one(
      body(
        `yield 'begun'\ntry { for await (const chunk of chunks) {\n${lines}\n} } finally { spillway.log('released ' + flow.id) }`,
      ),
    )
    const sink = new Sink()
    const flow = sampleFlow()
    const stage = modifier.open(flow, sink)
    stage.write(Buffer.from('a'))
    await sink.until(() => sink.count === (lines.includes('yield chunk') ? 2 : 1))
    stage.cancel()
    stage.cancel()
    await eventually(() => bench.logs.some(({ text }) => text.includes(`released ${flow.id}`)))
    expect(stage.write(Buffer.from('b'))).toBe(true)
    stage.end()
    expect(sink).toMatchObject({ ended: false, failure: undefined })
    expect(bench.set.states()[0]?.stats).toMatchObject({ running: 0, errors: 0 })
  })

  test('return is called on whatever was returned, and what it throws is nobody’s concern', async () => {
    const modifier = await bench.one(`import { log } from 'spillway'
      export default (chunks, flow) => ({ [Symbol.asyncIterator]: () => ({
        next: () => chunks[Symbol.asyncIterator]().next(),
        return: () => { log('return ' + flow.id); throw new Error('x') } }) })`)
    const flow = sampleFlow()
    const sink = new Sink()
    const stage = modifier.open(flow, sink)
    stage.write(Buffer.from('a'))
    await sink.until(() => sink.count === 1)
    stage.cancel()
    await eventually(() => bench.logs.some(({ text }) => text.includes(`return ${flow.id}`)))
    expect((await pass(modifier, 'b')).text).toBe('b')
  })

  test('an output that throws loses its own flow, and the bug is told', async () => {
    const modifier = await bench.one(identity)
    const [bad, good] = [new Sink(), new Sink()]
    bad.chunk = () => {
      throw new Error('planted')
    }
    const stages = [modifier.open(sampleFlow(), bad), modifier.open(sampleFlow(), good)]
    for (const stage of stages) {
      stage.write(Buffer.from('a'))
      stage.end()
    }
    expect((await good.over).text).toBe('a')
    expect(bench.notices).toContain('A bug in Spillway: planted')
  })
})

test('50 flows progress alike', async () => {
  anew()
  const modifier = await bench.one(identity)
  const sinks = Array.from({ length: 50 }, () => new Sink({ keep: false }))
  const chunk = Buffer.alloc(16 * 1024, 1)
  const total = 4 * MiB
  const halves: number[] = []
  await Promise.all(
    sinks.map(async (sink) => {
      const stage = modifier.open(sampleFlow(), sink)
      const pumped = pump(stage, sink, chunk, total / chunk.length)
      await sink.until(() => sink.bytes >= total / 2)
      halves.push(Math.min(...sinks.map(({ bytes }) => bytes)))
      await pumped
      stage.end()
      await sink.over
    }),
  )
  // When the first one has half of it, nobody has been left behind by more than its credit, both ways, allows.
  expect(halves[0]).toBeGreaterThan(total / 2 - 1.75 * MiB)
  expect(sinks.map(({ bytes }) => bytes)).toEqual(sinks.map(() => total))
})

test('a chunk is there at once, also behind others that wait', async () => {
  const modifier = await bench.one(identity)
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  const took: number[] = []
  for (let count = 1; count <= 100; count++) {
    const began = performance.now()
    stage.write(Buffer.from('x'))
    await sink.until(() => sink.count === count)
    took.push(performance.now() - began)
  }
  stage.end()
  await sink.over
  process.stderr.write(`one chunk there and back: ${took.sort((a, b) => a - b)[50]?.toFixed(3)} ms\n`)
  expect(took[50]).toBeLessThan(10)
})

test('what was yielded is not kept by what its modifier does next', async () => {
  const modifier = await bench.one(`export default function* () {
    yield 'first'
    for (const end = Date.now() + 500; Date.now() < end;);
    yield 'second'
  }`)
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  await sink.until(() => sink.count === 1)
  const at = performance.now()
  stage.end()
  expect((await sink.over).texts).toEqual(['first', 'second'])
  expect(performance.now() - at).toBeGreaterThan(250)
})

test('the time per chunk is the work, not the wait', async () => {
  anew()
  const modifier = await bench.one(
    body(
      `for await (const chunk of spillway.delay(chunks, 30)) { const end = Date.now() + 4; while (Date.now() < end); yield chunk }`,
    ),
  )
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  for (let count = 1; count <= 10; count++) {
    stage.write(Buffer.from('x'))
    await sink.until(() => sink.count === count)
  }
  stage.end()
  await sink.over
  const { medianMs, worstMs } = bench.set.states()[0]!.stats
  expect(medianMs).toBeGreaterThan(2.5)
  expect(medianMs).toBeLessThan(25)
  expect(worstMs).toBeGreaterThanOrEqual(medianMs! * 0.9)
})

test('a yield that is nearly bytes is told with the way out', async () => {
  const wordsOf = async (value: string): Promise<string | undefined> =>
    (await pass(await bench.one(`export default () => [${value}]`))).failure?.message
  expect(await wordsOf('Promise.resolve(1)')).toBe(
    'modifier "m0" yielded a promise (await it first); it must yield bytes (Uint8Array) or text',
  )
  expect(await wordsOf('new ArrayBuffer(1)')).toContain(
    'yielded an ArrayBuffer (its bytes are: new Uint8Array(buffer))',
  )
})

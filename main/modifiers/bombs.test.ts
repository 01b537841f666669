import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Bench, MiB, pass, sampleFacts, sampleFlow, Sink } from './testing/bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await Bench.open()
})
beforeEach(() => (bench.limits = { memory: 128 * MiB, hangMs: 20_000 }))
afterAll(() => bench[Symbol.asyncDispose]())

const identity = 'export default async function* (chunks) { for await (const chunk of chunks) yield chunk }'

/** Passes chunks on, and does this when one begins with an exclamation mark; from line 4. */
const armed = (bomb: string): string => `export default async function* (chunks) {
  for await (const chunk of chunks) {
    if (chunk[0] !== 33) { yield chunk; continue }
${bomb}
  }
}`

/** The longest time for which the event loop of this process, the engine's, could not turn meanwhile. */
async function watched(act: () => Promise<unknown>): Promise<number> {
  let last = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  await act()
  clearInterval(timer)
  return longest
}

const memory = { code: 'MODIFIER_MEMORY', message: expect.stringMatching(/^modifier "m0" uses more memory/) as string }
const hung = (line: number | undefined): object => ({
  code: 'MODIFIER_HUNG',
  message: expect.stringMatching(
    /^modifier "m0" does not come to an end: it has been in a loop for [\d.]+ s$/,
  ) as string,
  ...(line === undefined ? {} : { line }),
})

describe('a bomb ends all flows of its modifier, at once, and nothing else', () => {
  test.each<[string, string, object]>([
    [
      'the heap',
      'const all = []; for (;;) { all.push(Array.from({ length: 1e5 }, (_, n) => ({ n }))); await null }',
      memory,
    ],
    [
      'the heap, without a pause',
      'const all = []; for (;;) all.push(Array.from({ length: 1e5 }, (_, n) => ({ n })))',
      memory,
    ],
    ['typed arrays', 'const all = []; for (;;) { all.push(new Uint8Array(1e7).fill(1)); await null }', memory],
    ['strings', `const all = []; for (let n = 0; ; n++) all.push(String(n).repeat(1e5).replaceAll('1', 'ab'))`, memory],
    ['maps', 'const all = new Map(); for (let n = 0; ; n++) all.set({ n }, n)', memory],
    ['promises', 'const all = []; for (;;) all.push(new Promise(() => {}))', memory],
    ['one large array', 'yield new Uint8Array(1e9).fill(1)', memory],
    [
      'yields that are kept',
      'const all = []; for (;;) { const next = new Uint8Array(3e5).fill(1); all.push(next); yield next }',
      memory,
    ],
    ['a loop', 'let n = 0\nfor (;;) n++', hung(5)],
    ['a loop of promises', 'for (;;) await null', hung(4)],
    ['a loop of empty yields', `for (;;) yield ''`, hung(undefined)],
    ['a regular expression that never ends', `\n/^(a+)+$/.test('a'.repeat(60) + '!')`, hung(5)],
    ['a getter of what it throws', 'throw { get message() {\n let n = 0; for (;;) n++ } }', hung(5)],
    ['a loop in a timer', 'setTimeout(() => {\n let n = 0; for (;;) n++ })', hung(5)],
    [
      'an object as a promise',
      'yield* { [Symbol.asyncIterator]: () => ({ next: () => ({ then: () => { let n = 0; for (;;) n++ } }) }) }',
      hung(4),
    ],
    [
      'a rejection that nobody handles',
      `\nPromise.reject(new Error('lost'))`,
      { code: 'MODIFIER_THREW', line: 5, message: 'modifier "m0" threw Error: lost' },
    ],
  ])('%s', async (_, bomb, expected) => {
    // Whoever fills the memory has little time for anything else.
    bench.limits = expected === memory ? { memory: 64 * MiB, hangMs: 20_000 } : { memory: 128 * MiB, hangMs: 700 }
    // Each is the next version of one file, in the process that came after the last bomb; its neighbour survives them all.
    const [modifier, neighbour] = await bench.use(armed(bomb), identity)
    const sinks = [new Sink(), new Sink(), new Sink()] as const
    const stages = [modifier!.open(sampleFlow(), sinks[0]), modifier!.open(sampleFlow(), sinks[1])] as const
    const other = neighbour!.open(sampleFlow(), sinks[2])
    stages[0].write(Buffer.from('a'))
    await sinks[0].until(() => sinks[0].count === 1)
    let tookMs = 0
    const stalledMs = await watched(async () => {
      const began = performance.now()
      stages[1].write(Buffer.from('!'))
      await Promise.all([sinks[0].over, sinks[1].over])
      tookMs = performance.now() - began
    })
    for (const sink of sinks.slice(0, 2)) expect(sink.failure).toMatchObject({ file: modifier!.file, ...expected })
    // On a quiet machine within a second; this one may have others to serve.
    expect(tookMs).toBeLessThan(30_000)
    expect(stalledMs).toBeLessThan(2000)
    other.write(Buffer.from('fine'))
    other.end()
    expect((await sinks[2].over).text).toBe('fine')
    // Its next flow has a new process.
    expect((await pass(modifier!, 'b')).text).toBe('b')
  })
})

describe('a bomb that ends itself ends its own flow', () => {
  test.each([
    ['recursion', 'const f = () => f() + 1; f()', /RangeError/],
    ['a flood of timers', 'for (;;) setTimeout(() => {}, 1000)', /more than 10000 timers/],
    [
      'timers that breed',
      'const breed = () => { setTimeout(breed); setTimeout(breed) }; breed(); await new Promise(() => {})',
      /more than 10000 timers/,
    ],
    ['an array that cannot be', 'new Array(-1)', /RangeError/],
    ['a string that cannot be', `'x'.repeat(2 ** 30)`, /RangeError/],
  ])('%s', async (_, bomb, message) => {
    // A process that nothing has happened to.
    bench.set.update([], bench.limits)
    const modifier = await bench.one(armed(bomb))
    const [good, bad] = [new Sink(), new Sink()]
    const stage = modifier.open(sampleFlow(), good)
    modifier.open(sampleFlow(), bad).write(Buffer.from('!'))
    expect((await bad.over).failure).toMatchObject({
      code: 'MODIFIER_THREW',
      message: expect.stringMatching(message) as string,
    })
    stage.write(Buffer.from('a'))
    stage.end()
    expect((await good.over).text).toBe('a')
    expect(bench.set.states()[0]).toMatchObject({ status: 'applied', stats: { errors: 1 } })
  })
})

test('killed three times within a minute, it is switched off until its file changes', async () => {
  bench.set.update([], bench.limits)
  bench.notices.length = 0
  bench.limits = { memory: 128 * MiB, hangMs: 500 }
  let modifier = await bench.one(armed('let n = 0; for (;;) n++'))
  for (let count = 1; count <= 3; count++) {
    expect(bench.set.states()[0]?.status).toBe('applied')
    expect((await pass(modifier, '!')).failure).toMatchObject({ code: 'MODIFIER_HUNG' })
  }
  expect(bench.set.states()[0]).toMatchObject({ status: 'killed', problem: { code: 'MODIFIER_HUNG', line: 4 } })
  expect(
    bench.set.matching({ host: 'h', path: '/', method: 'GET', status: 200, type: undefined, length: undefined }),
  ).toEqual([])
  // Each is told, with its place: their flows may be long over. And whoever would have been modified hears of it.
  const told = (end: string): unknown =>
    expect.stringMatching(new RegExp(`^${modifier.file}:4(:\\d+)?: modifier "m0" does not come to an end.*${end}`))
  const ended = told('; its process was ended, with all of its flows$')
  expect(bench.notices).toEqual([ended, ended, told('third time.*switched off until')])
  expect(bench.set.withheld(sampleFacts)).toEqual([
    'modifier m0 not applied: it was switched off after it had been ended three times in a minute',
  ])
  modifier = await bench.one(armed('yield "defused"'))
  expect((await pass(modifier, '!')).text).toBe('defused')
  // Or until it is switched on again.
  modifier = await bench.one(armed('let n = 0; for (;;) n++'))
  for (let count = 1; count <= 3; count++) await pass(modifier, '!')
  expect(bench.set.states()[0]?.status).toBe('killed')
  bench.set.update(
    bench.entries.map((entry) => ({ ...entry, off: true })),
    bench.limits,
  )
  expect(bench.set.states()[0]?.status).toBe('off')
  bench.apply()
  await bench.set.loading
  expect(bench.set.states()[0]).toMatchObject({ status: 'applied', problem: undefined })
  expect(bench.set.withheld(sampleFacts)).toEqual([])
})

test('a file that loops while it is loaded is broken, and the one before it stays', async () => {
  bench.set.update([], bench.limits)
  bench.limits = { memory: 96 * MiB, hangMs: 500 }
  const modifier = await bench.one(identity)
  bench.notices.length = 0
  const [still] = await bench.use('let n = 0\nfor (;;) n++\n')
  expect(bench.notices).toEqual([expect.stringContaining('its last good version stays')])
  expect(still?.version).toBe(1)
  expect(bench.set.states()[0]).toMatchObject({
    status: 'applied',
    version: 1,
    problem: {
      code: 'MODIFIER_BROKEN',
      line: 2,
      message: expect.stringContaining('has been in a loop for 0.5 s') as string,
    },
  })
  expect((await pass(modifier, 'a')).text).toBe('a')
})

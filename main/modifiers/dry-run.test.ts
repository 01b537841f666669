import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DryRunStep } from './index.ts'
import { Bench, sampleFlow } from './testing/bench.ts'

let bench: Bench
beforeAll(async () => (bench = await Bench.open()))
afterAll(() => bench[Symbol.asyncDispose]())

type Given = { text: string; atMs?: number }

function start(source: string, given: Given[], speed: 'recorded' | 'once' = 'once') {
  async function* input(): AsyncGenerator<{ bytes: Uint8Array; atMs: number }> {
    for (const { text, atMs = 0 } of given) yield await Promise.resolve({ bytes: Buffer.from(text), atMs })
  }
  const steps: DryRunStep[] = []
  const run = bench.set.dryRun({
    source,
    file: '/x/draft.ts',
    flow: sampleFlow(),
    input: input(),
    speed,
    onStep: (step) => steps.push(step),
  })
  return { run, steps }
}

/** "in a", "out b", "log c", "end". */
const told = (steps: DryRunStep[]): string[] =>
  steps.flatMap((step) => {
    if (step.kind === 'match') return []
    if (step.kind === 'in' || step.kind === 'out') return `${step.kind} ${Buffer.from(step.bytes).toString()}`
    if (step.kind === 'log') return `log ${step.text}`
    if (step.kind === 'error') return `error ${step.failure.code} ${step.failure.line}`
    return step.kind === 'head' ? `head ${JSON.stringify(step.verdict)}` : step.kind
  })

test('what went in, what came out and what was logged, in order and with times', async () => {
  const { run, steps } = start(
    `import { log } from 'spillway'
     export default async function* (chunks) {
       yield 'begin'
       for await (const chunk of chunks) { log('got it'); const end = Date.now() + 5; while (Date.now() < end); yield chunk; yield '+' }
     }`,
    [{ text: 'a' }, { text: 'b' }],
  )
  await run.done
  expect(told(steps)).toEqual([
    'out begin',
    'in a',
    'log got it',
    'out a',
    'out +',
    'in b',
    'log got it',
    'out b',
    'out +',
    'end',
  ])
  const [read, , wrote] = steps.slice(2)
  expect(wrote!.atMs - read!.atMs).toBeGreaterThanOrEqual(4)
  expect(wrote!.atMs - read!.atMs).toBeLessThan(1000)
})

// The start of the sandbox was taken for work on the first chunk, and the wait for the end for work on the last.
test('time is the modifier’s own: neither the start of its process nor waiting for input', async () => {
  const { run, steps } = start(
    `export default async function* (chunks) {
       yield 'begin'
       for await (const chunk of chunks) { await new Promise((done) => setTimeout(done, 60)); yield chunk }
       yield 'end'
     }`,
    [
      { text: 'a', atMs: 0 },
      { text: 'b', atMs: 400 },
    ],
    'recorded',
  )
  await run.done
  const own = steps.flatMap((step) => (step.kind === 'out' ? [step.ownMs] : []))
  expect(own.map((ms) => (ms < 40 ? 'little' : ms < 300 ? 'its wait' : ms))).toEqual([
    'little',
    'its wait',
    'its wait',
    'little',
  ])
})

// What was logged, and that a chunk was being worked on, was told behind the turn that never ended.
test.each([
  ['before a loop', `log('before the loop'); while (true) {}`, 'MODIFIER_HUNG'],
  [
    'before it fills the memory',
    `log('before the loop'); const all = []; while (true) all.push(new Uint8Array(1 << 24).fill(1))`,
    'MODIFIER_MEMORY',
  ],
  [
    'behind much that the socket has no room for',
    `yield big; yield big; log('before the loop'); while (true) {}`,
    'MODIFIER_HUNG',
  ],
])('what was logged %s is told, and what went in', async (_, lines, code) => {
  bench.limits = { ...bench.limits, hangMs: code === 'MODIFIER_HUNG' ? 500 : 5000 }
  bench.apply()
  const { run, steps } = start(
    `import { log } from 'spillway'
     const big = new Uint8Array(400_000)
     export default function (chunks) {
       return (async function* () { for await (const chunk of chunks) { yield* work() } })()
     }
     function* work() { ${lines} }`,
    [{ text: 'a' }],
  )
  await run.done
  const all = told(steps).filter((step) => !step.startsWith('out'))
  expect(all.slice(0, 2)).toEqual(['in a', 'log before the loop'])
  expect(all.at(-1)).toContain(code)
})

test('at recorded speed, chunks come when they came', async () => {
  const { run, steps } = start(
    'export default (chunks) => chunks',
    [
      { text: 'a', atMs: 1000 },
      { text: 'b', atMs: 1120 },
      { text: 'c', atMs: 1130 },
    ],
    'recorded',
  )
  await run.done
  expect(told(steps)).toEqual(['in a', 'out a', 'in b', 'out b', 'in c', 'out c', 'end'])
  expect(steps[3]!.atMs - steps[1]!.atMs).toBeGreaterThan(100)
})

test.each([
  ['syntax', 'export default (', ['error MODIFIER_BROKEN 1']],
  [
    'a throw',
    'export default async function* (chunks) {\n for await (const c of chunks)\n throw 1\n}',
    ['in a', 'error MODIFIER_THREW 1'],
  ],
  [
    'a throw with its line',
    'export default async function* (chunks) {\n for await (const c of chunks)\n null.x\n}',
    ['in a', 'error MODIFIER_THREW 3'],
  ],
  ['a loop', 'export default function* () {\n let n = 0; for (;;) n++\n}', ['error MODIFIER_HUNG 2']],
  [
    'a head',
    `export const responseHead = (head) => { head.status = 204; return 'stream' }`,
    ['head {"status":204,"choice":"stream"}', 'end'],
  ],
  [
    'a head that returns a function',
    `export const responseHead = () => function* () { yield 'x' }`,
    ['head {"choice":"transform"}', 'out x', 'end'],
  ],
  [
    'a head that buffers',
    `export const responseHead = () => 'buffer'\nexport default function* () { yield 'x' }`,
    ['head {"choice":"buffer"}', 'end'],
  ],
])('%s', async (_, source, expected) => {
  bench.limits = { ...bench.limits, hangMs: 500 }
  bench.apply()
  const { run, steps } = start(source, [{ text: 'a' }])
  await run.done
  expect(told(steps)).toEqual(expected)
})

test('what it matches is told, and it runs all the same', async () => {
  const { run, steps } = start(
    `export const match = { type: 'text/event-stream', status: 200 }\nexport default (chunks) => chunks`,
    [{ text: 'a' }],
  )
  await run.done
  expect(steps[0]).toMatchObject({ kind: 'match', match: { type: 'text/event-stream', status: '200' } })
  expect(told(steps)).toEqual(['in a', 'out a', 'end'])
})

test('it can be stopped, and nothing is told after it', async () => {
  bench.limits = { ...bench.limits, hangMs: 5000 }
  bench.apply()
  const { run, steps } = start(
    'export default (chunks) => chunks',
    [{ text: 'a' }, { text: 'b', atMs: 60_000 }],
    'recorded',
  )
  await expect.poll(() => told(steps)).toEqual(['in a', 'out a'])
  const exited = new Promise<void>((resolve) => bench.processes.at(-1)!.onExit(resolve))
  run.stop()
  await Promise.all([run.done, exited])
  expect(told(steps)).toEqual(['in a', 'out a'])
})

test('a dry run touches no modifier that is set', async () => {
  await bench.one('export default (chunks) => chunks')
  const before = bench.set.states()
  await start('export default () => ["x"]', []).run.done
  expect(bench.set.states()).toEqual(before)
})

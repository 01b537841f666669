import { expect, test } from 'vitest'
import type { DryRunStep } from '../../../contract/modifiers.ts'
import { KeptRuns, shownChunk, type Perform, type Tell } from './kept-runs.ts'

const never = new AbortController().signal
const log = (text: string): DryRunStep => ({ kind: 'log', atMs: 1, text })
const out = (length: number): DryRunStep => ({
  kind: 'out',
  atMs: 1,
  ownMs: 1,
  chunk: shownChunk(new Uint8Array(length)),
})

/** A run that does what the test says. */
function scripted(): { perform: Perform; tell: () => Tell; finish: () => void; signal: () => AbortSignal } {
  let told: Tell | undefined
  let given: AbortSignal | undefined
  const { promise, resolve } = Promise.withResolvers<undefined>()
  return {
    perform: async (tell, signal) => {
      ;[told, given] = [tell, signal]
      await promise
    },
    tell: () => told!,
    finish: () => resolve(undefined),
    signal: () => given!,
  }
}

async function all(runs: KeptRuns, run: string): Promise<DryRunStep[]> {
  const got: DryRunStep[] = []
  for (let after = 0, running = true; running;) {
    const answer = await runs.steps({ run, after }, never)
    got.push(...answer.steps)
    ;({ position: after, running } = answer)
  }
  return got
}

const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'fine',
    (error: unknown) => (error as { code?: string }).code,
  )

test('steps are asked for behind a position, and a question waits for the next one', async () => {
  const runs = new KeptRuns()
  const script = scripted()
  const run = runs.begin(never, script.perform)
  script.tell()(log('one'))
  script.tell()(log('two'))
  expect(await runs.steps({ run, after: 1 }, never)).toEqual({ steps: [log('two')], position: 2, running: true })
  const waits = runs.steps({ run, after: 2 }, never)
  script.tell()(log('three'))
  expect(await waits).toEqual({ steps: [log('three')], position: 3, running: true })
  script.finish()
  expect(await runs.steps({ run, after: 3 }, never)).toEqual({ steps: [], position: 3, running: false })
  // A position beyond the end is the end.
  expect(await runs.steps({ run, after: 50 }, never)).toEqual({ steps: [], position: 3, running: false })
  runs.close()
})

test('nothing happens for a while: an empty answer, and the run goes on', async () => {
  const runs = new KeptRuns()
  const script = scripted()
  const run = runs.begin(never, script.perform)
  expect(await runs.steps({ run, after: 0 }, never)).toEqual({ steps: [], position: 0, running: true })
  runs.close()
  expect(script.signal().aborted).toBe(true)
})

test('a window has one run: the one before is ended and gone', async () => {
  const runs = new KeptRuns()
  const [window, other] = [new AbortController(), new AbortController()]
  const scripts = [scripted(), scripted(), scripted()]
  const first = runs.begin(window.signal, scripts[0]!.perform)
  const theirs = runs.begin(other.signal, scripts[1]!.perform)
  const waits = code(runs.steps({ run: first, after: 0 }, never))
  const second = runs.begin(window.signal, scripts[2]!.perform)
  expect(await waits).toBe('GONE')
  expect(scripts.map((script) => script.signal().aborted)).toEqual([true, false, false])
  expect(scripts[0]!.tell()(log('late'))).toBe(false)
  expect(await code(runs.steps({ run: first, after: 0 }, never))).toBe('GONE')
  window.abort()
  expect(scripts.map((script) => script.signal().aborted)).toEqual([true, false, true])
  expect(await code(runs.steps({ run: second, after: 0 }, never))).toBe('GONE')
  scripts[1]!.tell()(log('still here'))
  expect(await runs.steps({ run: theirs, after: 0 }, never)).toMatchObject({ steps: [log('still here')] })
  runs.close()
})

test('a window that has gone before its run begins has none', async () => {
  const runs = new KeptRuns()
  const script = scripted()
  const run = runs.begin(AbortSignal.abort(), script.perform)
  expect(script.signal().aborted).toBe(true)
  expect(await code(runs.steps({ run, after: 0 }, never))).toBe('GONE')
})

test('a run that is stopped keeps its steps', async () => {
  const runs = new KeptRuns()
  const script = scripted()
  const run = runs.begin(never, script.perform)
  script.tell()(log('one'))
  runs.stop(run)
  runs.stop('unknown')
  expect(script.signal().aborted).toBe(true)
  expect(await runs.steps({ run, after: 0 }, never)).toEqual({ steps: [log('one')], position: 1, running: false })
  runs.close()
})

test('too many steps end the run, and its last step says so', async () => {
  const runs = new KeptRuns()
  const script = scripted()
  const run = runs.begin(never, script.perform)
  let told = 0
  while (script.tell()(log('x'))) told++
  expect(told).toBe(20_000)
  const steps = await all(runs, run)
  expect(steps).toHaveLength(20_001)
  const message = expect.stringContaining('ended after 20000 steps') as string
  expect(steps.at(-1)).toEqual({ kind: 'error', atMs: 1, problem: { code: 'TOO_MANY_STEPS', message } })
  expect(script.signal().aborted).toBe(true)
  runs.close()
})

test('large chunks are kept in part, bounded in all, and come in answers of bearable size', async () => {
  const runs = new KeptRuns()
  const script = scripted()
  const run = runs.begin(never, script.perform)
  let told = 0
  while (script.tell()(out(1_000_000))) told++
  expect(told).toBeGreaterThan(500)
  expect(told).toBeLessThan(2000)
  const first = await runs.steps({ run, after: 0 }, never)
  const bytes = first.steps.reduce((sum, step) => sum + (step.kind === 'out' ? step.chunk.bytes.length : 0), 0)
  expect(bytes).toBeLessThan(1.1 * 1024 * 1024)
  // There is more to ask for, though nothing happens any more.
  expect(first.running).toBe(true)
  expect(first.steps[0]).toMatchObject({ chunk: { length: 1_000_000 } })
  expect(await all(runs, run)).toHaveLength(told + 1)
  runs.close()
})

test('a bug in a run is its last step', async () => {
  const runs = new KeptRuns()
  const run = runs.begin(never, () => Promise.reject(new Error('oh')))
  const problem = { code: 'FAILED', message: 'A bug in Spillway: oh' }
  expect(await all(runs, run)).toEqual([{ kind: 'error', atMs: expect.any(Number) as number, problem }])
  runs.close()
})

test('nobody asks any more: it is ended and forgotten', async () => {
  const runs = new KeptRuns(20)
  const script = scripted()
  const run = runs.begin(never, script.perform)
  const { promise, resolve } = Promise.withResolvers<undefined>()
  script.signal().addEventListener('abort', () => resolve(undefined))
  // A timer that keeps nothing alive by itself.
  const alive = setInterval(() => undefined, 1000)
  await promise
  clearInterval(alive)
  expect(await code(runs.steps({ run, after: 0 }, never))).toBe('GONE')
})

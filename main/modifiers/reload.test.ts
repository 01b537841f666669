import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { Bench, pass, sampleFacts, sampleFlow, Sink } from './testing/bench.ts'

const says = (text: string): string => `export default function* () { yield '${text}' }`
const tags = (text: string): string =>
  `export default async function* (chunks) { for await (const chunk of chunks) { yield '${text}'; yield chunk } }`

const state = (bench: Bench) => bench.set.states()[0]!
const now = async (bench: Bench): Promise<string> => (await pass(bench.set.matching(sampleFacts)[0]!)).text

test('an edit is applied by itself, however it was written', async () => {
  await using bench = await Bench.open()
  const file = (await bench.one(says('one'))).file
  expect(state(bench)).toMatchObject({ status: 'applied', version: 1 })
  writeFileSync(file, says('two'))
  await expect.poll(() => state(bench).version).toBe(2)
  expect(await now(bench)).toBe('two')
  // As many editors do.
  writeFileSync(`${file}~`, says('three'))
  renameSync(`${file}~`, file)
  await expect.poll(() => state(bench).version).toBe(3)
  expect(await now(bench)).toBe('three')
  writeFileSync(file, says('three'))
  await bench.set.refresh()
  expect(state(bench).version).toBe(3)
})

test('running flows keep the version they began with', async () => {
  await using bench = await Bench.open()
  const before = await bench.one(tags('1'))
  const sink = new Sink()
  const stage = before.open(sampleFlow(), sink)
  stage.write(Buffer.from('a'))
  await sink.until(() => sink.count === 2)
  const after = await bench.one(tags('2'))
  expect([before.version, after.version]).toEqual([1, 2])
  const next = pass(after, 'b')
  stage.write(Buffer.from('c'))
  stage.end()
  expect([(await sink.over).text, (await next).text]).toEqual(['1a1c', '2b'])
  expect(bench.processes).toHaveLength(1)
})

test('the last good version stays while the file is broken or gone', async () => {
  await using bench = await Bench.open()
  const { file } = await bench.one(says('good'))
  writeFileSync(file, 'export default function* (')
  await bench.set.refresh()
  expect(state(bench)).toMatchObject({ status: 'applied', version: 1, problem: { code: 'MODIFIER_BROKEN', line: 1 } })
  expect(bench.notices).toEqual([
    expect.stringMatching(/m0\.ts:1:\d+: modifier "m0" cannot be compiled: .*[^.]; its last good version stays$/),
  ])
  expect(await now(bench)).toBe('good')
  // It compiled, but every flow would have called what is undefined.
  writeFileSync(file, "import { line } from 'spillway'\nexport default (c) => line(c)")
  await bench.set.refresh()
  expect(state(bench)).toMatchObject({ version: 1, problem: { line: 1, column: 10 } })
  expect(await now(bench)).toBe('good')
  rmSync(file)
  await bench.set.refresh()
  expect(state(bench)).toMatchObject({
    status: 'applied',
    problem: { message: 'modifier "m0" cannot run: the file is not there' },
  })
  writeFileSync(file, says('better'))
  await bench.set.refresh()
  expect(state(bench)).toMatchObject({ status: 'applied', version: 2, problem: undefined })
  expect(await now(bench)).toBe('better')
})

// To open it waits until somebody writes: nothing else was read any more, and the program could not end.
test.skipIf(process.platform === 'win32')('a pipe in its place is told, and nothing waits for it', async () => {
  await using bench = await Bench.open()
  const { file } = await bench.one(says('good'))
  rmSync(file)
  execFileSync('mkfifo', [file])
  await bench.set.refresh()
  expect(state(bench).problem?.message).toBe('modifier "m0" cannot run: it is a pipe, not a file')
  expect(await now(bench)).toBe('good')
  rmSync(file)
  writeFileSync(file, says('better'))
  await bench.set.refresh()
  expect(await now(bench)).toBe('better')
})

// Its size is 0, and it was read until a string could hold no more: half a gigabyte of the engine's memory.
test.skipIf(process.platform === 'win32')('a device or a folder in its place is told, and not read', async () => {
  await using bench = await Bench.open()
  const { file } = await bench.one(says('good'))
  rmSync(file)
  symlinkSync('/dev/zero', file)
  await bench.set.refresh()
  expect(state(bench).problem?.message).toBe('modifier "m0" cannot run: it is a device, not a file')
  rmSync(file)
  // "EISDIR" said so to few.
  mkdirSync(file)
  await bench.set.refresh()
  expect(state(bench).problem?.message).toBe('modifier "m0" cannot run: it is a folder, not a file')
  expect(await now(bench)).toBe('good')
})

test('a file that is not there yet is applied when it comes', async () => {
  await using bench = await Bench.open()
  const folder = join(bench.folder, 'later')
  bench.entries = [{ file: join(folder, 'm.ts') }]
  bench.apply()
  await bench.set.loading
  expect(state(bench)).toMatchObject({
    status: 'broken',
    name: 'm',
    problem: { message: expect.stringContaining('not there') as string },
  })
  mkdirSync(folder)
  writeFileSync(join(folder, 'm.ts'), says('here'))
  await expect.poll(() => state(bench).status, { timeout: 20_000 }).toBe('applied')
})

test('loading is told until the first version is known, and not for edits', async () => {
  await using bench = await Bench.open()
  expect(bench.set.empty).toBe(true)
  expect(bench.set.loading).toBeUndefined()
  bench.entries = [{ file: bench.write('a.ts', says('a')) }]
  bench.apply()
  expect(bench.set.empty).toBe(false)
  expect(state(bench).status).toBe('loading')
  expect(bench.set.matching(sampleFacts)).toEqual([])
  await bench.set.loading
  expect(bench.set.loading).toBeUndefined()
  expect(state(bench).status).toBe('applied')
  bench.write('a.ts', says('b'))
  const refreshed = bench.set.refresh()
  expect(bench.set.loading).toBeUndefined()
  await refreshed
  expect(await now(bench)).toBe('b')
})

test('order, switches, matches and coding are those of the entries', async () => {
  await using bench = await Bench.open()
  const list = (): string[] => bench.set.matching(sampleFacts).map(({ name, recode }) => name + (recode ? '+' : ''))
  const [a, b] = [
    bench.write('a.ts', `export const match = { host: 'h' }\n${says('a')}`),
    bench.write('b.js', `export const match = { host: 'other', method: 'GET' }\n${says('b')}`),
  ]
  bench.set.update([{ file: a }, { file: b }], bench.limits)
  await bench.set.loading
  expect(list()).toEqual(['a'])
  // Field by field instead of what the file says.
  bench.set.update([{ file: b, match: { host: '*' }, recode: true }, { file: a }], bench.limits)
  expect(list()).toEqual(['b+', 'a'])
  bench.set.update(
    [
      { file: b, match: { host: '*', method: 'POST' } },
      { file: a, match: { status: '2xx', type: 'text/*' } },
    ],
    bench.limits,
  )
  expect(list()).toEqual(['a'])
  bench.set.update(
    [
      { file: a, off: true },
      { file: b, off: true },
    ],
    bench.limits,
  )
  expect([list(), bench.set.empty, bench.set.states().map(({ status }) => status)]).toEqual([[], true, ['off', 'off']])
  bench.set.update([{ file: a }, { file: a }], bench.limits)
  await bench.set.loading
  expect(list()).toEqual(['a', 'a'])
  bench.set.update([], bench.limits)
  expect([list(), bench.set.empty]).toEqual([[], true])
})

test('flows of what is switched off or removed go on to their end', async () => {
  await using bench = await Bench.open()
  const modifier = await bench.one(tags('1'))
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  bench.set.update([{ file: modifier.file, off: true }], bench.limits)
  stage.write(Buffer.from('a'))
  await sink.until(() => sink.count === 2)
  bench.set.update([], bench.limits)
  stage.write(Buffer.from('b'))
  stage.end()
  expect((await sink.over).text).toBe('1a1b')
})

test('what was chosen before it was changed or removed can still be opened', async () => {
  await using bench = await Bench.open()
  const before = await bench.one(tags('1'))
  await bench.one(tags('2'))
  expect((await pass(before, 'a')).text).toBe('1a')
  bench.set.update([], bench.limits)
  expect((await pass(before, 'b')).text).toBe('1b')
  const exited = new Promise<void>((resolve) => bench.processes.at(-1)!.onExit(resolve))
  await exited
})

test('checking a source runs nothing', async () => {
  await using bench = await Bench.open()
  expect(await bench.set.check(says('fine'), '/x/new.ts')).toEqual({ failures: [], match: {} })
  expect(await bench.set.check('\nimport "fs"\nexport default 1;;;(', '/x/new.ts')).toMatchObject({
    failures: [
      {
        code: 'MODIFIER_BROKEN',
        file: '/x/new.ts',
        line: 3,
        message: expect.stringMatching(/^modifier "new" cannot be compiled/) as string,
      },
    ],
    match: undefined,
  })
  expect(bench.processes).toEqual([])
})

test('a set that is closed fails what is running, and starts nothing', async () => {
  const bench = await Bench.open()
  const modifier = await bench.one(tags('1'))
  const sink = new Sink()
  modifier.open(sampleFlow(), sink)
  await bench[Symbol.asyncDispose]()
  expect((await sink.over).failure).toMatchObject({ code: 'MODIFIER_LOST' })
  expect((await pass(modifier)).failure).toMatchObject({ code: 'MODIFIER_BROKEN' })
  expect(bench.set).toMatchObject({ empty: true, loading: undefined })
})

// With a window, capturing goes on without it, and nothing on the flows said so.
test('one that was broken from the start is told on the flows it is for, until there is a good version', async () => {
  await using bench = await Bench.open()
  await bench.one(says('good'))
  const [entry] = bench.entries
  const broken = join(dirname(entry!.file), 'broken.ts')
  writeFileSync(broken, 'export default function* (')
  const set = async (more: object): Promise<string[]> => {
    bench.set.update([{ file: broken, ...more }], bench.limits)
    await bench.set.loading
    return bench.set.withheld(sampleFacts)
  }
  const note = expect.stringMatching(/^modifier broken not applied: it cannot be compiled: ./) as string
  expect(await set({})).toEqual([note])
  expect(await set({ match: { host: 'another.example' } })).toEqual([])
  expect(await set({ match: { host: sampleFacts.host } })).toEqual([note])
  expect(await set({ off: true })).toEqual([])
  expect(await set({})).toEqual([note])
  writeFileSync(broken, says('good'))
  await bench.set.refresh()
  expect(bench.set.withheld(sampleFacts)).toEqual([])
  writeFileSync(broken, 'export default function* (')
  await bench.set.refresh()
  // Its last good version stays.
  expect(bench.set.withheld(sampleFacts)).toEqual([])
})

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, test as base } from 'vitest'
import type { ModifierRow } from '../../contract/modifiers.ts'
import { get, Origin } from '../../headless/testing/origin.ts'
import type { MemoryWindow } from '../testing/memory-window.ts'
import { TestHost } from '../testing/memory-window.ts'
import { testLauncher } from '../../../main/modifiers/testing/launcher.ts'

/** A folder for a host's data, and one for what is the user's own. */
const test = base.extend<{ dir: string; own: string }>({
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'spillway-modifiers-'))
    await use(dir)
    rmSync(dir, { recursive: true })
  },
  own: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'spillway-own-modifiers-'))
    await use(dir)
    rmSync(dir, { recursive: true })
  },
})

const open = async (dir: string, fixed: Parameters<typeof TestHost.open>[0] = {}): Promise<TestHost> =>
  TestHost.open(fixed, { dataDir: dir, launchSandbox: await testLauncher() })

const upper = (letter: string): string =>
  `import { replace } from 'spillway'\nexport default (chunks) => replace(chunks, '${letter}', '${letter.toUpperCase()}')\n`

const rowOf = (rows: readonly ModifierRow[], name: string): ModifierRow | undefined =>
  rows.find((row) => row.name === name)

/** Resolves with the row when it is told that it fits. */
async function told(window: MemoryWindow, name: string, fits: (row: ModifierRow) => boolean): Promise<ModifierRow> {
  const isTold = ({ rows }: { rows: ModifierRow[] }): boolean => {
    const row = rowOf(rows, name)
    return row !== undefined && fits(row)
  }
  const now = await window.call('modifiers.list')
  const { rows } = isTold(now) ? now : await window.event('modifiers', isTold)
  return rowOf(rows, name)!
}

const isApplied = ({ status }: ModifierRow): boolean => status === 'applied'

const helloOrigin = (): Promise<Origin> => Origin.start((_, response) => response.end('hello world'))

test('the list, its switches and its files outlast the program, and the folder can be moved', async ({ dir, own }) => {
  const first = await open(dir)
  const window = first.window()
  const a = await window.call('modifiers.add', { name: 'a', source: upper('h') })
  const b = await window.call('modifiers.add', { name: 'b.js', source: upper('o') })
  await window.call('modifiers.arrange', {
    rows: [
      { id: b.id, off: true, match: { type: 'text/*' }, recode: true },
      { id: a.id, off: false, match: {}, recode: false },
    ],
  })
  expect(JSON.parse(readFileSync(join(dir, 'settings.json'), 'utf8'))).toEqual({
    modifiers: [
      { file: 'modifiers/b.js', off: true, match: { type: 'text/*' }, recode: true },
      { file: 'modifiers/a.ts' },
    ],
  })
  await first[Symbol.asyncDispose]()
  const moved = join(own, 'data')
  mkdirSync(moved)
  for (const name of ['settings.json', 'modifiers/a.ts', 'modifiers/b.js']) {
    mkdirSync(join(moved, 'modifiers'), { recursive: true })
    writeFileSync(join(moved, name), readFileSync(join(dir, name)))
  }
  await using second = await open(moved)
  const { rows, folder } = await second.window().call('modifiers.list')
  expect(folder).toBe(join(moved, 'modifiers'))
  expect(rows).toMatchObject([
    { name: 'b.js', off: true, match: { type: 'text/*' }, recode: true, kept: true, status: 'off' },
    { name: 'a.ts', off: false, match: {}, recode: false, kept: true },
  ])
  await told(second.window(), 'a.ts', isApplied)
})

test('what is changed by another editor is applied and told', async ({ dir }) => {
  await using host = await open(dir)
  await using origin = await helloOrigin()
  const window = host.window()
  const port = await host.port()
  const { id } = await window.call('modifiers.add', { name: 'a', source: upper('h') })
  const before = await told(window, 'a.ts', isApplied)
  expect(await get(port, origin.url('/'))).toBe('Hello world')
  writeFileSync(id, upper('w'))
  const after = await told(window, 'a.ts', ({ version }) => version === 2)
  expect(after.changedAt).toBeGreaterThanOrEqual(before.changedAt!)
  expect(await get(port, origin.url('/'))).toBe('hello World')
  writeFileSync(id, 'export default (')
  const broken = await told(window, 'a.ts', ({ problem }) => problem !== undefined)
  expect(broken).toMatchObject({ status: 'applied', version: 2, problem: { line: 1 } })
  expect(await get(port, origin.url('/'))).toBe('hello World')
})

test('a file that is gone is broken with a sentence, and mended when it is back', async ({ dir }) => {
  await using host = await open(dir)
  const window = host.window()
  const { id } = await window.call('modifiers.add', { name: 'a', source: upper('h') })
  const off = await window.call('modifiers.add', { name: 'b', source: upper('o'), off: true })
  await told(window, 'a.ts', isApplied)
  rmSync(id)
  rmSync(off.id)
  for (const name of ['a.ts', 'b.ts']) {
    const { problem } = await told(window, name, ({ changedAt }) => changedAt === undefined)
    expect(problem?.message).toMatch(new RegExp(`${name} .*\\.$`))
  }
  expect((await told(window, 'b.ts', () => true)).status).toBe('broken')
  await expect(window.call('modifiers.source', { id })).rejects.toMatchObject({ code: 'GONE' })
  // Saving writes it anew.
  expect(await window.call('modifiers.save', { id, source: upper('w') })).toEqual({})
  expect(await told(window, 'a.ts', isApplied)).not.toHaveProperty('problem')
  expect(await window.call('modifiers.remove', { id: off.id })).toEqual({ name: 'b.ts', source: '' })
})

test('a file put into the folder is in the list, off, and is applied when it is switched on', async ({ dir }) => {
  await using host = await open(dir)
  await using origin = await helloOrigin()
  const window = host.window()
  const port = await host.port()
  const { folder } = await window.call('modifiers.list')
  writeFileSync(join(folder, 'mine.ts'), upper('h'))
  const { id } = await told(window, 'mine.ts', ({ status }) => status === 'off')
  expect(await get(port, origin.url('/'))).toBe('hello world')
  expect(existsSync(join(dir, 'settings.json'))).toBe(false)
  await window.call('modifiers.arrange', { rows: [{ id, off: false, match: {}, recode: false }] })
  await told(window, 'mine.ts', isApplied)
  expect(await get(port, origin.url('/'))).toBe('Hello world')
})

test('those given on the command line come first, can be edited, and nothing else', async ({ dir, own }) => {
  const file = join(own, 'given.ts')
  writeFileSync(file, upper('h'))
  await using host = await open(dir, { modifier: [file] })
  await using origin = await helloOrigin()
  const window = host.window()
  const port = await host.port()
  const { id } = await window.call('modifiers.add', { name: 'mine', source: upper('o') })
  expect(await told(window, 'given.ts', isApplied)).toMatchObject({ fixed: true, kept: false, id: file })
  await told(window, 'mine.ts', isApplied)
  const arranged = await window.call('modifiers.arrange', {
    rows: [id, file].map((id) => ({ id, off: true, match: {}, recode: false })),
  })
  expect(arranged.rows.map(({ name, off }) => [name, off])).toEqual([['given.ts', false], ['mine.ts', true]]) // prettier-ignore
  for (const call of [
    window.call('modifiers.remove', { id: file }),
    window.call('modifiers.rename', { id: file, name: 'x' }),
  ])
    await expect(call).rejects.toMatchObject({ code: 'FAILED', message: expect.stringContaining('given.ts') as string })
  expect(await window.call('modifiers.save', { id: file, source: upper('w') })).toEqual({})
  expect(readFileSync(file, 'utf8')).toBe(upper('w'))
  expect(readdirSync(own)).toEqual(['given.ts'])
  expect(await get(port, origin.url('/'))).toBe('hello World')
})

test('one that is kept elsewhere is taken off the list, and its file stays', async ({ dir, own }) => {
  const file = join(own, 'elsewhere.ts')
  writeFileSync(file, upper('h'))
  writeFileSync(join(dir, 'settings.json'), JSON.stringify({ modifiers: [{ file }] }))
  await using host = await open(dir)
  const window = host.window()
  await told(window, 'elsewhere.ts', isApplied)
  await expect(window.call('modifiers.rename', { id: file, name: 'x' })).rejects.toMatchObject({ code: 'FAILED' })
  expect(await window.call('modifiers.remove', { id: file })).toEqual({ name: 'elsewhere.ts', source: upper('h') })
  expect((await window.call('modifiers.list')).rows).toEqual([])
  expect(readFileSync(file, 'utf8')).toBe(upper('h'))
})

test('a new name keeps place, switches and log; what is taken is refused', async ({ dir }) => {
  await using host = await open(dir)
  const window = host.window()
  const source = "import { log } from 'spillway'\nexport default (chunks) => (log('ran'), chunks)\n"
  const { id } = await window.call('modifiers.add', { name: 'a', source })
  await window.call('modifiers.add', { name: 'b', source: upper('h'), off: true })
  await told(window, 'a.ts', isApplied)
  await using origin = await helloOrigin()
  await get(await host.port(), origin.url('/'))
  const logged = async (id: string): Promise<number> => (await window.call('modifiers.log', { id, after: 0 })).position
  await expect.poll(() => logged(id)).toBe(1)
  await expect(window.call('modifiers.rename', { id, name: 'B.ts' })).rejects.toMatchObject({ code: 'FAILED' })
  const renamed = await window.call('modifiers.rename', { id, name: 'c' })
  expect(basename(renamed.id)).toBe('c.ts')
  expect((await window.call('modifiers.list')).rows.map(({ name }) => name)).toEqual(['c.ts', 'b.ts'])
  expect(await logged(renamed.id)).toBe(1)
  await told(window, 'c.ts', isApplied)
  await expect(window.call('modifiers.source', { id })).rejects.toMatchObject({ code: 'GONE' })
})

test('while one is renamed nobody is told of both its names', async ({ dir }) => {
  await using host = await open(dir)
  const window = host.window()
  await window.call('modifiers.add', { name: 'b', source: '' })
  let { id } = await window.call('modifiers.add', { name: 'a', source: '' })
  const from = window.got.length
  for (let time = 0; time < 20; time++) {
    const { rows } = await window.call('modifiers.list')
    let isOver = false
    const renamed = window.call('modifiers.rename', { id, name: `a${time}` }).finally(() => (isOver = true))
    const asked: Promise<unknown>[] = [window.call('modifiers.arrange', { rows })]
    // Each at another moment of it; a window may ask for 64 things at once.
    while (!isOver) {
      if (asked.length < 50) asked.push(window.call('modifiers.list'))
      await new Promise(setImmediate)
    }
    await Promise.all(asked)
    id = (await renamed).id
  }
  await window.event('modifiers', ({ rows }) => rows.some((row) => row.id === id))
  const lists = window.got.slice(from).flatMap((message): { rows: ModifierRow[] }[] => {
    const told: unknown = 'value' in message ? message.value : undefined
    return typeof told === 'object' && told !== null && 'rows' in told ? [told as { rows: ModifierRow[] }] : []
  })
  expect(lists.length).toBeGreaterThan(60)
  for (const { rows } of lists) expect(rows.map(({ name }) => name.slice(0, 1)).sort()).toEqual(['a', 'b'])
})

test('when the settings cannot be written nothing is left behind', async ({ dir }) => {
  await using host = await open(dir)
  const window = host.window()
  const { id } = await window.call('modifiers.add', { name: 'a', source: upper('h') })
  rmSync(join(dir, 'settings.json'))
  mkdirSync(join(dir, 'settings.json', 'in the way'), { recursive: true })
  await expect(window.call('modifiers.add', { name: 'b', source: '' })).rejects.toMatchObject({ code: 'FAILED' })
  await expect(window.call('modifiers.rename', { id, name: 'c' })).rejects.toMatchObject({ code: 'FAILED' })
  await expect(window.call('modifiers.remove', { id })).rejects.toMatchObject({ code: 'FAILED' })
  expect(readdirSync(join(dir, 'modifiers'))).toEqual(['a.ts'])
  expect((await window.call('modifiers.list')).rows.map(({ name, off }) => [name, off])).toEqual([['a.ts', false]])
})

// A modifier of event streams changed a plain text without a word, as traffic never would.
test('a dry run says where it would not run in traffic, and which flows it would run on', async ({ dir }) => {
  await using origin = await Origin.start((request, response) => {
    response.setHeader('content-type', request.url === '/plain' ? 'text/plain; charset=utf-8' : 'text/event-stream')
    response.end('data: 1\n\n')
  })
  await using host = await open(dir)
  const window = host.window()
  const port = await host.port()
  for (const path of ['/plain', '/events']) await get(port, origin.url(path))
  const match = { type: 'text/event-stream' }
  await expect.poll(() => window.call('modifiers.matching', { match })).toEqual({ ids: [2] })
  expect(await window.call('modifiers.matching', { match: {} })).toEqual({ ids: [2, 1] })

  const missed = async (id: number, set = {}) => {
    const source = `export const match = ${JSON.stringify(match)}\nexport default (chunks) => chunks`
    const input = { kind: 'flow' as const, id }
    const { run } = await window.call('modifiers.dryRun', { name: 'a.ts', source, input, match: set, speed: 'once' })
    const first = async () => (await window.call('modifiers.dryRunSteps', { run, after: 0 })).steps[0]
    await expect.poll(first).toBeDefined()
    return await first()
  }
  const miss = { field: 'type', value: 'text/plain' }
  expect(await missed(1)).toMatchObject({ kind: 'match', exported: match, misses: [miss] })
  expect(await missed(2)).toMatchObject({ exported: match, misses: [] })
  // What is set in the panel wins.
  const set = { type: 'text/plain', path: '/x', host: '' }
  expect(await missed(1, set)).toMatchObject({ exported: match, misses: [{ field: 'path', value: '/plain' }] })
})

test('a window that closes ends its dry run', async ({ dir }) => {
  await using host = await open(dir)
  const [window, other] = [host.window(), host.window()]
  const source =
    'export default async function* (chunks) { for (;;) { yield "x"; for await (const c of chunks) break } }'
  const { run } = await window.call('modifiers.dryRun', {
    name: 'endless.ts',
    source: source.replace('break', ''),
    input: { kind: 'sample' },
    speed: 'recorded',
  })
  expect((await other.call('modifiers.dryRunSteps', { run, after: 0 })).running).toBe(true)
  window.close()
  await expect(other.call('modifiers.dryRunSteps', { run, after: 0 })).rejects.toMatchObject({ code: 'GONE' })
})

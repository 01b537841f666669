import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test as base } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { mostSource } from '../../../contract/modifiers.ts'
import { ModifierFiles } from './modifier-files.ts'

const test = base.extend<{ dir: string; files: ModifierFiles }>({
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'spillway-modifier-files-'))
    await use(dir)
    rmSync(dir, { recursive: true })
  },
  files: async ({ dir }, use) => use(new ModifierFiles(join(dir, 'modifiers'))),
})

const modeOf = (path: string): number => statSync(path).mode & 0o777
const failure = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error instanceof Error ? `${'code' in error ? String(error.code) : ''} ${error.message}` : ''),
  )

test('a new file is its owner’s alone, in a folder that is', async ({ files }) => {
  expect(await files.all()).toEqual([])
  const file = await files.add('a.ts', 'let a')
  expect(file).toBe(join(files.folder, 'a.ts'))
  expect(readFileSync(file, 'utf8')).toBe('let a')
  if (process.platform !== 'win32') expect([modeOf(files.folder), modeOf(file)]).toEqual([0o700, 0o600])
  expect(await files.all()).toEqual([file])
  expect(files.keeps(file)).toBe(true)
})

test('many at once by one name are as many files', async ({ files }) => {
  const sources = Array.from({ length: 12 }, (_, index) => `// ${index}`)
  const made = await Promise.all(sources.map((source) => files.add('a.ts', source)))
  expect(new Set(made).size).toBe(12)
  expect(await Promise.all(made.map((file) => files.read(file)))).toEqual(sources)
})

test('a name is taken by a folder too, and the folder is not a modifier', async ({ files }) => {
  mkdirSync(join(files.folder, 'a.ts'), { recursive: true })
  expect(await files.add('A.ts', '')).toBe(join(files.folder, 'A-2.ts'))
  expect(await files.all()).toEqual([join(files.folder, 'A-2.ts')])
})

test('what else lies in the folder is not shown', async ({ files }) => {
  const file = await files.add('a.ts', '')
  for (const name of ['notes.txt', '.hidden.ts', 'types.d.ts', 'a.ts.1234.tmp']) {
    writeFileSync(join(files.folder, name), '')
  }
  expect(await files.all()).toEqual([file])
})

test('saving keeps links and modes, and leaves nothing beside the file', async ({ dir, files }) => {
  const own = join(dir, 'elsewhere.ts')
  writeFileSync(own, 'one')
  chmodSync(own, 0o644)
  const link = join(dir, 'link.ts')
  symlinkSync(own, link)
  await files.save(link, 'two')
  expect(readFileSync(own, 'utf8')).toBe('two')
  expect(modeOf(own)).toBe(0o644)
  expect(readdirSync(dir).sort()).toEqual(['elsewhere.ts', 'link.ts'])
  expect(files.keeps(own)).toBe(false)
})

test('a save that cannot be is a sentence, and the file is what it was', async ({ files }) => {
  const file = await files.add('a.ts', 'before')
  mkdirSync(join(files.folder, 'b.ts'))
  expect(await failure(files.save(join(files.folder, 'b.ts'), 'after'))).toMatch(/^FAILED b\.ts was not saved: .+\.$/)
  expect(await files.read(file)).toBe('before')
})

test('renaming replaces nothing', async ({ files }) => {
  const one = await files.add('one.ts', '1')
  const two = await files.add('two.ts', '2')
  expect(await failure(files.rename(one, 'TWO.ts'))).toContain('there is a TWO.ts already')
  const three = await files.rename(one, 'three.js')
  expect(await files.all()).toEqual([three, two])
  expect(await files.read(three)).toBe('1')
  // Only the letters' case differs: the same file to some systems.
  expect(await files.read(await files.rename(two, 'Two.ts'))).toBe('2')
  expect(await failure(files.rename(one, 'four.ts'))).toMatch(/^FAILED one\.ts was not renamed: no such file/)
  expect(await files.all()).toHaveLength(2)
})

test('removing twice is removing once', async ({ files }) => {
  const file = await files.add('a.ts', '')
  expect(await files.changedAt(file)).toBeGreaterThan(Date.now() - 60_000)
  await files.remove(file)
  await files.remove(file)
  expect(await files.changedAt(file)).toBeUndefined()
  expect(await files.all()).toEqual([])
})

test('what is no text, too large, or no file is GONE, with the reason', async ({ dir, files }) => {
  const path = (name: string): string => join(dir, name)
  writeFileSync(path('latin1.ts'), Buffer.from([0x2f, 0x2f, 0xe4]))
  writeFileSync(path('large.ts'), Buffer.alloc(3 * mostSource + 1, 'a'))
  mkdirSync(path('folder.ts'))
  expect(await failure(files.read(path('latin1.ts')))).toMatch(
    /^GONE .*latin1\.ts cannot be read: it is not UTF-8 text/,
  )
  expect(await failure(files.read(path('large.ts')))).toContain('too large')
  expect(await failure(files.read(path('folder.ts')))).toContain('not a file')
  expect(await failure(files.read(path('none.ts')))).toContain('no such file')
})

test.runIf(process.platform !== 'win32')(
  'a pipe that nobody writes to does not hold up reading',
  async ({ dir, files }) => {
    const pipe = join(dir, 'pipe.ts')
    execFileSync('mkfifo', [pipe])
    expect(await failure(files.read(pipe))).toContain('not a file')
    expect(await files.changedAt(pipe)).toBeUndefined()
  },
)

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { folderPrefix, sweep } from './crashed-runs.ts'
import { TempFolder } from './temp-folder.ts'

let parent = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'temp-folder-test-'))
})
afterEach(() => {
  rmSync(parent, { recursive: true, force: true })
})

/** The name a folder of another run has. */
async function folderOf(pid: number, start: number): Promise<string> {
  const [spillway, place] = (await folderPrefix()).split('-')
  return `${spillway}-${place}-${pid}-${start}-abcXYZ`
}

test('touches no disk before the first file, and leaves nothing after close', async () => {
  const folder = new TempFolder(parent)
  expect(readdirSync(parent)).toEqual([])
  const [one, two] = await Promise.all([folder.newFile(), folder.newFile()])
  expect(readdirSync(parent)).toHaveLength(1)
  expect(one.path).not.toBe(two.path)
  await Promise.all([one.handle.close(), two.handle.close(), folder.close()])
  expect(readdirSync(parent)).toEqual([])
  await expect(folder.newFile()).rejects.toThrow('closed')
  await folder.close()
})

test('folder and files are for their owner alone, whatever the umask', async () => {
  const umask = process.umask(0)
  try {
    const folder = new TempFolder(parent)
    const file = await folder.newFile()
    expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700)
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
    await file.handle.close()
    await folder.close()
  } finally {
    process.umask(umask)
  }
})

test('close while the first file is being made leaves nothing', async () => {
  const folder = new TempFolder(parent)
  const file = folder.newFile().then(
    (made) => made.handle.close(),
    () => undefined,
  )
  await folder.close()
  await file
  expect(readdirSync(parent)).toEqual([])
})

test('a folder taken away by a cleaner is made anew; a missing parent is an error now and not later', async () => {
  const folder = new TempFolder(join(parent, 'later'))
  await expect(folder.newFile()).rejects.toMatchObject({ code: 'ENOENT' })
  mkdirSync(join(parent, 'later'))
  const first = await folder.newFile()
  rmSync(dirname(first.path), { recursive: true })
  const second = await folder.newFile()
  expect(existsSync(second.path)).toBe(true)
  await Promise.all([first.handle.close(), second.handle.close(), folder.close()])
  expect(readdirSync(join(parent, 'later'))).toEqual([])
})

test('sweeps folders of processes that are gone, and nothing else', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0'])
  const gone = await folderOf(pid, 1)
  const reused = await folderOf(process.pid, 1)
  mkdirSync(join(parent, gone, 'deep'), { recursive: true })
  writeFileSync(join(parent, gone, 'deep', 'file'), 'x')
  mkdirSync(join(parent, reused))
  const others = ['spillway', 'spillway-1', `spillway-00000000-${pid}-1-abcXYZ`, `${gone}.txt`]
  for (const name of others) mkdirSync(join(parent, name))
  symlinkSync(join(parent, 'spillway'), join(parent, await folderOf(pid, 2)))
  const ours = new TempFolder(parent)
  const file = await ours.newFile()

  // The number of this process with another start: a run before us had it.
  expect(await sweep(parent)).toBe(2)
  expect(readdirSync(parent).sort()).toEqual(
    [...others, await folderOf(pid, 2), dirname(file.path).slice(parent.length + 1)].sort(),
  )
  await file.handle.close()
  await ours.close()
})

test('does not sweep the folder of a run that goes on, and does when it was killed', async () => {
  const script = `
    import { TempFolder } from ${JSON.stringify(join(import.meta.dirname, 'temp-folder.ts'))}
    await new TempFolder(${JSON.stringify(parent)}).newFile()
    process.stdout.write('made')
    setInterval(() => {}, 1000)`
  const run = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(run.stdout, 'data')
  expect(await sweep(parent)).toBe(0)
  run.kill('SIGKILL')
  await once(run, 'exit')
  expect(await sweep(parent)).toBe(1)
  expect(readdirSync(parent)).toEqual([])
})

test('a sweep of a folder that cannot be read is no failure', async () => {
  expect(await sweep(join(parent, 'nowhere'))).toBe(0)
})

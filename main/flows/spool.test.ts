import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { watchHeldBuffers } from '../testing/held-buffers.ts'
import { canMount } from '../testing/can-mount.ts'
import { Spool, spoolLowWater, spoolMemoryLimit } from './spool.ts'
import { TempFolder } from './temp-folder.ts'

let parent = ''
let folder = new TempFolder()
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'spool-test-'))
  folder = new TempFolder(parent)
})
afterEach(async () => {
  await folder.close()
  expect(readdirSync(parent)).toEqual([])
  expect(descriptors()).toEqual([])
  rmSync(parent, { recursive: true, force: true })
})

/** Open files under the test's folder, deleted or not. */
function descriptors(): string[] {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return '' // the descriptor that listed the folder
    }
  })
  return links.filter((path) => path.startsWith(parent))
}

/** Bytes that differ from their neighbours near and far. */
function sample(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + (i >> 16)) & 0xff
  return bytes
}

/** The spool's whole content, read in steps as for a client. */
async function readAll(spool: Spool, step = 100_000): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let at = 0; at < spool.length; at += step) parts.push(await spool.read(at, step))
  return Buffer.concat(parts)
}

test('a short body stays in memory and touches no disk', async () => {
  const spool = new Spool(folder)
  const whole = sample(spoolMemoryLimit)
  for (let at = 0; at < whole.length; at += 1000) spool.append(whole.subarray(at, at + 1000))
  expect(Buffer.concat(spool.parts() ?? []).equals(whole)).toBe(true)
  await spool.settle()
  expect(spool.backlog).toBe(0)
  const content = spool.content()
  expect(content?.kind === 'memory' && content.bytes.equals(whole)).toBe(true)
  expect(readdirSync(parent)).toEqual([])
  await spool.dispose()
})

test('an empty body is empty content, not none', () => {
  const spool = new Spool(folder)
  expect(spool.parts()).toEqual([])
  expect(spool.content()).toEqual({ kind: 'memory', bytes: Buffer.alloc(0) })
})

test('one byte more goes to a private file, which is handed over', async () => {
  const spool = new Spool(folder)
  const whole = sample(spoolMemoryLimit + 1)
  spool.append(whole.subarray(0, -1))
  expect(spool.backlog).toBe(0)
  spool.append(whole.subarray(-1))
  expect(spool.backlog).toBe(whole.length)
  await spool.settle()
  expect(spool.backlog).toBe(0)
  expect(spool.parts()).toBeUndefined()
  expect((await readAll(spool)).equals(whole)).toBe(true)
  expect(spool.kept).toBe(whole.length)

  const content = spool.content()
  expect(content?.kind).toBe('file')
  const path = content?.kind === 'file' ? content.path : ''
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(spool.content()).toBeUndefined()
  await spool.dispose()
  expect(descriptors()).toEqual([])
  expect(readFileSync(path).equals(whole)).toBe(true)
})

test('any cuts of the same bytes read the same, from anywhere, before, while and after they reach the file', async () => {
  const whole = sample(400_000)
  const cuts = fc.array(fc.nat({ max: whole.length }), { maxLength: 40 })
  const limit = fc.constantFrom(0, 1, 1000, 70_000, 399_999, 400_000)
  await fc.assert(
    fc.asyncProperty(
      cuts,
      limit,
      fc.nat({ max: 400_000 }),
      fc.nat({ max: 400_000 }),
      fc.boolean(),
      async (at, max, from, length, wait) => {
        const spool = new Spool(folder, max)
        const edges = [0, ...at.sort((a, b) => a - b), whole.length]
        const reads: Promise<boolean>[] = []
        for (let i = 1; i < edges.length; i++) {
          const end = edges[i] ?? 0
          const piece = Buffer.from(whole.subarray(edges[i - 1], end))
          spool.append(piece)
          piece.fill(0)
          reads.push(
            spool.read(from, length).then((got) => got.equals(whole.subarray(from, Math.min(end, from + length)))),
          )
          if (wait) await new Promise(setImmediate)
        }
        expect(await Promise.all(reads)).not.toContain(false)
        const parts = spool.parts()
        if (parts !== undefined) expect(Buffer.concat(parts).equals(whole)).toBe(true)
        await spool.settle()
        expect((await readAll(spool)).equals(whole)).toBe(true)
        const content = spool.content()
        expect(content?.kind).toBe(max < whole.length ? 'file' : 'memory')
        const bytes = content?.kind === 'file' ? readFileSync(content.path) : content?.bytes
        expect(bytes?.equals(whole)).toBe(true)
        await spool.dispose()
      },
    ),
    { numRuns: 100 },
  )
})

test('many small pieces: linear, and without a buffer for each', () => {
  const spool = new Spool(folder, Infinity)
  const piece = Buffer.from('0123456789')
  const began = process.cpuUsage()
  for (let i = 0; i < 1_000_000; i++) spool.append(piece)
  const { user, system } = process.cpuUsage(began)
  expect(spool.parts()?.length).toBeLessThan(200)
  // 0.1 s in practice; appending to one growing buffer would take minutes.
  expect(user + system).toBeLessThan(2_000_000)
})

test('a trickle is gathered, and settle brings it to the file', async () => {
  const spool = new Spool(folder, 0)
  for (let i = 0; i < 100; i++) {
    spool.append(Buffer.from('tick\n'))
    await new Promise(setImmediate)
  }
  expect(spool.backlog).toBe(500)
  await spool.settle()
  expect(spool.backlog).toBe(0)
  const content = spool.content()
  expect(content?.kind === 'file' && readFileSync(content.path, 'utf8')).toBe('tick\n'.repeat(100))
})

test('tells when a large backlog has been written', async () => {
  const spool = new Spool(folder)
  const drained = new Promise<number>((resolve) => {
    spool.onDrain = () => {
      resolve(spool.backlog)
    }
  })
  spool.append(sample(4 * spoolLowWater))
  expect(spool.backlog).toBe(4 * spoolLowWater)
  expect(await drained).toBeLessThan(spoolLowWater)
  await spool.dispose()
})

test('memory is freed as the file takes the bytes', async () => {
  const spool = new Spool(folder)
  const piece = sample(256 * 1024)
  const held = watchHeldBuffers()
  for (let i = 0; i < 128; i++) {
    spool.append(piece)
    await spool.settle()
  }
  expect(spool.length).toBe(32 * 1024 * 1024)
  await held.below(8 * 1024 * 1024)
  await spool.dispose()
})

describe('a disk that refuses', () => {
  /** A spool that will not get its file. */
  function hopeless(): Spool {
    return new Spool(new TempFolder(join(parent, 'nowhere')), 1000)
  }

  test('the file cannot be made: everything stays in memory, and a first part can be kept', async () => {
    const whole = sample(300_000)
    const spool = hopeless()
    const failures: Error[] = []
    spool.onFailure = (failure) => failures.push(failure)
    spool.append(whole.subarray(0, 200_000))
    await spool.settle()
    expect(failures).toMatchObject([{ code: 'ENOENT' }])
    expect(spool.failure).toBe(failures[0])
    spool.append(whole.subarray(200_000))
    await spool.settle()
    expect(failures).toHaveLength(1)
    expect((await readAll(spool)).equals(whole)).toBe(true)
    expect(Buffer.concat(spool.parts() ?? []).equals(whole)).toBe(true)
    expect(spool.kept).toBe(1000)
    const content = spool.content()
    expect(content?.kind === 'memory' && content.bytes.equals(whole.subarray(0, 1000))).toBe(true)
  })

  test('a callback that throws does not break the spool', async () => {
    const spool = hopeless()
    const uncaught: unknown[] = []
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', (error) => uncaught.push(error))
    spool.onFailure = () => {
      throw new Error('callback broke')
    }
    spool.append(sample(200_000))
    await spool.settle()
    await new Promise(setImmediate)
    for (const listener of listeners) process.on('uncaughtException', listener)
    expect(uncaught).toMatchObject([{ message: 'callback broke' }])
    expect((await spool.read(0, 200_000)).equals(sample(200_000))).toBe(true)
  })

  test.runIf(canMount)(
    'a full disk (1 MiB, really): what is written stays readable, the rest stays in memory',
    async () => {
      const disk = join(parent, 'disk')
      mkdirSync(disk)
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk]).status).toBe(0)
      try {
        const tiny = new TempFolder(disk)
        const whole = sample(3_000_000)
        const spool = new Spool(tiny)
        let failures = 0
        spool.onFailure = () => failures++
        for (let at = 0; at < whole.length; at += 50_000) {
          spool.append(whole.subarray(at, at + 50_000))
          if (at % 200_000 === 0) await spool.settle()
        }
        await spool.settle()
        await Promise.resolve()
        expect(failures).toBe(1)
        expect(spool.failure).toMatchObject({ code: 'ENOSPC' })
        expect(spool.kept).toBeGreaterThan(500_000)
        expect((await readAll(spool)).equals(whole)).toBe(true)
        for (const at of [0, spool.kept - 5, spool.kept, spool.kept + 5, whole.length - 5])
          expect((await spool.read(at, 10)).equals(whole.subarray(at, at + 10))).toBe(true)
        const kept = spool.kept
        const content = spool.content()
        expect(content?.kind === 'file' && readFileSync(content.path).subarray(0, kept)).toEqual(
          whole.subarray(0, kept),
        )
        await spool.dispose()
        await tiny.close()
      } finally {
        expect(spawnSync('umount', [disk]).status).toBe(0)
        rmSync(disk, { recursive: true })
      }
    },
  )
})

describe('dispose', () => {
  test('at any moment leaves no file and no descriptor', async () => {
    for (let turns = 0; turns < 30; turns++) {
      const spool = new Spool(folder)
      const failures: Error[] = []
      spool.onFailure = (failure) => failures.push(failure)
      spool.append(sample(2_000_000))
      const read = spool.read(0, 2_000_000).catch(() => undefined)
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      const settled = spool.settle()
      const disposed = [spool.dispose(), spool.dispose()]
      spool.append(sample(1000))
      await Promise.all([...disposed, read, settled])
      expect(descriptors()).toEqual([])
      expect(readdirSync(parent).flatMap((name) => readdirSync(join(parent, name)))).toEqual([])
      expect(spool.length).toBe(2_000_000)
      expect(failures).toEqual([])
    }
  })

  test('content() at any moment hands over what it says, and leaves no descriptor', async () => {
    const whole = sample(2_000_000)
    for (let turns = 0; turns < 30; turns++) {
      const spool = new Spool(folder)
      spool.append(whole)
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      const kept = spool.kept
      const content = spool.content()
      await spool.dispose()
      expect(descriptors()).toEqual([])
      const bytes = content?.kind === 'file' ? readFileSync(content.path) : content?.bytes
      expect(bytes?.subarray(0, kept).equals(whole.subarray(0, kept))).toBe(true)
      expect(kept).toBeGreaterThanOrEqual(spoolMemoryLimit)
    }
  })

  test('a read that would need the file afterwards is refused', async () => {
    const spool = new Spool(folder, 0)
    spool.append(sample(100_000))
    await spool.settle()
    await spool.dispose()
    await expect(spool.read(0, 10)).rejects.toThrow('closed')
  })
})

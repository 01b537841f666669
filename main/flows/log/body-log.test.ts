/** Logs over real files: what was appended is there, or it is known not to be. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { keptBytes, type Flow, type Gap, type RecordedBody } from '../../model/flow.ts'
import { patterned } from '../../testing/bytes.ts'
import { canMount } from '../../testing/can-mount.ts'
import { eventually } from '../../testing/eventually.ts'
import { DiskBudget } from '../disk-budget.ts'
import { MemoryStore } from '../memory-store.ts'
import { TempFolder } from '../temp-folder.ts'
import { endedFlow, TestFolder } from '../testing.ts'
import { BodyLog } from './body-log.ts'

const KiB = 1024
const MiB = 1024 * KiB

const own = new TestFolder()
afterEach(() => void vi.useRealTimers())

async function finish(log: BodyLog, whole: boolean): Promise<RecordedBody> {
  await log.settle()
  return log.handOver(whole)
}

const open = (limit: number, onGap: () => void = () => undefined) => {
  const disk = new DiskBudget(limit)
  return { disk, log: new BodyLog({ folder: own.bodies, disk }, onGap) }
}

/** In pieces of odd sizes, as fast as the disk takes them. */
async function feed(log: BodyLog, bytes: Buffer): Promise<void> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = 1 + ((n * 7919) % (96 * KiB))
    log.append(bytes.subarray(at, at + size))
    at += size
    if (n % 8 === 7) await quiet(log)
  }
  await quiet(log)
}

/** Until what was appended is on its way no more, so that nothing is lost for being fast. */
const quiet = (log: BodyLog): Promise<void> => eventually(() => log.backlog < MiB)

/** Everything outside of the gaps reads as it was, however it is read, and nothing within. */
async function matches(
  read: (offset: number, length: number) => Promise<Buffer | undefined>,
  whole: Buffer,
  gaps: readonly Gap[],
): Promise<void> {
  let at = 0
  for (const { from, to } of [...gaps, { from: whole.length, to: whole.length }]) {
    const kept = await read(at, whole.length)
    expect(kept?.length, `from ${at}`).toBe(from - at)
    expect(kept?.equals(whole.subarray(at, from))).toBe(true)
    if (to > from) {
      expect((await read(from, 100))?.length).toBe(0)
      expect((await read(to - 1, 100))?.length).toBe(0)
    }
    at = to
  }
}

const file = async (size: number): Promise<RecordedBody> => {
  const { path, handle } = await own.bodies.newFile()
  await using out = handle
  await out.writeFile(Buffer.alloc(size, 'f'))
  return { state: 'complete', length: size, content: { kind: 'file', path } }
}

test('what is short needs no file, and ends as the bytes it is', async () => {
  const { log, disk } = open(MiB)
  const bytes = patterned(200 * KiB)
  await feed(log, bytes)
  await matches((offset, length) => log.read(offset, length), bytes, [])
  const body = await finish(log, true)
  expect(body).toMatchObject({ state: 'complete', length: bytes.length, content: { kind: 'memory' } })
  expect([body.gaps, own.files(), disk.used, await log.read(0, 1)]).toEqual([undefined, [], 0, undefined])
})

test('nothing at all is complete, or was cut', async () => {
  expect(await finish(open(MiB).log, true)).toMatchObject({ state: 'complete', length: 0 })
  expect(await finish(open(MiB).log, false)).toMatchObject({ state: 'truncated', length: 0 })
})

test('what is long is kept in several files, read from any place while it grows, and goes to a store', async () => {
  const { log, disk } = open(16 * MiB)
  const bytes = patterned(5 * MiB + 12_345)
  await feed(log, bytes.subarray(0, 3 * MiB))
  await matches((offset, length) => log.read(offset, length), bytes.subarray(0, 3 * MiB), [])
  await feed(log, bytes.subarray(3 * MiB))
  expect(own.files().length).toBeGreaterThan(3)
  for (const offset of [0, MiB - 1, 2 * MiB, 5 * MiB]) {
    expect((await log.read(offset, 100))?.equals(bytes.subarray(offset, offset + 100))).toBe(true)
  }
  const body = await finish(log, false)
  expect(body).toMatchObject({ state: 'truncated', length: bytes.length, content: { kind: 'files' } })
  expect([disk.used, own.size()]).toEqual([0, bytes.length])
  const store = new MemoryStore({ maxFlows: 10, folder: own.bodies })
  const flow = endedFlow(body)
  store.add(flow)
  expect(store.disk).toBe(bytes.length)
  await matches((offset, length) => store.readBody(flow.id, 'response', offset, length), bytes, [])
  store.remove([flow.id])
  await eventually(() => own.files().length === 0)
  await store.close()
})

test('one that outgrows the whole budget keeps how it began and what is newest, and tells what is missing', async () => {
  let told = 0
  const { log, disk } = open(4 * MiB, () => void told++)
  const bytes = patterned(20 * MiB)
  let most = 0
  for (let at = 0; at < bytes.length; at += MiB) {
    await feed(log, bytes.subarray(at, at + MiB))
    most = Math.max(most, disk.used)
  }
  expect(most).toBeLessThanOrEqual(4 * MiB)
  const { gaps } = log
  expect(gaps).toHaveLength(1)
  expect(gaps[0]?.from).toBeGreaterThanOrEqual(256 * KiB)
  expect(gaps[0]?.to).toBeGreaterThan(16 * MiB)
  // The most that fits: all of the budget but what is given up at once, and what is on its way.
  expect(bytes.length - (gaps[0]?.to ?? 0)).toBeGreaterThan(3 * MiB)
  expect(log.reasons).toEqual(['bodies on disk exceeded 4m, and the oldest went first'])
  expect(told).toBeGreaterThan(10)
  await matches((offset, length) => log.read(offset, length), bytes, gaps)
  const body = await finish(log, true)
  expect(body).toMatchObject({ state: 'partial', length: bytes.length, gaps })
  expect(keptBytes(body)).toBe(own.size())
  const store = new MemoryStore({ maxFlows: 10, folder: own.bodies, bodyDisk: 4 * MiB })
  const flow = endedFlow(body)
  store.add(flow)
  const kept = store.get(flow.id)
  expect(kept?.response?.body).toMatchObject({ state: 'partial', gaps })
  await matches((offset, length) => store.readBody(flow.id, 'response', offset, length), bytes, gaps)
  await store.close()
  await eventually(() => own.files().length === 0)
})

test('bodies of flows that have ended go first, oldest first', async () => {
  const store = new MemoryStore({ maxFlows: 10, folder: own.bodies, bodyDisk: 4 * MiB })
  const ended: Flow[] = []
  for (let n = 0; n < 3; n++) store.add((ended[n] = endedFlow(await file(MiB))))
  const log = new BodyLog({ folder: own.bodies, disk: store.budget }, () => undefined)
  const bytes = patterned(2 * MiB + 512 * KiB)
  await feed(log, bytes)
  expect(ended.map(({ id }) => store.get(id)?.response?.body.state)).toEqual(['missing', 'missing', 'complete'])
  expect(log.gaps).toEqual([])
  // A running one that is itself larger than what is left takes all of theirs, and then gives up its own.
  await feed(log, patterned(4 * MiB))
  expect(ended.map(({ id }) => store.get(id)?.response?.body.state)).toEqual(['missing', 'missing', 'missing'])
  expect(log.gaps).toHaveLength(1)
  await finish(log, true).then((body) => store.add(endedFlow(body)))
  await store.close()
})

test('of several that run, who has most on disk gives up first', async () => {
  const disk = new DiskBudget(4 * MiB)
  const [small, large] = [0, 1].map(() => new BodyLog({ folder: own.bodies, disk }, () => undefined)) as [
    BodyLog,
    BodyLog,
  ]
  await feed(small, patterned(MiB))
  await feed(large, patterned(6 * MiB))
  expect([small.gaps.length, large.gaps.length]).toEqual([0, 1])
  expect(disk.used).toBeLessThanOrEqual(4 * MiB)
  await Promise.all([finish(small, true), finish(large, true)])
  expect(disk.used).toBe(0)
})

test('one that has ended gives up what is oldest of it, part by part, for newer flows', async () => {
  const store = new MemoryStore({ maxFlows: 100, folder: own.bodies, bodyDisk: 4 * MiB })
  const log = new BodyLog({ folder: own.bodies, disk: store.budget }, () => undefined)
  const bytes = patterned(3 * MiB)
  await feed(log, bytes)
  const flow = endedFlow(await finish(log, true))
  store.add(flow)
  let before = 0
  for (let n = 0; n < 10; n++) {
    store.add(endedFlow(await file(MiB / 4)))
    const { state, gaps = [] } = store.get(flow.id)!.response!.body
    expect(state).toBe(n < 4 ? 'complete' : 'partial')
    if (n < 4) continue
    // It begins behind the first part, and grows.
    expect(gaps).toHaveLength(1)
    expect(gaps[0]!.from).toBeLessThan(MiB / 2)
    expect(gaps[0]!.to).toBeGreaterThan(before)
    before = gaps[0]!.to
    await matches((offset, length) => store.readBody(flow.id, 'response', offset, length), bytes, gaps)
  }
  expect(store.disk).toBeLessThanOrEqual(4 * MiB)
  expect(store.get(flow.id)?.notes).toEqual([
    'parts of the recorded response body given up: bodies on disk exceeded 4m, and the oldest went first',
  ])
  for (let n = 0; n < 16; n++) store.add(endedFlow(await file(MiB / 4)))
  expect(store.get(flow.id)?.response?.body.state).toBe('missing')
  await store.close()
  await eventually(() => own.files().length === 0)
})

test('a budget of nothing keeps what memory keeps, and no file', async () => {
  const { log, disk } = open(0)
  const bytes = patterned(2 * MiB)
  await feed(log, bytes)
  await eventually(() => own.files().length === 0)
  expect(disk.used).toBe(0)
  await matches((offset, length) => log.read(offset, length), bytes, log.gaps)
  await finish(log, true)
  await eventually(() => own.files().length === 0)
})

test('a disk that refuses costs what came meanwhile; when it takes bytes again they are kept', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const nowhere = join(own.path, 'not-there-yet')
  own.bodies = new TempFolder(nowhere)
  const { log } = open(64 * MiB)
  const bytes = patterned(9 * MiB)
  log.append(bytes.subarray(0, 320 * KiB))
  // It is tried in the background, and found out with what comes next.
  while (log.reasons.length === 0) {
    log.append(bytes.subarray(log.offered, log.offered + 64))
    await new Promise(setImmediate)
  }
  log.append(bytes.subarray(log.offered, 3 * MiB))
  expect(log.reasons).toEqual([expect.stringMatching(/^the disk did not take it \(ENOENT: /)])
  const [{ from, to } = { from: 0, to: 0 }] = log.gaps
  // What was in memory before it was clear that the disk would not take it.
  expect(from).toBeLessThanOrEqual(256 * KiB)
  expect(to).toBe(3 * MiB)
  mkdirSync(nowhere)
  vi.advanceTimersByTime(1001)
  await feed(log, bytes.subarray(3 * MiB))
  const { gaps } = log
  expect(gaps).toEqual([{ from, to: 3 * MiB }])
  await matches((offset, length) => log.read(offset, length), bytes, gaps)
  const body = await finish(log, true)
  // With files behind it, its beginning has gone to one as well.
  expect(body).toMatchObject({ state: 'partial', length: bytes.length, content: { kind: 'files' }, gaps })
  expect(own.size()).toBe(bytes.length - (3 * MiB - from))
})

test('what comes faster than the disk takes it is left out, within bounds of memory, and told', async () => {
  const { log } = open(128 * MiB)
  const bytes = patterned(64 * MiB)
  const before = process.memoryUsage().arrayBuffers
  // Not one write can be done meanwhile.
  for (let at = 0; at < bytes.length; at += 64 * KiB) log.append(bytes.subarray(at, at + 64 * KiB))
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * MiB)
  expect(log.reasons).toEqual(['it came faster than the disk could take it'])
  await eventually(() => own.size() > 4 * MiB)
  await quiet(log)
  const more = Buffer.concat([bytes, bytes.subarray(0, MiB)])
  await feed(log, more.subarray(64 * MiB))
  const { gaps } = log
  expect(gaps).toHaveLength(1)
  await matches((offset, length) => log.read(offset, length), more, gaps)
  expect((await finish(log, true)).state).toBe('partial')
})

test.runIf(canMount)('a disk that is full, really, and then has room again', async () => {
  const disk = join(own.path, 'disk')
  mkdirSync(disk)
  const mount = (options: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', disk]).status
  expect(mount('size=1m')).toBe(0)
  own.bodies = new TempFolder(disk)
  try {
    const { log } = open(64 * MiB)
    const bytes = patterned(6 * MiB)
    log.append(bytes.subarray(0, 1.5 * MiB))
    while (log.reasons.length === 0) {
      log.append(bytes.subarray(log.offered, log.offered + 64))
      await new Promise(setImmediate)
    }
    expect(log.reasons).toEqual([expect.stringMatching(/^the disk did not take it \(ENOSPC: no space left on device/)])
    const { offered } = log
    expect(mount('remount,size=16m')).toBe(0)
    // It is tried again, a second later.
    while (log.gaps.at(-1)?.to === log.offered || log.offered === offered) {
      log.append(bytes.subarray(log.offered, log.offered + 64))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await feed(log, bytes.subarray(log.offered))
    const { gaps } = log
    await matches((offset, length) => log.read(offset, length), bytes, gaps)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]?.from).toBeGreaterThan(512 * KiB)
    const body = await finish(log, true)
    expect(keptBytes(body)).toBe(own.size())
  } finally {
    await own.bodies.close()
    expect(spawnSync('umount', [disk]).status).toBe(0)
  }
})

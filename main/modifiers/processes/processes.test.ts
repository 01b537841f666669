import { fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ModifierSet, type LaunchSandbox } from '../index.ts'
import { Bench, MiB, pass, sampleFacts, sampleFlow, Sink } from '../testing/bench.ts'
import { testLauncher } from '../testing/launcher.ts'
import { SandboxHost } from './sandbox-host.ts'

const identity = 'export default async function* (chunks) { for await (const chunk of chunks) yield chunk }'

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

// Of our own, to see what is left in it.
const folder = mkdtempSync(join(tmpdir(), 'spillway-processes-'))
const before = process.env['TMPDIR']
beforeAll(() => void (process.env['TMPDIR'] = folder))
afterAll(() => {
  rmSync(folder, { recursive: true })
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
})

test('each modifier has a process of its own, without our environment', async () => {
  await using bench = await Bench.open()
  await bench.use(identity, identity)
  const pids = bench.processes.map(({ pid }) => pid!)
  expect(new Set(pids).size).toBe(2)
  if (process.platform !== 'linux') return
  for (const pid of pids) {
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((line) => line.split('=')[0])
    expect(names.filter((name) => !['SPILLWAY_SANDBOX', 'TMPDIR', ''].includes(name!))).toEqual([])
  }
})

test('the ninth process takes the place of the one that was idle for longest', { timeout: 60_000 }, async () => {
  await using bench = await Bench.open()
  const modifiers = await bench.use(...Array.from({ length: 9 }, () => identity))
  // All nine could be loaded, one after the other.
  expect(modifiers).toHaveLength(9)
  // Where they match the same responses, each flow fails: that is told before one does.
  await expect.poll(() => bench.notices).toEqual([expect.stringMatching(/^9 modifiers are on, and at most 8 /)])
  await expect.poll(() => bench.processes.filter(({ pid }) => isRunning(pid!)).length).toBe(8)
  const sinks = modifiers.map(() => new Sink())
  const stages = modifiers.slice(0, 8).map((modifier, index) => modifier.open(sampleFlow(), sinks[index]!))
  // Eight are busy now, so the ninth has no place.
  const last = modifiers[8]!
  expect((await pass(last, 'a')).failure).toMatchObject({
    code: 'MODIFIER_BROKEN',
    message: 'modifier "m8" cannot run: at most 8 modifiers can run at once, and all 8 are busy with others',
    // Of the export, as for whatever has no place of its own.
    line: 1,
    column: 1,
  })
  await expect(last.readHead(sampleFlow())).rejects.toThrow('at most 8 modifiers can run at once')
  stages[3]!.end()
  await sinks[3]!.over
  expect((await pass(last, 'a')).text).toBe('a')
  for (const stage of stages) {
    stage.write(Buffer.from('x'))
    stage.end()
  }
  for (const sink of [...sinks.slice(0, 3), ...sinks.slice(4, 8)]) expect((await sink.over).text).toBe('x')
  // Told again only when there are more of them again.
  const { entries } = bench
  for (const off of [{}, { off: true }, {}]) {
    bench.entries = entries.map((entry, index) => ({ ...entry, ...(index === 8 ? off : {}) }))
    bench.apply()
    await bench.set.loading
  }
  await expect.poll(() => bench.notices).toHaveLength(2)
})

test('an idle process ends after a minute, and the next flow starts another', async () => {
  await using bench = await Bench.open()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const modifier = await bench.one(identity)
    const sink = new Sink()
    const stage = modifier.open(sampleFlow(), sink)
    const exited = new Promise<void>((resolve) => bench.processes[0]!.onExit(resolve))
    vi.advanceTimersByTime(120_000)
    stage.write(Buffer.from('still here'))
    stage.end()
    expect((await sink.over).text).toBe('still here')
    vi.advanceTimersByTime(59_000)
    expect((await pass(modifier, 'a')).text).toBe('a')
    vi.advanceTimersByTime(61_000)
    await exited
    expect((await pass(modifier, 'b')).text).toBe('b')
    expect(bench.processes).toHaveLength(2)
    expect(bench.set.states()[0]).toMatchObject({ status: 'applied', version: 1 })
  } finally {
    vi.useRealTimers()
  }
})

test('a process that is killed from outside fails its flows, and another takes over', async () => {
  await using bench = await Bench.open()
  const modifier = await bench.one(identity)
  const sink = new Sink()
  modifier.open(sampleFlow(), sink)
  process.kill(bench.processes[0]!.pid!, 'SIGKILL')
  expect((await sink.over).failure).toMatchObject({
    code: 'MODIFIER_LOST',
    message: 'the sandbox of modifier "m0" ended: its process ended',
    line: 1,
  })
  expect((await pass(modifier, 'a')).text).toBe('a')
})

test('a process whose watchdog is silent for 2 s is killed', async () => {
  await using bench = await Bench.open()
  const modifier = await bench.one(identity)
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  stage.write(Buffer.from('a'))
  await sink.until(() => sink.count === 1)
  const exited = new Promise<void>((resolve) => bench.processes[0]!.onExit(resolve))
  process.kill(bench.processes[0]!.pid!, 'SIGSTOP')
  expect((await sink.over).failure).toMatchObject({
    code: 'MODIFIER_LOST',
    message: expect.stringContaining('silent for 2 s') as string,
  })
  await exited
})

test('what cannot be started is told: no launcher, one that throws, one that starts something else', async () => {
  const real = await testLauncher()
  const launchers: [LaunchSandbox | undefined, RegExp][] = [
    [undefined, /this host of Spillway runs no modifiers/],
    [
      () => {
        throw new Error('no such thing')
      },
      /no such thing/,
    ],
    [
      (env) =>
        real({
          ...env,
          SPILLWAY_SANDBOX: JSON.stringify({ ...JSON.parse(env['SPILLWAY_SANDBOX']!), data: 'x'.repeat(32) }),
        }),
      /its socket was closed/,
    ],
    [() => real({}), /its process ended/],
  ]
  await using bench = await Bench.open()
  const file = bench.write('m.ts', identity)
  for (const [launch, message] of launchers) {
    const set = new ModifierSet({
      launch,
      notice: () => undefined,
      bug: () => undefined,
      onChange: () => undefined,
      onLog: () => undefined,
    })
    set.update([{ file }], bench.limits)
    await set.loading
    expect(set.states()[0]).toMatchObject({
      status: 'broken',
      problem: { code: 'MODIFIER_BROKEN', message: expect.stringMatching(message) as string },
    })
    expect(set.matching(sampleFacts)).toEqual([])
    await set.close()
  }
})

test('limits change for processes that run', async () => {
  await using bench = await Bench.open()
  const modifier = await bench.one(
    `export default async function* (chunks) { yield 'a'; const all = []; for await (const chunk of chunks) all.push(new Uint8Array(8e6).fill(1)) }`,
  )
  const sink = new Sink()
  const stage = modifier.open(sampleFlow(), sink)
  await sink.until(() => sink.count === 1)
  for (let count = 0; count < 8; count++) stage.write(Buffer.from('x'))
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(sink.failure).toBeUndefined()
  bench.limits = { memory: 32 * MiB, hangMs: 5000 }
  bench.apply()
  expect((await sink.over).failure).toMatchObject({ code: 'MODIFIER_MEMORY' })
})

// A program that could not start was gone before its folder was.
test.each([0, 1, 5, 20, 60, 150])('what is closed %d ms after its start leaves no folder behind', async (ms) => {
  const there = readdirSync(folder)
  const host = new SandboxHost(await testLauncher(), { memory: 128 * MiB, hangMs: 5000 })
  const tenant = { idle: false, usedAt: 0, evict: () => undefined }
  const ignore = (): void => undefined
  host.start(tenant, { onFrame: ignore, onEndOfRead: ignore, onReady: ignore, onOver: ignore })
  await new Promise((resolve) => setTimeout(resolve, ms))
  await host.close()
  expect(readdirSync(folder)).toEqual(there)
})

test('sandboxes end when the engine does, however it ends', async () => {
  const script = new URL('../testing/engine-child.ts', import.meta.url)
  const child = fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const pid = await new Promise<number>((resolve) => child.once('message', (pid) => resolve(Number(pid))))
  expect(isRunning(pid)).toBe(true)
  child.kill('SIGKILL')
  await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false)
})

test('nothing of all that is left', async () => {
  await expect.poll(() => readdirSync(folder)).toEqual([])
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CaptureState } from '../contract/contract.ts'
import type { ToHost, ToWindow } from '../contract/wire.ts'
import { get, Origin } from '../headless/testing/origin.ts'
import { Engine, type EngineOptions } from './engine.ts'

class Bench implements AsyncDisposable {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'spillway-thread-'))
  readonly heard: ToWindow[] = []
  readonly captures: CaptureState[] = []
  readonly refused: string[] = []
  flows = 0
  readonly engine: Engine
  readonly line: ReturnType<Engine['connect']>
  #calls = 0

  constructor(more: Partial<EngineOptions> = {}, caDir?: string) {
    this.engine = new Engine({
      script: new URL('./testing/failing-worker.ts', import.meta.url),
      start: {
        dataDir: this.dataDir,
        settingsFile: undefined,
        fixed: { listen: { host: '127.0.0.1', port: 0 }, ...(caDir === undefined ? {} : { caDir }) },
        version: 'test',
      },
      choosePlace: () => Promise.resolve(undefined),
      launchSandbox: () => {
        throw new Error('no modifier is on')
      },
      onRefused: (sentence) => this.refused.push(sentence),
      onCapture: (state) => this.captures.push(state),
      onFlows: (count) => (this.flows = Math.max(this.flows, count)),
      ...more,
    })
    this.line = this.engine.connect((message) => this.heard.push(message))
  }

  /** The answer. */
  async call(call: ToHost extends infer T ? (T extends { call: infer C } ? C : never) : never, input?: unknown) {
    const id = ++this.#calls
    this.line.receive({ id, call, input })
    return await this.next((message) => 'id' in message && message.id === id)
  }

  async next(fits: (message: ToWindow) => boolean): Promise<ToWindow> {
    await expect.poll(() => this.heard.find(fits)).toBeDefined()
    return this.heard.find(fits)!
  }

  notices(): string[] {
    return this.heard.flatMap((message) =>
      'event' in message && message.event === 'notice' ? [message.value.sentence] : [],
    )
  }

  fail(): void {
    this.line.receive({ fail: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.close(0)
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

test('after an uncaught error it runs again: notice, capture, and the same line', async () => {
  await using bench = new Bench()
  await using origin = await Origin.start((_, response) => response.end('hello'))
  const started = await bench.call('capture.start')
  const { address } = (started as unknown as { value: CaptureState }).value
  await get(address!.port, origin.url('/before'))
  await expect.poll(() => bench.flows).toBe(1)
  bench.line.receive({ id: 900, call: 'flows.tail', input: { id: 1, after: 0 } })
  bench.captures.length = 0
  bench.fail()
  bench.line.receive({ id: 901, call: 'app.info', input: undefined })
  // Whether it came before the failure or not, a call has an answer.
  for (const id of [900, 901]) await bench.next((message) => 'id' in message && message.id === id)
  await expect.poll(() => bench.captures.at(-1)?.status).toBe('capturing')
  expect(bench.notices()).toEqual([expect.stringMatching(/failed \(planted\) and was started again.*lost/)])
  // Windows keep what they have, as the past; they must know of it before they hear of a flow of the new thread.
  const lost = bench.heard.findIndex(
    (message) => 'event' in message && message.event === 'notice' && message.value.lost,
  )
  expect(lost).toBeGreaterThan(-1)
  const again = bench.captures.at(-1)!.address!
  await get(again.port, origin.url('/after'))
  await bench.next(
    (message) =>
      'event' in message && message.event === 'flows' && message.value.rows.some(({ url }) => url.endsWith('/after')),
  )
  // Windows are told the new address, though they did not ask.
  await bench.next(
    (message) => 'event' in message && message.event === 'capture' && message.value.address?.port === again.port,
  )
})

test('a capture that was stopped stays so', async () => {
  await using bench = new Bench()
  await bench.call('app.info')
  bench.fail()
  await expect.poll(() => bench.captures.at(-1)?.status).toBe('stopped')
  expect(await bench.call('app.info')).toMatchObject({ ok: true })
  expect(bench.captures.map(({ status }) => status)).toEqual(['stopped'])
})

test('one that fails again and again is left alone, and calls are answered', async () => {
  await using bench = new Bench()
  for (let count = 1; count <= 4; count++) {
    expect(await bench.call('app.info')).toMatchObject({ ok: true })
    bench.fail()
    await expect.poll(() => bench.notices().length).toBe(count)
  }
  expect(bench.notices().at(-1)).toMatch(/again and again/)
  expect(bench.captures.at(-1)).toMatchObject({
    status: 'stopped',
    problem: expect.stringMatching(/Quit Spillway/) as string,
  })
  expect(await bench.call('app.info')).toMatchObject({ ok: false, error: { code: 'CLOSED' } })
})

test('what cannot be used is refused with a sentence, and not tried again', async () => {
  await using bench = new Bench({
    start: {
      dataDir: '/dev/null/nowhere',
      settingsFile: undefined,
      fixed: { originCa: ['/dev/null/ca.pem'] },
      version: 'test',
    },
  })
  await expect.poll(() => bench.refused.length).toBe(1)
  expect(bench.refused[0]).toMatch(/\w+ \w+/)
  expect(bench.notices()).toEqual([])
})

test('a file is saved where the user wants it', async () => {
  const asked: (string | undefined)[] = []
  const folder = mkdtempSync(join(tmpdir(), 'spillway-save-'))
  const path = join(folder, 'x.har')
  await using bench = new Bench({ choosePlace: (name) => Promise.resolve((asked.push(name), path)) })
  const answer = await bench.call('files.save', { name: 'flows.har', bytes: new Uint8Array([1, 2]) })
  rmSync(folder, { recursive: true })
  expect(answer).toMatchObject({ ok: true, value: { path } })
  expect(await bench.call('files.choose', undefined)).toMatchObject({ ok: true, value: { path } })
  expect(asked).toEqual(['flows.har', undefined])
})

test('closing is one end, and nothing is sent to a line that was closed', async () => {
  const bench = new Bench()
  await bench.call('capture.start')
  bench.line.close()
  const count = bench.heard.length
  bench.engine.command('capture.stop')
  await expect.poll(() => bench.captures.at(-1)?.status).toBe('stopped')
  expect(bench.heard).toHaveLength(count)
  const end = bench.engine.close(2000)
  expect(bench.engine.close(0)).toBe(end)
  await end
  await bench[Symbol.asyncDispose]()
})

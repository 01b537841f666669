import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answer, ToWindow } from '../contract/wire.ts'
import { get, Origin } from '../headless/testing/origin.ts'
import { TestHost } from './testing/memory-window.ts'
import { mostBacklog, ServedWindow } from './window.ts'

const answers = (got: readonly ToWindow[]): Answer[] => got.filter((message) => 'id' in message)

/** Lets everything that is due run. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

/** A place that is not chosen until `choose` says so: calls that stay under way. */
function undecided() {
  const waiting: ((path: undefined) => void)[] = []
  const files = { choose: () => new Promise<undefined>((resolve) => waiting.push(resolve)) }
  return { files, choose: () => waiting.splice(0).forEach((resolve) => resolve(undefined)), waiting }
}

const save = { call: 'files.save', input: { name: 'a', bytes: new Uint8Array(1) } }

describe('what comes in', () => {
  test.each<[string, unknown, string]>([
    ['no.such.call', undefined, 'There is no call "no.such.call".'],
    ['constructor', undefined, 'There is no call "constructor".'],
    ['__proto__', undefined, 'There is no call "__proto__".'],
    ['flows', undefined, 'There is no call "flows".'],
    ['flows.get', undefined, 'flows.get: '],
    ['flows.get', { id: '7' }, 'flows.get: id: '],
    ['flows.get', { id: -7 }, 'flows.get: id: '],
    ['flows.get', { id: 1.5 }, 'flows.get: id: '],
    ['flows.body', { id: 1, side: 'both', decoded: true, offset: 0, length: 1 }, 'flows.body: side: '],
    ['flows.body', { id: 1, side: 'request', decoded: true, offset: 0, length: 2 ** 30 }, 'flows.body: length: '],
    ['flows.delete', { ids: [1, 'x'] }, 'flows.delete: ids.1: '],
    ['settings.set', { patch: 3 }, 'settings.set: patch: '],
    ['files.save', { name: 'a', bytes: [1, 2] }, 'files.save: bytes: '],
  ])('%s with %j is a bad call', async (call, input, message) => {
    await using bench = await TestHost.open()
    const window = bench.window()
    window.send({ id: 1, call, input })
    await settled()
    const [answer, ...more] = answers(window.got)
    expect(more).toEqual([])
    expect(answer).toMatchObject({ id: 1, ok: false, error: { code: 'BAD_CALL' } })
    expect(answer?.ok === false && answer.error.message).toContain(message)
  })

  test('whatever it is, nothing breaks, and the window is still answered', async () => {
    await using bench = await TestHost.open()
    const window = bench.window()
    const call = fc.record({ id: fc.anything(), call: fc.anything(), input: fc.anything() }, { requiredKeys: [] })
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), call, fc.record({ cancel: fc.anything() })), async (message) => {
        const wire = bench.host.connect(() => undefined)
        wire.receive(message)
        await Promise.resolve()
        wire.close()
      }),
      { numRuns: 300 },
    )
    expect(await window.call('app.info')).toEqual({ host: 'web', version: '1', platform: process.platform })
  })
})

describe('calls under way', () => {
  test('who cancels is answered at once, and once', async () => {
    const { files, choose } = undecided()
    await using bench = await TestHost.open({}, { files })
    const window = bench.window()
    window.send({ id: 1, ...save })
    window.send({ cancel: 2 })
    window.send({ cancel: 1 })
    window.send({ cancel: 1 })
    expect(answers(window.got)).toMatchObject([{ id: 1, ok: false, error: { code: 'CANCELLED' } }])
    choose()
    await settled()
    expect(answers(window.got)).toHaveLength(1)
  })

  test('are at most 64, cancelled ones included until they have ended', async () => {
    const { files, choose, waiting } = undecided()
    await using bench = await TestHost.open({}, { files })
    const window = bench.window()
    for (let id = 1; id <= 64; id++) window.send({ id, ...save })
    for (let id = 1; id <= 64; id++) window.send({ cancel: id })
    window.send({ id: 65, call: 'app.info' })
    await settled()
    expect(answers(window.got).at(-1)).toMatchObject({ id: 65, ok: false, error: { code: 'FAILED' } })
    expect(waiting).toHaveLength(64)
    choose()
    await settled()
    window.send({ id: 66, call: 'app.info' })
    await settled()
    expect(answers(window.got).at(-1)).toMatchObject({ id: 66, ok: true })
  })

  test('a number that is under way is refused', async () => {
    const { files, choose } = undecided()
    await using bench = await TestHost.open({}, { files })
    const window = bench.window()
    window.send({ id: 1, ...save })
    window.send({ id: 1, call: 'app.info' })
    expect(answers(window.got)).toMatchObject([
      { id: 1, ok: false, error: { message: 'The call 1 is under way already.' } },
    ])
    choose()
  })

  test('end with the window, and nothing is sent to it any more', async () => {
    const { files, choose } = undecided()
    await using bench = await TestHost.open({}, { files })
    const window = bench.window()
    window.send({ id: 1, ...save })
    window.close()
    choose()
    await bench.window().call('settings.set', { patch: { stream: 1 } })
    await settled()
    expect(window.got).toEqual([])
  })
})

test('a bug in a handler is an answer and is told, and ends nothing', async () => {
  await using bench = await TestHost.open()
  const got: ToWindow[] = []
  const bugs: unknown[] = []
  const handlers = {
    ...bench.host.handlers,
    'app.info': () => {
      throw new TypeError('x is not a function')
    },
  }
  const window = new ServedWindow({ send: (message) => got.push(message) }, handlers, (bug, where) =>
    bugs.push(where, bug),
  )
  window.receive({ id: 1, call: 'app.info' })
  await settled()
  expect(got).toEqual([
    { id: 1, ok: false, error: { code: 'FAILED', message: 'A bug in Spillway: x is not a function' } },
  ])
  expect(bugs).toEqual(['app.info', expect.any(TypeError)])
  window.receive({ id: 2, call: 'capture.state' })
  await settled()
  expect(got.at(-1)).toEqual({ id: 2, ok: true, value: { status: 'stopped' } })
})

test('a wire that breaks while it sends hurts nobody', async () => {
  await using bench = await TestHost.open()
  let sent = 0
  const wire = bench.host.connect(() => {
    sent++
    throw new Error('broken')
  })
  wire.receive({ id: 1, call: 'app.info' })
  wire.receive({ id: 2, call: 'app.info' })
  await settled()
  const window = bench.window()
  await window.call('settings.set', { patch: { stream: 1 } })
  expect(sent).toBe(1)
  expect(await window.event('settings')).toMatchObject({ values: { stream: 1 } })
})

test('a window that does not read is told no flows, sees the gap, and is not answered without end', async () => {
  await using bench = await TestHost.open()
  await using origin = await Origin.start((_, response) => response.end('x'))
  let backlog = mostBacklog + 1
  const [slow, quick] = [bench.window(() => backlog), bench.window()]
  const port = await bench.port()
  await get(port, origin.url('/'))
  const { seq } = await quick.event('flows', ({ rows }) => rows.some(({ state }) => state === 'done'))
  const flowsOf = (got: readonly ToWindow[]) => got.filter((message) => 'event' in message && message.event === 'flows')
  expect(flowsOf(slow.got)).toEqual([])
  backlog = 0
  expect((await slow.event('flows')).seq).toBe(seq + 1)
  backlog = 1024 * mostBacklog
  await expect(slow.call('app.info')).rejects.toMatchObject({
    code: 'FAILED',
    message: 'The window does not read its answers.',
  })
})

import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { get, head, Origin, text } from '../headless/testing/origin.ts'
import { TestHost } from './testing/memory-window.ts'

const ended = (row: { state: string }): boolean => row.state === 'done'

describe('the capture', () => {
  test('starts and stops, and every window hears of it', async () => {
    await using bench = await TestHost.open()
    const [one, other] = [bench.window(), bench.window()]
    expect(await one.call('capture.state')).toEqual({ status: 'stopped' })
    // Both click at once.
    const states = await Promise.all([one.call('capture.start'), other.call('capture.start')])
    expect(states[0]).toMatchObject({ status: 'capturing', address: { host: '127.0.0.1' } })
    expect(states[1]).toEqual(states[0])
    expect(await other.event('capture', ({ status }) => status === 'capturing')).toEqual(states[0])
    const stopped = await Promise.all([one.call('capture.stop'), other.call('capture.stop'), one.call('capture.stop')])
    expect(stopped.map(({ status }) => status)).toEqual(['stopped', 'stopped', 'stopped'])
    const told = other.got.flatMap((message) =>
      'event' in message && message.event === 'capture' ? [message.value.status] : [],
    )
    expect(told).toEqual(['starting', 'capturing', 'stopping', 'stopped'])
  })

  test('whatever is clicked in between, the last click counts', async () => {
    await using bench = await TestHost.open()
    const window = bench.window()
    const clicks = ['start', 'stop', 'start', 'stop', 'stop', 'start'].map((name) =>
      window.call(name === 'start' ? 'capture.start' : 'capture.stop'),
    )
    await Promise.all(clicks)
    expect((await window.call('capture.state')).status).toBe('capturing')
  })

  test('a port that is taken is a sentence, and it can be tried again', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    await using bench = await TestHost.open({ listen: { host: '127.0.0.1', port } })
    const window = bench.window()
    const state = await window.call('capture.start')
    expect(state.status).toBe('stopped')
    expect(state.problem).toContain(String(port))
    taken.close()
    await once(taken, 'close')
    expect(await window.call('capture.start')).toEqual({ status: 'capturing', address: { host: '127.0.0.1', port } })
  })

  test('flows stay when it stops and starts', async () => {
    await using bench = await TestHost.open()
    await using origin = await Origin.start((_, response) => response.end('hello'))
    await get(await bench.port(), origin.url('/one'))
    const window = bench.window()
    await window.call('capture.stop')
    await get((await window.call('capture.start')).address!.port, origin.url('/two'))
    await window.event('flows', ({ rows }) => rows.some(ended))
    const { rows } = await window.call('flows.page', { after: 0 })
    expect(rows.map(({ path }) => path)).toEqual(['/one', '/two'])
  })
})

describe('flows', () => {
  test('are told, paged, shown, read and deleted', async () => {
    await using bench = await TestHost.open()
    const body = gzipSync('the body '.repeat(1000))
    await using origin = await Origin.start((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain; charset=utf-8' }).end(body)
    })
    const window = bench.window()
    const port = await bench.port()
    await get(port, origin.url('/a?b'))
    const message = await window.event('flows', ({ rows }) => rows.some(ended))
    const row = message.rows.find(ended)!
    expect(row).toMatchObject({
      path: '/a?b',
      status: 200,
      type: 'text/plain',
      size: body.length,
      mode: 'buffered',
      recorded: 'complete',
    })
    const page = await window.call('flows.page', { after: 0 })
    expect(page).toMatchObject({ epoch: message.epoch, rows: [row], dropped: 0 })
    expect((await window.call('flows.page', { after: row.id })).rows).toEqual([])
    expect(await window.call('flows.get', { id: row.id })).toMatchObject({
      id: row.id,
      state: 'done',
      response: { status: 200, recordedBytes: body.length },
    })
    const question = { id: row.id, side: 'response', decoded: true, offset: 4, length: 9 }
    const part = await window.call('flows.body', question)
    expect([Buffer.from(part.bytes).toString(), part.total]).toEqual(['body the ', 9000])
    expect((await window.call('flows.body', { ...question, side: 'request', offset: 0 })).total).toBe(0)
    await window.call('flows.delete', { ids: [row.id, 4711] })
    expect((await window.event('flows', ({ removed }) => removed.length > 0)).removed).toEqual([row.id])
    await expect(window.call('flows.get', { id: row.id })).rejects.toMatchObject({ code: 'GONE' })
    await expect(window.call('flows.body', question)).rejects.toMatchObject({ code: 'GONE' })
  })

  test('a running one is seen to grow, its bytes are seen without recording, and it can be killed', async () => {
    await using bench = await TestHost.open()
    let write: (text: string) => void = () => undefined
    await using origin = await Origin.start((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      write = (line) => response.write(line)
      write('data: 1\n\n')
    })
    const window = bench.window()
    const response = await head(await bench.port(), origin.url('/events'))
    const read = text(response).catch(() => 'cut')
    const { rows } = await window.event('flows', ({ rows }) =>
      rows.some(({ state, size }) => state === 'streaming' && size > 0),
    )
    const id = rows.at(-1)!.id
    await expect(
      window.call('flows.body', { id, side: 'response', decoded: false, offset: 0, length: 9 }),
    ).rejects.toMatchObject({
      code: 'GONE',
      message: expect.stringContaining('still running') as string,
    })
    const first = await window.call('flows.tail', { id, after: 0 })
    expect(first).toMatchObject({ running: true, position: 9 })
    write('data: 2\n\n')
    await window.event('flows', ({ rows }) => rows.some(({ size }) => size >= 18))
    const tail = await window.call('flows.tail', { id, after: first.position })
    expect([Buffer.from(tail.bytes).toString(), tail.position]).toEqual(['data: 2\n\n', 18])
    expect((await window.call('flows.tail', { id, after: 18 })).bytes).toHaveLength(0)
    expect((await window.call('flows.get', { id })).state).toBe('streaming')
    await window.call('flows.kill', { ids: [id] })
    expect(await read).toBe('cut')
    const last = await window.event('flows', ({ rows }) => rows.some(({ state }) => state === 'killed'))
    expect(last.rows.at(-1)?.error).toContain('ended by the user')
    // What had passed can still be seen for a moment.
    expect(await window.call('flows.tail', { id, after: 9 })).toMatchObject({ running: false, position: 18 })
    await expect(window.call('flows.tail', { id: 4711, after: 0 })).rejects.toMatchObject({ code: 'GONE' })
  })

  test('clear voids what windows know', async () => {
    await using bench = await TestHost.open()
    await using origin = await Origin.start((_, response) => response.end('x'))
    const window = bench.window()
    const port = await bench.port()
    await get(port, origin.url('/'))
    const { epoch } = await window.event('flows', ({ rows }) => rows.some(ended))
    await window.call('flows.clear')
    const next = await window.event('flows', (message) => message.epoch !== epoch)
    expect(await window.call('flows.page', { after: 0 })).toMatchObject({ epoch: next.epoch, rows: [] })
  })
})

describe('settings', () => {
  test('apply to the next response, are told to every window, and are kept', async () => {
    await using bench = await TestHost.open()
    await using origin = await Origin.start((_, response) => response.end('x'.repeat(5000)))
    const [one, other] = [bench.window(), bench.window()]
    const port = await bench.port()
    await get(port, origin.url('/before'))
    const state = await one.call('settings.set', { patch: { stream: '4k' } })
    expect(state).toMatchObject({ values: { stream: 4096 }, fixed: ['listen', 'holdMs'], later: [] })
    expect(await other.event('settings')).toEqual(state)
    expect(await other.call('settings.get')).toEqual(state)
    expect(JSON.parse(readFileSync(state.file, 'utf8'))).toEqual({ stream: '4k' })
    await get(port, origin.url('/after'))
    const seen = await one.event('flows', ({ rows }) => rows.some((row) => ended(row) && row.path === '/after'))
    expect(seen.rows.find(({ path }) => path === '/after')).toMatchObject({
      mode: 'streamed',
      reason: 'larger than 4k',
    })
    await expect(one.call('settings.set', { patch: { stream: 'x' } })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      key: 'stream',
    })
    await expect(one.call('settings.set', { patch: { holdMs: 3 } })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      key: 'holdMs',
    })
  })

  test('can be tried on what was captured', async () => {
    await using bench = await TestHost.open()
    await using origin = await Origin.start((request, response) =>
      response.end('x'.repeat(Number(request.url!.slice(1)))),
    )
    const window = bench.window()
    const port = await bench.port()
    for (const size of [10, 2000, 3000]) await get(port, origin.url(`/${size}`))
    await window.event('flows', ({ rows }) => rows.some((row) => ended(row) && row.path === '/3000'))
    const tried = await window.call('rules.try', { patch: { stream: '2k' } })
    expect(tried).toMatchObject({ tried: 3, streamed: 1, buffered: 2, changed: 1 })
    expect(tried.examples).toEqual([
      { id: 3, url: origin.url('/3000'), from: 'buffered', to: 'streamed', reason: 'larger than 2k' },
    ])
    expect(await window.call('rules.try', { patch: {} })).toMatchObject({ tried: 3, changed: 0, examples: [] })
    await expect(window.call('rules.try', { patch: { rules: [{}] } })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      key: 'rules',
    })
    expect((await window.call('settings.get')).values).not.toHaveProperty('stream')
  })
})

test('the CA is made when there is none, and its key stays', async () => {
  await using bench = await TestHost.open()
  const ca = await bench.window().call('ca.get')
  expect(ca).toMatchObject({
    file: join(bench.dir, 'ca.pem'),
    subject: expect.stringContaining('Spillway CA') as string,
  })
  expect(ca.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(Date.parse(ca.validTo)).toBeGreaterThan(Date.now())
  expect(ca.pem).not.toContain('PRIVATE')
  expect(await bench.window().call('ca.get')).toEqual(ca)
})

test('a closed host has let go of everything', async () => {
  const bench = await TestHost.open()
  await using origin = await Origin.start(
    (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('x'),
  )
  const window = bench.window()
  const port = await bench.port()
  const response = await head(port, origin.url('/'))
  const read = text(response).catch(() => 'cut')
  await bench[Symbol.asyncDispose]()
  expect(await read).toBe('cut')
  const said = window.got.length
  window.send({ id: 99, call: 'app.info', input: undefined })
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(window.got).toHaveLength(said)
  expect(existsSync(bench.dir)).toBe(false)
})

// Some calls were still at the disk when the folder was taken away behind them, and made it again.
test('a closed host writes nothing any more, and what was asked before is done', async () => {
  const bench = await TestHost.open()
  const [one, other] = [bench.window(), bench.window()]
  one.send({ id: 1, call: 'settings.set', input: { patch: { stream: 7 } } })
  one.send({ id: 2, call: 'modifiers.add', input: { name: 'mine.ts', source: 'export const x = 1' } })
  for (let id = 3; id < 30; id++) other.send({ id, call: 'modifiers.list', input: undefined })
  await bench.host.close(0)
  const files = readdirSync(bench.dir, { recursive: true }).map(String).sort()
  const settings = readFileSync(join(bench.dir, 'settings.json'), 'utf8')
  expect(JSON.parse(settings)).toMatchObject({
    stream: 7,
    modifiers: [{ file: 'modifiers/mine.ts' }],
  })
  rmSync(bench.dir, { recursive: true })
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(existsSync(bench.dir)).toBe(false)
  expect(files).toEqual(['modifiers', 'modifiers/mine.ts', 'settings.json'])
})

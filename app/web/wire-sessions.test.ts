import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { hello, longestFrame } from '../contract/frames.ts'
import type { Answer } from '../contract/wire.ts'
import { ask, sendRaw } from './testing/raw-http.ts'
import { WindowClient } from './testing/window-client.ts'
import { serveWindow } from './testing/window-server.ts'

/** For a machine that is busy. */
const soon = { timeout: 20_000 }

const isAnswer = (message: object): message is Answer => 'id' in message

/** What a browser sends to ask for a WebSocket; a header that is "" is left out. */
function handshake(port: number, headers: Record<string, string> = {}, target = '/wire'): string {
  const all = {
    Host: '127.0.0.1:PORT',
    Origin: 'http://127.0.0.1:PORT',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}\r\n`]))
  return `GET ${target} HTTP/1.1\r\n${lines.join('').replaceAll('PORT', String(port))}\r\n`
}

describe('the token', () => {
  test('opens the wire; calls may follow it at once', async () => {
    await using served = await serveWindow()
    await using client = await WindowClient.open(served.port, served.token)
    client.post({ id: 1, call: 'flows.page', input: { after: 0 } })
    const { ok } = await client.hears(isAnswer)
    expect(ok).toBe(true)
    expect(served.host.open).toBe(1)
  })

  test.each([
    ['another', hello('x'.repeat(22))],
    ['an empty one', hello('')],
    ['one that is too long', hello('x'.repeat(5000))],
    ['none', '{}'],
    ['no object', 'null'],
    ['no JSON', 'token'],
    ['a list', '[]'],
    ['a call instead', '{"id":1,"call":"app.info"}'],
    ['a binary frame', Buffer.from(hello('x'))],
  ])('%s closes it with 4401, and the host hears nothing', async (_, first) => {
    await using served = await serveWindow()
    await using client = new WindowClient(served.port)
    await client.connected()
    client.socket.send(first)
    client.post({ id: 1, call: 'app.info', input: undefined })
    expect(await client.ended).toMatchObject({ code: 4401 })
    expect(client.told).toEqual([])
    expect(served.host.open).toBe(0)
  })

  test('a binary frame with the right token is no hello either', async () => {
    await using served = await serveWindow()
    await using client = new WindowClient(served.port)
    await client.connected()
    client.socket.send(Buffer.from(hello(served.token)))
    expect(await client.ended).toMatchObject({ code: 4401 })
  })

  test('in the query it is not even looked at', async () => {
    await using served = await serveWindow()
    await using client = new WindowClient(served.port, { path: `/wire?token=${served.token}` })
    await expect(client.connected()).rejects.toThrow('refused: 404')
  })

  test('is new at each start, 128 bits', async () => {
    await using one = await serveWindow()
    await using two = await serveWindow()
    expect(one.token).not.toBe(two.token)
    expect(Buffer.from(one.token, 'base64url')).toHaveLength(16)
  })
})

describe('who may ask for a wire', () => {
  test.each<[Record<string, string>, number]>([
    [{}, 101],
    [{ Origin: '' }, 403],
    [{ Origin: 'http://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Origin: 'http://localhost:PORT' }, 403],
    [{ Host: 'localhost:PORT', Origin: 'http://localhost:PORT' }, 101],
    [{ Host: 'evil.example:PORT', Origin: 'http://evil.example:PORT' }, 421],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-origin' }, 101],
    [{ 'Sec-WebSocket-Version': '7' }, 400],
    [{ 'Sec-WebSocket-Key': 'short' }, 400],
    [{ Upgrade: 'h2c' }, 400],
  ])('%j: %i', async (headers, expected) => {
    await using served = await serveWindow({ helloMs: 30 })
    const { status, head } = await sendRaw(served.port, handshake(served.port, headers))
    expect(status).toBe(expected)
    expect(head).not.toMatch(/access-control/i)
  })

  test('only at its place', async () => {
    await using served = await serveWindow()
    expect((await sendRaw(served.port, handshake(served.port, {}, '/'))).status).toBe(404)
    expect((await ask(served.port, '/wire')).status).toBe(404)
  })
})

describe('strangers', () => {
  test('who say nothing are sent away', async () => {
    await using served = await serveWindow({ helloMs: 50 })
    await using client = new WindowClient(served.port)
    expect(await client.ended).toMatchObject({ code: 4408 })
  })

  test('who do not even answer the close are cut off', async () => {
    await using served = await serveWindow({ helloMs: 50 })
    const begun = performance.now()
    const { status } = await sendRaw(served.port, handshake(served.port))
    expect(status).toBe(101)
    expect(performance.now() - begun).toBeLessThan(2000)
  })

  test('are few: the next one is told so, and comes in when one has left', async () => {
    await using served = await serveWindow()
    const strangers = Array.from({ length: 16 }, () => new WindowClient(served.port))
    await Promise.all(strangers.map((client) => client.connected()))
    await using next = new WindowClient(served.port)
    await expect(next.connected()).rejects.toThrow('refused: 503')
    await strangers[0]?.[Symbol.asyncDispose]()
    await expect
      .poll(async () => {
        await using again = new WindowClient(served.port)
        return await again.connected().then(() => 'in')
      }, soon)
      .toBe('in')
    for (const client of strangers) await client[Symbol.asyncDispose]()
  })

  test('and windows are bounded too', async () => {
    await using served = await serveWindow()
    const windows: WindowClient[] = []
    for (let count = 0; count < 64; count++) {
      const client = await WindowClient.open(served.port, served.token)
      windows.push(client)
      client.post({ id: 1, call: 'app.info', input: undefined })
      await client.answer(1)
    }
    await using next = new WindowClient(served.port)
    await expect(next.connected()).rejects.toThrow('refused: 503')
    for (const client of windows) await client[Symbol.asyncDispose]()
  })
})

describe('frames', () => {
  test.each([
    ['text that is not JSON', '{', 4400],
    ['an empty binary frame', Buffer.alloc(0), 4400],
    ['a length beyond the frame', Buffer.from([255, 255, 255, 255, 1]), 4400],
    ['more than a frame may have', Buffer.alloc(longestFrame + 1), 1009],
  ])('%s ends the wire', async (_, frame, code) => {
    await using served = await serveWindow()
    await using client = await WindowClient.open(served.port, served.token)
    client.socket.send(frame)
    expect(await client.ended).toMatchObject({ code })
    await expect.poll(() => served.host.open, soon).toBe(0)
  })

  test('what is not the WebSocket protocol ends the connection, not the server', async () => {
    await using served = await serveWindow()
    const garbage = `${handshake(served.port)}${'\xff\xfe\x00garbage'.repeat(50)}`
    expect((await sendRaw(served.port, garbage)).status).toBe(101)
    await using client = await WindowClient.open(served.port, served.token)
    client.post({ id: 1, call: 'app.info', input: undefined })
    await client.answer(1)
  })

  test('bytes go both ways as they are', async () => {
    await using served = await serveWindow()
    await using client = await WindowClient.open(served.port, served.token)
    const bytes = Uint8Array.from({ length: 256 * 1024 }, (_, index) => (index * 7) % 256)
    client.post({ id: 5, call: 'files.save', input: { name: 'a', bytes } })
    const answer = await client.hears(isAnswer)
    // The repeating host puts the whole call into the value, whose own bytes then are in `input`: JSON.
    expect(answer).toMatchObject({ value: { id: 5, call: 'files.save', input: { name: 'a' } } })
  })
})

describe('windows that are slow, gone, or left behind', () => {
  test('what waits for a window is told to the host', async () => {
    await using served = await serveWindow()
    await using client = await WindowClient.open(served.port, served.token)
    client.post({ id: 1, call: 'app.info', input: undefined })
    await client.answer(1)
    const [backlog] = served.host.backlogs
    expect(backlog?.()).toBe(0)
    client.socket.pause()
    const large = { name: 'x'.repeat(900_000), bytes: new Uint8Array() }
    for (let id = 2; id < 22; id++) client.post({ id, call: 'files.save', input: large })
    await expect.poll(() => backlog?.() ?? 0, soon).toBeGreaterThan(1_000_000)
    client.socket.resume()
    await expect.poll(() => backlog?.(), soon).toBe(0)
  })

  test('a window that never reads is let go before it fills the memory', async () => {
    await using served = await serveWindow()
    await using client = await WindowClient.open(served.port, served.token)
    client.socket.pause()
    const large = { name: 'x'.repeat(1_000_000), bytes: new Uint8Array() }
    for (let id = 1; id < 110; id++) client.post({ id, call: 'files.save', input: large })
    // Not whether it is there: on a busy machine it may have come and gone between two looks.
    await expect.poll(() => served.host.backlogs.length, soon).toBe(1)
    await expect.poll(() => served.host.open, soon).toBe(0)
    expect(served.host.backlogs[0]?.()).toBeLessThan(90 * 1024 * 1024)
  })

  test('one that answers heartbeats stays, one that does not is let go', async () => {
    await using served = await serveWindow({ beatMs: 60 })
    await using client = await WindowClient.open(served.port, served.token)
    client.post({ id: 1, call: 'app.info', input: undefined })
    await client.answer(1)
    await pause(300)
    expect(served.host.open).toBe(1)
    client.socket.pause()
    await expect.poll(() => served.host.open, soon).toBe(0)
  })

  test('a connection that breaks releases what the host had for it', async () => {
    await using served = await serveWindow()
    const client = await WindowClient.open(served.port, served.token)
    await expect.poll(() => served.host.open, soon).toBe(1)
    client.socket.terminate()
    await expect.poll(() => served.host.open, soon).toBe(0)
  })

  test('when Spillway ends it says so, and waits for nobody', async () => {
    const served = await serveWindow()
    await using client = await WindowClient.open(served.port, served.token)
    await using stranger = new WindowClient(served.port)
    await stranger.connected()
    const deaf = connect(served.port, '127.0.0.1').on('error', () => undefined)
    deaf.write(handshake(served.port))
    await new Promise((resolve) => deaf.once('data', resolve))
    const begun = performance.now()
    await served[Symbol.asyncDispose]()
    expect(performance.now() - begun).toBeLessThan(1500)
    expect(await client.ended).toEqual({ code: 1001, reason: 'Spillway has ended' })
    expect(await stranger.ended).toMatchObject({ code: 1001 })
  })
})

/** WebSockets over an origin's HTTP/2 (RFC 8441), where it offers them: whose client speaks HTTP/2, and whose does not. */
import { once } from 'node:events'
import type { ServerHttp2Stream } from 'node:http2'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { eventually } from '../../testing/eventually.ts'
import {
  connectHttp2Client,
  connectPlainHttp2Client,
  readAll,
  startHttp2Origin,
  type Http2Origin,
} from '../../testing/http2-ends.ts'
import { ack, endHeaders, endStream, frame, FrameEnd, frameTypes } from '../../testing/http2-frames.ts'
import { askWebSocket, clientFrame, serverFrame, streamClosed } from '../../testing/http2-web-sockets.ts'
import { connectSecure } from '../../testing/raw-client.ts'
import { recordedMessages } from '../../testing/recorded-messages.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

afterEach(() => void vi.useRealTimers())

type Asked = { stream: ServerHttp2Stream; list: readonly string[] }

/** An origin that offers WebSockets and lets the test answer; what else it is asked, it answers with "hello". */
async function startChat(): Promise<Http2Origin & { next(): Promise<Asked> }> {
  const asked: Asked[] = []
  const waiting: ((asked: Asked) => void)[] = []
  const origin = await startHttp2Origin(
    (stream, list) => {
      if (list[1] !== 'CONNECT') {
        stream.respond({ ':status': 200 })
        stream.end('hello')
        return
      }
      const next = waiting.shift()
      if (next) next({ stream, list })
      else asked.push({ stream, list })
    },
    { webSockets: true },
  )
  const next = (): Promise<Asked> => {
    const ready = asked.shift()
    return ready ? Promise.resolve(ready) : new Promise((resolve) => waiting.push(resolve))
  }
  return Object.assign(origin, { next })
}

async function accept(chat: Awaited<ReturnType<typeof startChat>>): Promise<Asked> {
  const asked = await chat.next()
  asked.stream.respond({ ':status': 200, 'sec-websocket-protocol': 'lines' })
  return asked
}

test('a client of HTTP/2: messages, pings and codes cross one by one, and are told as those of any WebSocket', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const stream = await askWebSocket(client, '/chat?a=b')
  const { stream: server, list } = await accept(chat)
  const pseudo = [':method', 'CONNECT', ':protocol', 'websocket', ':scheme', 'https', ':authority', chat.authority]
  expect(list).toEqual([...pseudo, ':path', '/chat?a=b', 'sec-websocket-version', '13', 'origin', 'https://a.test'])
  const answer = await client.answer(stream)
  expect(answer.status).toBe(200)
  expect(answer.list).toEqual([':status', '200', 'sec-websocket-protocol', 'lines', 'date', expect.any(String)])
  const said = [
    [1, 'one'],
    [9, 'ping'],
    [2, '\xff\x00'],
    [8, '\x03\xe8'],
  ] as const
  for (const [opcode, payload] of said) {
    stream.write(clientFrame(opcode, payload))
    expect((await once(server, 'data'))[0]).toEqual(clientFrame(opcode, payload))
    server.write(serverFrame(opcode === 9 ? 10 : opcode, payload))
    expect((await once(stream, 'data'))[0]).toEqual(serverFrame(opcode === 9 ? 10 : opcode, payload))
  }
  const [ended, serverEnded] = [readAll(stream), once(server, 'end')]
  stream.end()
  await serverEnded
  // Each direction has an end of its own.
  server.end(serverFrame(1, 'late'))
  expect(await ended).toEqual(serverFrame(1, 'late'))
  const flow = await proxy.ended()
  expect(flow).toMatchObject({
    error: undefined,
    url: `https://${chat.authority}/chat?a=b`,
    request: { httpVersion: '2', bytes: 35, delivered: 35 },
    response: { status: 101, httpVersion: '2', bytes: 25, delivered: 25 },
    delivery: { mode: 'tunnelled', reason: 'upgraded to websocket' },
  })
  const messages = (await recordedMessages(proxy, flow)).map(({ opcode }) => opcode)
  const echoed = ['text', 'text', 'ping', 'pong', 'binary', 'binary', 'close', 'close', 'text']
  expect(messages).toEqual(echoed)
  expect(chat.sessions.length).toBe(1)
})

test('a client of HTTP/1.1 gets there, too, where the origin speaks nothing but HTTP/2', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  const wire = await connectSecure(proxy.port, chat.authority, proxy.ca)
  wire.socket.removeAllListeners()
  const socket = new WebSocket(`ws://${chat.authority}/chat`, ['lines'], { createConnection: () => wire.socket })
  const { stream, list } = await accept(chat)
  expect(list.join()).not.toMatch(/upgrade|sec-websocket-key/)
  // It has looked at the answer to its key.
  await once(socket, 'open')
  expect(socket.protocol).toBe('lines')
  stream.write(serverFrame(1, 'hello'))
  expect(String((await once(socket, 'message'))[0])).toBe('hello')
  const closed = once(socket, 'close')
  stream.on('data', () => undefined).end(serverFrame(8, '\x0f\xa0bye'))
  const [code, reason] = (await closed) as [number, Buffer]
  expect([code, String(reason)]).toEqual([4000, 'bye'])
  expect(await proxy.ended()).toMatchObject({
    error: undefined,
    request: { httpVersion: '1.1' },
    response: { status: 101, httpVersion: '2' },
  })
})

test('where it offers none, either, the origin is asked for what is there instead', async () => {
  await using proxy = await startTrusting()
  let asked: readonly string[] = []
  await using origin = await startHttp2Origin((stream, list) => {
    asked = list
    stream.respond({ ':status': 404, 'content-length': 2 })
    stream.end('no')
  })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  const fields = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  void client.write(`GET /chat HTTP/1.1\r\nHost: ${origin.authority}\r\n${fields}\r\n`)
  expect(await client.readText('no')).toMatch(/^HTTP\/1\.1 404 /)
  expect(asked.slice(0, 2)).toEqual([':method', 'GET'])
  expect(asked.join()).not.toMatch(/upgrade/i)
  expect(await proxy.ended()).toMatchObject({ error: undefined, response: { status: 404, httpVersion: '2' } })
})

test.each([false, true])('a client of HTTP/1.1 is not given HTTP/2 where it need not be (%s)', async (before) => {
  await using proxy = await startTrusting()
  const sockets = new WebSocketServer({ noServer: true })
  await using origin = await startHttp2Origin(
    (stream) => {
      stream.respond({ ':status': 200 })
      stream.end('hello')
    },
    {
      webSockets: true,
      http1: (request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, (accepted) => accepted.close(4001)),
    },
  )
  // Somebody else speaks HTTP/2 with it already.
  await using other = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  if (before) {
    await other.get('/')
    await proxy.ended()
  }
  const wire = await connectSecure(proxy.port, origin.authority, proxy.ca)
  wire.socket.removeAllListeners()
  const socket = new WebSocket(`ws://${origin.authority}/`, { createConnection: () => wire.socket })
  expect((await once(socket, 'close'))[0]).toBe(4001)
  expect((await proxy.ended()).response).toMatchObject({ status: 101, httpVersion: '1.1' })
})

test('an origin that speaks HTTP/2 and offers none is asked in HTTP/1.1, and from then on', async () => {
  await using proxy = await startTrusting()
  const sockets = new WebSocketServer({ noServer: true })
  await using origin = await startHttp2Origin(() => undefined, {
    http1: (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (accepted) =>
        accepted.on('message', (text) => accepted.send(text, { binary: false })),
      ),
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  for (let round = 0; round < 2; round++) {
    const stream = await askWebSocket(client)
    expect((await client.answer(stream)).status).toBe(200)
    stream.write(clientFrame(1, 'echo'))
    expect((await once(stream, 'data'))[0]).toEqual(serverFrame(1, 'echo'))
    const closed = streamClosed(stream)
    stream.on('data', () => undefined).on('end', () => stream.end())
    stream.write(clientFrame(8, ''))
    await closed
    expect(await proxy.ended()).toMatchObject({ error: undefined, response: { status: 101, httpVersion: '1.1' } })
  }
  expect(origin.sessions.length).toBe(1)
})

// Whoever looked whether a WebSocket goes over it put it back as if it had just been used: it stayed a minute longer.
test('a connection that takes no WebSocket is as old afterwards as it was', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  await using proxy = await startTrusting()
  const sockets = new WebSocketServer({ noServer: true })
  await using origin = await startHttp2Origin(
    (stream) => {
      stream.respond({ ':status': 200 })
      stream.end('hello')
    },
    { http1: (request, socket, head) => sockets.handleUpgrade(request, socket, head, () => undefined) },
  )
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  expect((await client.get('/')).body).toBe('hello')
  await proxy.ended()
  vi.advanceTimersByTime(40_000)
  const stream = await askWebSocket(client)
  expect((await client.answer(stream)).status).toBe(200)
  expect(origin.sessions[0]?.closed).toBe(false)
  vi.advanceTimersByTime(25_000)
  await eventually(() => origin.sessions[0]?.closed === true)
  expect(origin.sessions.length).toBe(1)
  stream.close(8)
  expect(await proxy.ended()).toMatchObject({ response: { status: 101, httpVersion: '1.1' } })
})

test('it is asked for when the settings of the origin have come, and not before', async () => {
  await using proxy = await startTrusting()
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = await askWebSocket(client)
  const frames = new FrameEnd(await origin.accept())
  await frames.end.readUntil(24)
  expect((await frames.next()).type).toBe(frameTypes.settings)
  await proxy.begun()
  // SETTINGS_ENABLE_CONNECT_PROTOCOL
  frames.send(frame(frameTypes.settings, 0, 0, Buffer.of(0, 8, 0, 0, 0, 1)), frame(frameTypes.settings, ack, 0))
  let next = await frames.next()
  // Its window; whoever had asked before would have done so before this acknowledgement.
  while (next.type === frameTypes.windowUpdate) next = await frames.next()
  expect(next).toMatchObject({ type: frameTypes.settings, flags: ack })
  const { stream: id, flags } = await frames.of(frameTypes.headers)
  expect(flags & endStream).toBe(0)
  frames.send(frame(frameTypes.headers, endHeaders, id, Buffer.of(0x88)))
  expect((await client.answer(stream)).status).toBe(200)
  stream.write(clientFrame(1, 'hello'))
  expect((await frames.of(frameTypes.data)).payload).toEqual(clientFrame(1, 'hello'))
  stream.close(8)
  expect((await frames.of(frameTypes.reset)).payload.readUInt32BE()).toBe(8)
  await proxy.ended()
})

test('one that is declined is answered as it was, and the connection goes on', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const stream = await askWebSocket(client)
  stream.write(clientFrame(1, 'early'))
  const { stream: server } = await chat.next()
  let came = 0
  const ended = once(
    server.on('data', (bytes: Buffer) => (came += bytes.length)),
    'end',
  )
  server.respond({ ':status': 403 })
  server.end('no')
  expect((await client.answer(stream)).status).toBe(403)
  expect(String(await readAll(stream))).toBe('no')
  await ended
  expect(came).toBe(0)
  expect(await proxy.ended()).toMatchObject({ error: undefined, response: { status: 403, httpVersion: '2' } })
  expect((await client.get('/')).body).toBe('hello')
  expect(await proxy.ended()).toMatchObject({ originReused: true })
  expect(chat.sessions.length).toBe(1)
})

test('a reset passes with its code in both directions, and harms no other', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const open = async () => {
    const stream = await askWebSocket(client)
    const { stream: server } = await accept(chat)
    await client.answer(stream)
    return { stream, server: server.on('data', () => undefined) }
  }
  const [left, dies, stays] = [await open(), await open(), await open()]
  left.stream.close(8)
  await streamClosed(left.server)
  expect(left.server.rstCode).toBe(8)
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client', phase: 'tunnel' })
  dies.server.close(11)
  await streamClosed(dies.stream)
  expect(dies.stream.rstCode).toBe(11)
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'tunnel' })
  stays.server.write(serverFrame(1, 'here'))
  expect((await once(stays.stream, 'data'))[0]).toEqual(serverFrame(1, 'here'))
  const [running] = proxy.engine.running()
  expect(proxy.engine.kill(running!.id)).toBe(true)
  await Promise.all([streamClosed(stays.stream), streamClosed(stays.server)])
  expect((await proxy.ended()).error?.code).toBe('KILLED')
})

test('an origin that ends its connection has left', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const stream = await askWebSocket(client)
  await accept(chat)
  await client.answer(stream)
  for (const socket of chat.open) socket.destroy()
  await streamClosed(stream)
  expect(stream.rstCode).not.toBe(0)
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', phase: 'tunnel' })
  await eventually(() => chat.open.size === 0)
})

test('a client that does not read stalls its WebSocket and no other', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const stream = await askWebSocket(client)
  const { stream: server } = await accept(chat)
  await client.answer(stream)
  const block = Buffer.concat([Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 0), Buffer.alloc(0x10_00_00)])
  const total = 24
  let written = 0
  const more = (): void => {
    for (let room = true; room && written < total; written++) room = server.write(block)
    if (written === total) server.end()
    else server.once('drain', more)
  }
  more()
  // Windows of two connections, and the queues between them.
  for (let round = 0; round < 20; round++) expect((await client.get('/')).body).toBe('hello')
  expect(written).toBeLessThan(16)
  let came = 0
  stream.on('data', (bytes: Buffer) => (came += bytes.length))
  await once(stream, 'end')
  expect(came).toBe(total * block.length)
  stream.end()
  expect((await proxy.ended(({ url }) => url.endsWith('/chat'))).response).toMatchObject({
    delivered: total * block.length,
  })
})

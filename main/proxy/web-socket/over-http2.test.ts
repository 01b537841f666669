/** WebSockets whose client speaks HTTP/2 (RFC 8441): a tunnel within a stream, to an origin that speaks HTTP/1.1. */
import { once } from 'node:events'
import type { ClientHttp2Stream } from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { makeCertificate } from '../../certificates/testing.ts'
import { connectHttp2Client, readAll, type Http2Client } from '../../testing/http2-ends.ts'
import { askWebSocket, clientFrame, serverFrame, streamClosed } from '../../testing/http2-web-sockets.ts'
import { recordedMessages } from '../../testing/recorded-messages.ts'
import { originCa, startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

type Chat = AsyncDisposable & { authority: string; next(): Promise<WebSocket> }

async function startChat(): Promise<Chat> {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
  const web = createServer({ cert: pem, key: keyPem }, (request, response) => {
    response.statusCode = Number(request.url?.slice(1) ?? 200)
    response.end('no')
  })
  const sockets = new WebSocketServer({ noServer: true })
  web.on('upgrade', (request, socket, head) => {
    if (request.url === '/chat') {
      sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted, request))
      return
    }
    socket.end(`HTTP/1.1 ${request.url?.slice(1)} No\r\nContent-Length: 2\r\n\r\nno`)
  })
  const open = new Set<Socket>()
  web.on('connection', (socket: Socket) => open.add(socket.on('close', () => open.delete(socket))))
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
  return {
    authority: `localhost:${(web.address() as AddressInfo).port}`, // not a pipe, so an address
    async next() {
      const [socket] = (await once(sockets, 'connection')) as [WebSocket]
      return socket.on('error', () => undefined)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      web.close()
      const ended = once(web, 'close')
      for (const socket of open) socket.destroy()
      await ended
    },
  }
}

/** A WebSocket, as its client and as its origin have it. */
async function accepted(client: Http2Client, chat: Chat): Promise<[ClientHttp2Stream, WebSocket]> {
  const next = chat.next()
  const stream = await askWebSocket(client)
  await client.answer(stream)
  return [stream, await next]
}

test('messages cross one by one, are told as those of any WebSocket, and both ends arrive', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const accepted = chat.next()
  const stream = await askWebSocket(client)
  const { status, list } = await client.answer(stream)
  expect(status).toBe(200)
  expect(list.join()).not.toMatch(/upgrade|connection|sec-websocket-accept/)
  const server = await accepted
  for (const said of ['one', 'two']) {
    const came = once(server, 'message')
    stream.write(clientFrame(1, said))
    expect(String((await came)[0])).toBe(said)
    const back = once(stream, 'data')
    server.send(`echo ${said}`)
    expect((await back)[0]).toEqual(serverFrame(1, `echo ${said}`))
  }
  const ended = streamClosed(stream)
  // The server ends first (RFC 6455 §7.1.1).
  stream.on('data', () => undefined).on('end', () => stream.end())
  stream.write(clientFrame(8, '\x03\xe8'))
  await once(server, 'close')
  await ended
  expect(stream.rstCode).toBe(0)
  const flow = await proxy.ended()
  expect(flow).toMatchObject({
    error: undefined,
    url: `https://${chat.authority}/chat`,
    request: { httpVersion: '2' },
    response: { status: 101, httpVersion: '1.1' },
    delivery: { mode: 'tunnelled', reason: 'upgraded to websocket' },
  })
  const messages = (await recordedMessages(proxy, flow)).map(({ payload }) => payload.toString('latin1'))
  expect(messages).toEqual(['one', 'echo one', 'two', 'echo two', '\x03\xe8', '\x03\xe8'])
})

test('a client that resets has left, and its other streams go on', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const [left, heard] = await accepted(client, chat)
  const [stays, speaks] = await accepted(client, chat)
  const gone = once(heard, 'close')
  left.close(8)
  await gone
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', phase: 'tunnel' })
  const came = once(stays, 'data')
  speaks.send('here')
  expect((await came)[0]).toEqual(serverFrame(1, 'here'))
  stays.close(8)
  await proxy.ended()
})

// Its flow went on, and the origin spoke to nobody.
test.each(['its connection', 'its stream, without an error'])('a client that ends %s has left', async (what) => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const [stream, heard] = await accepted(client, chat)
  const gone = once(heard, 'close')
  if (what === 'its connection') client.session.destroy()
  else stream.close(0)
  await gone
  expect((await proxy.ended()).response?.status).toBe(101)
})

test('an origin that does not switch is no WebSocket, whatever it says instead', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  for (const [path, told] of [
    ['/403', 403],
    ['/200', 502],
  ] as const) {
    const stream = await askWebSocket(client, path)
    expect((await client.answer(stream)).status).toBe(told)
    stream.resume()
    stream.end()
    await streamClosed(stream)
    expect(await proxy.ended()).toMatchObject({ response: { status: Number(path.slice(1)) } })
  }
})

// What the client sent before it had heard of that was read as its next request: a flow of its own, with 400.
test('what a client sends to a WebSocket that is declined goes nowhere, and the stream ends with the answer', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin({ tls: true })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  for (const before of [true, false]) {
    const stream = await askWebSocket(client)
    const body = readAll(stream)
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n'
    if (before) stream.write(smuggled)
    const { connection, head } = await origin.request()
    expect(head).toMatch(/^GET \/chat HTTP\/1\.1\r\n/)
    void connection.write('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n')
    expect((await client.answer(stream)).status).toBe(403)
    // More than a window holds: who does not take it would stop its client for ever.
    const sent = new Promise((resolve) => stream.write(Buffer.alloc(3_000_000), resolve))
    stream.write(clientFrame(1, 'hello'))
    await sent
    connection.end('0\r\n\r\n')
    expect(String(await body)).toBe('no')
    expect(await proxy.ended()).toMatchObject({ error: undefined, response: { status: 403, bytes: 2 } })
  }
  expect(proxy.engine.flows.size).toBe(2)
  expect(origin.accepted).toBe(2)
})

test('what a client sends before it has heard that its WebSocket is there, is not lost, nor is its end', async () => {
  await using proxy = await startTrusting()
  await using origin = await startOrigin({ tls: true })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stream = await askWebSocket(client)
  stream.end(clientFrame(1, 'early'))
  const { connection } = await origin.request()
  void connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  expect((await connection.readAll()).includes('early')).toBe(true)
  connection.end('last')
  expect(String(await readAll(stream))).toBe('last')
  expect((await proxy.ended()).error).toBeUndefined()
})

test('another protocol than that of WebSockets is refused', async () => {
  await using proxy = await startTrusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  const stream = await askWebSocket(client, '/chat', 'connect-udp')
  await streamClosed(stream)
  expect(stream.rstCode).not.toBe(0)
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
})

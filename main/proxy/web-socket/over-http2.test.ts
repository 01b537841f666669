/** WebSockets whose client speaks HTTP/2 (RFC 8441): a tunnel within a stream, to an origin that speaks HTTP/1.1. */
import { once } from 'node:events'
import type { ClientHttp2Stream } from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { makeCertificate } from '../../certificates/testing.ts'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { eventually } from '../../testing/eventually.ts'
import { connectHttp2Client, type Http2Client } from '../../testing/http2-ends.ts'
import { recordedMessages } from '../../testing/recorded-messages.ts'
import { originCa } from '../../testing/scripted-origin.ts'

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

const trusting = async (): Promise<TestEngine> => startEngine({ originCas: [(await originCa()).pem] })

function ask(client: Http2Client, path = '/chat', protocol = 'websocket'): ClientHttp2Stream {
  const asked = { ':method': 'CONNECT', ':protocol': protocol, ':scheme': 'https', ':path': path }
  const extra = { ':authority': client.authority, 'sec-websocket-version': '13', origin: 'https://a.test' }
  return client.session.request({ ...asked, ...extra }, { endStream: false }).on('error', () => undefined)
}

/** A frame as clients send it (RFC 6455 §5.2), under a mask of zeros. */
const frame = (opcode: number, payload: string): Buffer =>
  Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0), Buffer.from(payload, 'latin1')])

/** A client may ask so only where it is offered (RFC 8441 §3). */
async function offered({ session }: Http2Client): Promise<void> {
  await eventually(() => session.remoteSettings.enableConnectProtocol === true)
}

/** A WebSocket, as its client and as its origin have it. */
async function accepted(client: Http2Client, chat: Chat): Promise<[ClientHttp2Stream, WebSocket]> {
  const next = chat.next()
  const stream = ask(client)
  await client.answer(stream)
  return [stream, await next]
}

const closed = (stream: ClientHttp2Stream): Promise<void> => new Promise((resolve) => stream.once('close', resolve))

test('messages cross one by one, are told as those of any WebSocket, and both ends arrive', async () => {
  await using proxy = await trusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  await offered(client)
  const accepted = chat.next()
  const stream = ask(client)
  const { status, list } = await client.answer(stream)
  expect(status).toBe(200)
  expect(list.join()).not.toMatch(/upgrade|connection|sec-websocket-accept/)
  const server = await accepted
  for (const said of ['one', 'two']) {
    const came = once(server, 'message')
    stream.write(frame(1, said))
    expect(String((await came)[0])).toBe(said)
    const back = once(stream, 'data')
    server.send(`echo ${said}`)
    expect((await back)[0]).toEqual(Buffer.concat([Buffer.of(0x81, 8), Buffer.from(`echo ${said}`)]))
  }
  const ended = closed(stream)
  // The server ends first (RFC 6455 §7.1.1).
  stream.on('data', () => undefined).on('end', () => stream.end())
  stream.write(frame(8, '\x03\xe8'))
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
  await using proxy = await trusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  await offered(client)
  const [left, heard] = await accepted(client, chat)
  const [stays, speaks] = await accepted(client, chat)
  const gone = once(heard, 'close')
  left.close(8)
  await gone
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', phase: 'tunnel' })
  const came = once(stays, 'data')
  speaks.send('here')
  expect((await came)[0]).toEqual(Buffer.concat([Buffer.of(0x81, 4), Buffer.from('here')]))
  stays.close(8)
  await proxy.ended()
})

// Its flow went on, and the origin spoke to nobody.
test.each(['its connection', 'its stream, without an error'])('a client that ends %s has left', async (what) => {
  await using proxy = await trusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  await offered(client)
  const [stream, heard] = await accepted(client, chat)
  const gone = once(heard, 'close')
  if (what === 'its connection') client.session.destroy()
  else stream.close(0)
  await gone
  expect((await proxy.ended()).response?.status).toBe(101)
})

test('an origin that does not switch is no WebSocket, whatever it says instead', async () => {
  await using proxy = await trusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  await offered(client)
  for (const [path, told] of [
    ['/403', 403],
    ['/200', 502],
  ] as const) {
    const stream = ask(client, path)
    expect((await client.answer(stream)).status).toBe(told)
    stream.resume()
    stream.end()
    await closed(stream)
    expect(await proxy.ended()).toMatchObject({ response: { status: Number(path.slice(1)) } })
  }
})

test('another protocol than that of WebSockets is refused', async () => {
  await using proxy = await trusting()
  await using chat = await startChat()
  await using client = await connectHttp2Client(proxy.port, chat.authority, proxy.ca)
  await offered(client)
  const stream = ask(client, '/chat', 'connect-udp')
  await closed(stream)
  expect(stream.rstCode).not.toBe(0)
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
})

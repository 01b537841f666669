/** CONNECT within HTTP/2 (RFC 9113 §8.5): each stream is a tunnel as any other, and they do not meet. */
import { connect as connectHttp2 } from 'node:http2'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import {
  connectHttp2Client,
  connectHttp2Proxy,
  hello,
  http2Over,
  readAll,
  startHttp2Origin,
} from '../../testing/http2-ends.ts'
import { askTunnel, tunnelEnd, tunnelSocket, tunnelTls } from '../../testing/http2-tunnels.ts'
import { streamClosed } from '../../testing/http2-web-sockets.ts'
import { originCa, startOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { startTrusting } from '../../testing/trusting.ts'

const CONNECT_ERROR = 10
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
test('bytes of whatever protocol pass untouched, each direction has its own end, and a flow counts them', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  for (const first of ['client', 'origin'] as const) {
    await using end = await tunnelEnd(client, origin.authority)
    const server = await origin.accept()
    void server.write('220 mail.example ESMTP\r\n')
    expect(await end.readText('\r\n')).toBe('220 mail.example ESMTP\r\n')
    const [one, other] = first === 'client' ? [end, server] : [server, end]
    one.end('QUIT\r\n')
    expect((await other.readAll()).toString()).toBe('QUIT\r\n')
    expect(other.closing).toBe('fin')
    void other.write('221')
    expect(await one.readText('221')).toBe('221')
    other.end(' bye')
    expect((await one.readAll()).toString()).toBe(' bye')
    const flow = await proxy.ended()
    expect(flow).toMatchObject({ method: 'CONNECT', url: origin.authority, error: undefined })
    expect(flow.request).toMatchObject({ httpVersion: '2', bytes: first === 'client' ? 6 : 7 })
    expect(flow.response).toMatchObject({ status: 200, delivered: first === 'client' ? 31 : 30 })
    expect(flow.delivery).toMatchObject({ mode: 'tunnelled', reason: 'the origin speaks first' })
  }
})

test('TLS within is intercepted, for HTTP/1.1 and for HTTP/2, in as many tunnels as there are', async () => {
  await using proxy = await startTrusting()
  await using origin = await startHttp2Origin(hello)
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  const { ca } = proxy
  const secured = await Promise.all(
    ['http/1.1', 'h2', 'http/1.1', 'h2'].map((protocol) =>
      tunnelTls(client, origin.authority, { ca, ALPNProtocols: [protocol] }),
    ),
  )
  for (const [at, socket] of secured.entries()) {
    if (socket.alpnProtocol === 'h2') {
      await using inner = await http2Over(socket, origin.authority)
      expect((await inner.get(`/${at}`)).body).toBe('hello')
      expect((await inner.get(`/${at}`)).body).toBe('hello')
    } else {
      await using end = new WireEnd(socket)
      for (let round = 0; round < 2; round++) {
        void end.write(`GET /${at} HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
        await end.readUntil('hello\r\n0\r\n\r\n')
      }
    }
    for (let round = 0; round < 2; round++) {
      expect(await proxy.ended()).toMatchObject({
        url: `https://${origin.authority}/${at}`,
        error: undefined,
        request: { httpVersion: at % 2 ? '2' : '1.1' },
        response: { httpVersion: '2' },
      })
    }
  }
})

test('a host that is passed through shows its own certificate', async () => {
  await using proxy = await startEngine({ passthrough: ['localhost'] })
  await using origin = await startOrigin({ tls: true })
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  const { pem } = await originCa()
  await using end = new WireEnd(await tunnelTls(client, origin.authority, { ca: pem }))
  const server = await origin.accept()
  void end.write('hello')
  expect(await server.readText('hello')).toBe('hello')
  end.end()
  await server.closed
  server.end()
  expect(await proxy.ended()).toMatchObject({ delivery: { reason: 'passthrough localhost' }, error: undefined })
})

test('plain HTTP within is read, one request after the other, and HTTP/2 by prior knowledge', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using known = await startHttp2Origin(hello, { plain: true })
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  await using end = await tunnelEnd(client, origin.authority)
  const server = await origin.accept()
  for (const path of ['/a', '/b']) {
    void end.write(`GET ${path} HTTP/1.1\r\nHost: named.example\r\n\r\n`)
    expect(await server.readText('\r\n\r\n')).toBe(`GET ${path} HTTP/1.1\r\nHost: named.example\r\n\r\n`)
    void server.write(ok)
    await end.readUntil('hi')
    expect(await proxy.ended()).toMatchObject({ url: `http://named.example${path}`, request: { httpVersion: '1.1' } })
  }
  const socket = await tunnelSocket(client, known.authority)
  const session = connectHttp2(`http://${known.authority}`, { createConnection: () => socket })
  const stream = session.request({ ':path': '/c' })
  expect(String(await readAll(stream))).toBe('hello')
  expect(await proxy.ended()).toMatchObject({ url: `http://${known.authority}/c`, request: { httpVersion: '2' } })
  session.destroy()
})

test('who may not use the proxy is answered 407, and may ask again over the same connection', async () => {
  await using proxy = await startEngine({ proxyAuth: 'user:password' })
  await using origin = await startOrigin()
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  for (const extra of [[], ['proxy-authorization', `Basic ${btoa('user:other')}`]]) {
    const stream = askTunnel(client, origin.authority, extra)
    stream.write('what is meant for the origin')
    const { status, list } = await client.answer(stream)
    expect([status, list[list.indexOf('proxy-authenticate') + 1]]).toEqual([407, expect.stringContaining('Basic')])
    expect(String(await readAll(stream))).toContain('this proxy wants a user and a password')
    expect(await proxy.ended()).toMatchObject({
      error: { code: 'PROXY_AUTH' },
      url: origin.authority,
      request: { httpVersion: '2' },
    })
  }
  const right = askTunnel(client, origin.authority, ['proxy-authorization', `Basic ${btoa('user:password')}`])
  expect((await client.answer(right)).status).toBe(200)
  right.write('\0')
  expect(await (await origin.accept()).readText(1)).toBe('\0')
  right.close(8)
  expect(JSON.stringify(await proxy.ended())).not.toContain(btoa('user:password'))
})

test('what leads back to the proxy is a loop', async () => {
  await using proxy = await startEngine()
  await using client = await connectHttp2Proxy(proxy.port, 'localhost')
  await using asks = await tunnelEnd(client, `localhost:${proxy.port}`)
  void asks.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect((await asks.readAll()).toString()).toMatch(/^HTTP\/1\.1 508 /)
  expect((await proxy.ended()).error?.code).toBe('LOOP')
  const stream = await tunnelSocket(client, `localhost:${proxy.port}`)
  stream.write('\0')
  await streamClosed(stream as never)
  expect(stream).toMatchObject({ rstCode: CONNECT_ERROR })
  expect((await proxy.ended()).error?.code).toBe('LOOP')
  expect(proxy.engine.flows.size).toBe(2)
})

const malformed: [title: string, authority: string, extra: string[]][] = [
  ['no port', 'localhost', []],
  ['no host', ':443', []],
  ['a body', 'localhost:443', ['content-length', '5']],
]

test.each(malformed)('%s is 400, and the connection goes on', async (_, authority, extra) => {
  await using proxy = await startEngine()
  await using client = await connectHttp2Proxy(proxy.port, 'localhost')
  const stream = askTunnel(client, authority, extra)
  stream.write('12345')
  expect((await client.answer(stream)).status).toBe(400)
  await readAll(stream)
  expect(await proxy.ended()).toMatchObject({ error: { code: 'BAD_REQUEST' }, request: { httpVersion: '2' } })
  expect((await client.answer(askTunnel(client, authority, extra))).status).toBe(400)
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
})

test('inside a tunnel there is no other, nor behind a port that stands for an origin', async () => {
  await using proxy = await startEngine({
    originCas: [(await originCa()).pem],
    reverse: ['0=http://127.0.0.1:1'],
  })
  await using origin = await startHttp2Origin(hello)
  await using inside = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  expect((await inside.answer(askTunnel(inside, 'localhost:443'))).status).toBe(400)
  expect((await proxy.ended()).error?.message).toContain('CONNECT inside a tunnel')
  const [reverse] = (await proxy.engine.start()).reverse
  await using client = await connectHttp2Proxy(reverse!.port, `127.0.0.1:${reverse!.port}`)
  expect((await client.answer(askTunnel(client, 'localhost:443'))).status).toBe(400)
  expect((await proxy.ended()).error?.message).toContain('CONNECT to a port that is no proxy')
})

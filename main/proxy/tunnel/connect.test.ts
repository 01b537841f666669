/** CONNECT: answered at once; whoever speaks first decides what the tunnel is. */
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { blackHole, freePort, helloBytes } from '../testing.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

test('CONNECT is answered while the origin has not even accepted', async () => {
  await using proxy = await startEngine()
  await using hole = await blackHole()
  // Resolves behind the 200.
  await using client = await connectTunnel(proxy.port, hole.authority)
  expect(client.closing).toBeUndefined()
  expect(proxy.engine.running()).toEqual([])
})

test('an origin that speaks first makes it an opaque tunnel, banner and all', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectTunnel(proxy.port, origin.authority)
  const server = await origin.accept()
  void server.write('220 mail.example ESMTP\r\n')
  expect(await client.readText('\r\n')).toBe('220 mail.example ESMTP\r\n')
  void client.write('QUIT\r\n')
  expect(await server.readText('\r\n')).toBe('QUIT\r\n')
  client.end()
  expect(await server.closed).toBe('fin')
  server.end('221 bye\r\n')
  expect((await client.readAll()).toString()).toBe('221 bye\r\n')
  const flow = await proxy.ended()
  expect(flow).toMatchObject({ method: 'CONNECT', url: origin.authority, error: undefined })
  expect(flow.delivery).toMatchObject({ mode: 'tunnelled', reason: 'the origin speaks first' })
  expect([flow.request.bytes, flow.response?.bytes, flow.response?.delivered]).toEqual([6, 33, 33])
})

test('an origin that speaks first and closes at once is heard', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectTunnel(proxy.port, origin.authority)
  const server = await origin.accept()
  server.end('busy\r\n')
  expect((await client.readAll()).toString()).toBe('busy\r\n')
  client.end()
  expect((await proxy.ended()).error).toBeUndefined()
})

test('an origin that closes without a word closes the tunnel', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectTunnel(proxy.port, origin.authority)
  const server = await origin.accept()
  server.end()
  expect(await client.closed).toBe('fin')
  client.end()
  const flow = await proxy.ended()
  expect(flow.delivery?.reason).toBe('the origin closed the connection')
  expect(flow.error).toBeUndefined()
})

test('plain HTTP inside is read, and goes over the connection that was begun with the tunnel', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectTunnel(proxy.port, origin.authority)
  for (const path of ['/a', '/b']) {
    void client.write(`GET ${path} HTTP/1.1\r\nHost: named.example\r\n\r\n`)
    if (path === '/a') await origin.accept().then((server) => servers.push(server))
    expect(await servers[0]!.readText('\r\n\r\n')).toBe(`GET ${path} HTTP/1.1\r\nHost: named.example\r\n\r\n`)
    void servers[0]!.write(ok)
    await client.readUntil('hi')
    const flow = await proxy.ended()
    expect(flow.url).toBe(`http://named.example${path}`)
    expect(flow.originReused).toBe(path === '/b')
  }
  expect(origin.accepted).toBe(1)
})
const servers: WireEnd[] = []

test('a request that came along with the CONNECT is read, however it is cut', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const { authority } = origin
  const whole = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n`
  const inner = whole.indexOf('GET')
  for (const cut of [0, inner - 1, inner, inner + 1, inner + 3, inner + 4, inner + 5, whole.length - 1]) {
    await using client = await connectClient(proxy.port)
    await client.write(whole.slice(0, cut))
    // What is cut is seen cut: the other side has read the first part when it answers, or had time to.
    if (cut >= inner) await client.readUntil('\r\n\r\n')
    void client.write(whole.slice(cut))
    const { connection, head } = await origin.request()
    expect(head).toBe('GET /x HTTP/1.1\r\nHost: h\r\n\r\n')
    connection.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
    await client.readUntil('hi')
  }
})

const others: [title: string, bytes: string][] = [
  ['SSH', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ['binary', '\x00\x01\x02\xff'],
  ['an old TLS handshake byte without TLS', '\x16\x09\x00'],
  ['a TLS alert', '\x15\x03\x01\x00\x02\x02\x28'],
  ['a hello that is none', '\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00'],
  ['lower case words', 'hello there\r\n'],
  ['words that are no method', 'USER anonymous\r\n'],
  ['a long word', `${'A'.repeat(40)}\r\n`],
]

test.each(others)('%s inside passes untouched', async (_, bytes) => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectTunnel(proxy.port, origin.authority)
  void client.write(bytes)
  const server = await origin.accept()
  expect(await server.readText(bytes.length)).toBe(bytes)
  void server.write('\x01answer')
  expect(await client.readText('answer')).toBe('\x01answer')
  client.end()
  server.end()
  const flow = await proxy.ended()
  expect(flow.delivery).toMatchObject({ mode: 'tunnelled', reason: 'neither TLS nor HTTP' })
  expect([flow.request.bytes, flow.response?.bytes]).toEqual([bytes.length, 7])
  expect(flow.request.body.state).toBe('missing')
})

test('a client that says nothing and leaves, leaves nothing: no flow, no socket', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  for (const leave of ['end', 'destroy', 'reset'] as const) {
    const client = await connectTunnel(proxy.port, origin.authority)
    const server = await origin.accept()
    client[leave]()
    await server.closed
    client.destroy()
  }
  await using hole = await blackHole()
  const client = await connectTunnel(proxy.port, hole.authority)
  client.destroy()
  expect(proxy.engine.flows.size).toBe(0)
})

test('a client that leaves while the origin is being connected ends the attempt', async () => {
  await using proxy = await startEngine()
  await using hole = await blackHole()
  const client = await connectTunnel(proxy.port, hole.authority)
  await client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await proxy.begun()
  client.destroy()
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
})

test('what a client sends and ends before the origin is connected arrives whole, with its end', async () => {
  // The end of the client was passed on before its bytes, which were lost.
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectClient(proxy.port)
  // The name takes a turn of the resolver; all of this has come by then.
  client.end(`CONNECT localhost:${origin.port} HTTP/1.1\r\nHost: x\r\n\r\n\0data`)
  const server = await origin.accept()
  expect((await server.readAll()).toString('latin1')).toBe('\0data')
  expect(await server.closed).toBe('fin')
  server.end('answer')
  expect((await client.readAll()).toString()).toMatch(/\r\n\r\nanswer$/)
  expect((await proxy.ended()).error).toBeUndefined()
})

test('a client that sends its hello and ends at once is the failure of its own flow alone', async () => {
  // Its bytes were put back behind its end, which threw where nobody caught it.
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const hello = await helloBytes('localhost')
  for (const leave of ['end', 'destroy', 'reset'] as const) {
    const client = await connectClient(proxy.port)
    void client.write(`CONNECT localhost:${origin.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    void client.write(hello)
    await client.readUntil('\r\n\r\n')
    client[leave]()
    const flow = await proxy.ended()
    expect(flow.error?.side).toBe('client')
    client.destroy()
  }
  expect(proxy.engine.flows.size).toBe(3)
})

test('CONNECT to a port where nobody listens: a TLS client is told inside, with our certificate', async () => {
  await using proxy = await startEngine()
  const port = await freePort()
  const tunnel = await connectTunnel(proxy.port, `localhost:${port}`)
  tunnel.socket.removeAllListeners()
  const secure = connectTls({ socket: tunnel.socket, ca: proxy.ca, servername: 'localhost' })
  await using client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  void client.write(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`)
  expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  const flow = await proxy.ended()
  expect(flow.error).toMatchObject({ code: 'CONNECT_REFUSED', side: 'origin', phase: 'connect' })
  expect(flow.error?.message).toBe(`localhost:${port} refused the connection: nothing listens there`)
})

test('CONNECT to a port where nobody listens: who waits for the origin to speak is not kept', async () => {
  await using proxy = await startEngine()
  const port = await freePort()
  await using client = await connectTunnel(proxy.port, `127.0.0.1:${port}`)
  expect(await client.closed).toBe('fin')
  expect((await proxy.ended()).error).toMatchObject({ code: 'CONNECT_REFUSED' })
})

const badTargets = [
  'host',
  'host:',
  'host:0',
  'host:65536',
  'ho st:1',
  '/path',
  'http://host:1/',
  ':80',
  '[::1:80',
  '::1:80',
]

test.each(badTargets)('CONNECT %s is refused with a sentence', async (target) => {
  await using proxy = await startEngine()
  await using client = await connectClient(proxy.port)
  void client.write(`CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
  const answer = (await client.readAll()).toString()
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(answer).toMatch(/The request is not valid HTTP: .{10}/)
  expect((await proxy.ended()).error).toMatchObject({ code: 'BAD_REQUEST', side: 'client', phase: 'request-head' })
})

test('CONNECT inside an intercepted tunnel is refused', async () => {
  await using scene = await openScene({}, { tls: true })
  const client = await scene.client()
  void client.write('CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n')
  expect((await client.readAll()).toString()).toContain('CONNECT inside a tunnel')
  expect((await scene.ended()).error?.code).toBe('BAD_REQUEST')
})

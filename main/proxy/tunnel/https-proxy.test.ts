/** The proxy's address as one of https://: TLS with the proxy itself, and within it what it is asked without. */
import { once } from 'node:events'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { http2Over, Http2Client, startHttp2Origin } from '../../testing/http2-ends.ts'
import { tunnelTls } from '../../testing/http2-tunnels.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'
import { WireEnd } from '../../testing/wire-end.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

/** TLS with the proxy, which has to be called as the client knows it: by a name, or by its address. */
async function secure({ port, ca }: TestEngine, options: ConnectionOptions): Promise<TLSSocket> {
  const { socket } = await connectClient(port)
  socket.removeAllListeners()
  const tls = connectTls({ socket, ca, ...options })
  await once(tls, 'secureConnect')
  return tls
}

const byAddress = { host: '127.0.0.1' }
const names: [name: string, options: ConnectionOptions][] = [
  ['127.0.0.1', byAddress],
  ['localhost', { servername: 'localhost' }],
  ['spillway.local', { servername: 'spillway.local' }],
]

describe.each(names)('as https://%s', (_, options) => {
  test('requests in absolute-form are asked one after the other, as without TLS', async () => {
    await using proxy = await startEngine()
    await using origin = await startOrigin()
    await using client = new WireEnd(await secure(proxy, options))
    const ask = (path: string): unknown =>
      client.write(`GET http://${origin.authority}${path} HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
    void ask('/a')
    const { connection, head } = await origin.request()
    expect(head).toMatch('GET /a HTTP/1.1\r\n')
    void connection.write(ok)
    expect(await client.readText('hi')).toBe(ok)
    void ask('/b')
    expect(await connection.readText('\r\n\r\n')).toMatch('GET /b HTTP/1.1\r\n')
    void connection.write(ok)
    expect(await client.readText('hi')).toBe(ok)
    for (const path of ['/a', '/b']) {
      const { url, client: info } = await proxy.ended()
      expect(url).toBe(`http://${origin.authority}${path}`)
      expect(info.tls?.version).toBe('TLSv1.3')
    }
  })

  test('a CONNECT within is a tunnel, and TLS in that is intercepted', async () => {
    await using proxy = await startTrusting()
    await using origin = await startOrigin({ tls: true })
    const outer = await secure(proxy, options)
    const asking = new WireEnd(outer)
    void asking.write(`CONNECT ${origin.authority} HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
    expect(await asking.readText('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
    outer.removeAllListeners('data')
    const inner = connectTls({ socket: outer, ca: proxy.ca, servername: 'localhost' })
    await using client = new WireEnd(inner)
    await once(inner, 'secureConnect')
    void client.write(`GET /secret HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
    const { connection } = await origin.request()
    const body = Buffer.alloc(3_000_000, 'x')
    void connection.write(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n'), body]))
    expect(await client.readText('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
    expect((await client.readUntil(body.length)).equals(body)).toBe(true)
    expect(await proxy.ended()).toMatchObject({ error: undefined, url: `https://${origin.authority}/secret` })
  })

  test('over HTTP/2, which it chooses: requests and tunnels side by side over one connection', async () => {
    await using proxy = await startTrusting()
    await using plain = await startOrigin()
    await using origin = await startHttp2Origin((stream) => {
      stream.respond({ ':status': 200 })
      stream.end('hello')
    })
    const { session } = await http2Over(await secure(proxy, { ...options, ALPNProtocols: ['h2', 'http/1.1'] }), 'proxy')
    await using client = new Http2Client(session, 'http', plain.authority)
    const asked = client.get('/plain')
    const { connection } = await plain.request()
    const inner = await tunnelTls(client, origin.authority, { ca: proxy.ca, ALPNProtocols: ['h2'] })
    await using within = await http2Over(inner, origin.authority)
    expect((await within.get('/secret')).body).toBe('hello')
    void connection.write(ok)
    expect((await asked).body).toBe('hi')
    const flows = [await proxy.ended(), await proxy.ended()]
    expect(flows.map(({ url, error }) => [url, error])).toEqual([
      [`https://${origin.authority}/secret`, undefined],
      [`http://${plain.authority}/plain`, undefined],
    ])
  })
})

// Its flow said HTTP/1.1 whatever was spoken.
test('the own site is there as well, and its flow says in which version it was asked', async () => {
  await using proxy = await startEngine()
  const { session } = await http2Over(await secure(proxy, { ...byAddress, ALPNProtocols: ['h2'] }), 'proxy')
  await using client = new Http2Client(session, 'http', 'spillway.local')
  expect((await client.get('/ca.pem')).body).toBe(proxy.ca)
  expect(await proxy.ended()).toMatchObject({
    url: 'http://spillway.local/ca.pem',
    request: { httpVersion: '2' },
    response: { httpVersion: '2', status: 200 },
  })
})

test('whoever may use it says so within', async () => {
  await using proxy = await startEngine({ proxyAuth: 'ann:secret' })
  await using origin = await startOrigin()
  await using client = new WireEnd(await secure(proxy, byAddress))
  const ask = (extra = ''): unknown =>
    client.write(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: ${origin.authority}\r\n${extra}\r\n`)
  void ask()
  expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 407 /)
  void ask(`Proxy-Authorization: Basic ${Buffer.from('ann:secret').toString('base64')}\r\n`)
  const { connection, head } = await origin.request()
  expect(head).not.toMatch(/authorization/i)
  void connection.write(ok)
  expect(await client.readText('hi')).toBe(ok)
})

test('who takes it for a web server is told what it is', async () => {
  await using proxy = await startEngine()
  await using client = new WireEnd(await secure(proxy, byAddress))
  void client.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  const answer = (await client.readAll()).toString()
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('This port is a proxy')
})

// Another protocol within would be one more way in, which nobody is known to use.
test.each([
  ['SOCKS5', '\x05\x01\0'],
  ['TLS', '\x16\x03\x01\0\x05hello'],
])('%s within it is no request', async (_, bytes) => {
  await using proxy = await startEngine()
  await using client = new WireEnd(await secure(proxy, byAddress))
  void client.write(`${bytes}\r\n\r\n`)
  expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 400 /)
})

test('a client that does not trust the CA is told of', async () => {
  await using proxy = await startEngine()
  const { socket } = await connectClient(proxy.port)
  socket.removeAllListeners()
  const tls = connectTls({ socket, ...byAddress })
  await once(tls, 'error')
  expect(await proxy.ended()).toMatchObject({
    ...{ method: 'TLS', url: `127.0.0.1:${proxy.port}` },
    error: { code: 'CLIENT_UNTRUSTING', side: 'client', phase: 'client-tls' },
  })
})

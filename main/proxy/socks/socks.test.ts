/** SOCKS5 on the proxy's own port: answered at once, and then a tunnel like any other. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { startTrusting } from '../../testing/trusting.ts'
import { freePort } from '../testing.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
const greeting = Buffer.from([5, 1, 0])
const granted = '\x05\x00\x05\x00\x00\x01\0\0\0\0\0\0'

function request(host: string, port: number, command = 1): Buffer {
  const name = Buffer.from(host)
  return Buffer.from([5, command, 0, 3, name.length, ...name, port >> 8, port & 255])
}

async function socks(proxyPort: number, host: string, port: number): Promise<WireEnd> {
  const client = await connectClient(proxyPort)
  void client.write(Buffer.concat([greeting, request(host, port)]))
  expect(await client.readText(granted.length)).toBe(granted)
  return client
}

test('cut anywhere, with the first request behind it: HTTP is read, and is a flow as any other', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const all = Buffer.concat([
    greeting,
    request('127.0.0.1', origin.port),
    Buffer.from(`GET /x HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`),
  ])
  for (let at = 1; at < all.length; at++) {
    await using client = await connectClient(proxy.port)
    await client.write(all.subarray(0, at))
    // As soon as a message is complete it is answered; until then nothing tells that its part has arrived.
    const expected = at >= greeting.length + request('127.0.0.1', 1).length ? granted.length : at >= 3 ? 2 : 0
    if (expected > 0) await client.readUntil(expected)
    void client.write(all.subarray(at))
    const { connection } = await origin.request()
    void connection.write(ok)
    await client.readUntil('hi')
    const flow = await proxy.ended()
    expect(flow).toMatchObject({ method: 'GET', url: `http://${origin.authority}/x`, error: undefined })
    client.end()
    await client.closed
    connection.destroy()
  }
})

test('byte after byte', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectClient(proxy.port)
  for (const byte of Buffer.concat([greeting, request('127.0.0.1', origin.port)]))
    await client.write(Buffer.from([byte]))
  expect(await client.readText(granted.length)).toBe(granted)
})

test('TLS is intercepted', async () => {
  await using proxy = await startTrusting()
  await using origin = await startOrigin({ tls: true })
  const tunnel = await socks(proxy.port, 'localhost', origin.port)
  tunnel.socket.removeAllListeners()
  const secure = connectTls({ socket: tunnel.socket, ca: proxy.ca, servername: 'localhost' })
  await using client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  void client.write(`GET /secret HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  const { connection } = await origin.request()
  void connection.write(ok)
  await client.readUntil('hi')
  expect((await proxy.ended()).url).toBe(`https://${origin.authority}/secret`)
})

test('anything else passes untouched, and its flow says how it was asked for', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await socks(proxy.port, '127.0.0.1', origin.port)
  const server = await origin.accept()
  void server.write('220 mail.example\r\n')
  expect(await client.readText('\r\n')).toBe('220 mail.example\r\n')
  server.end()
  client.end()
  const flow = await proxy.ended()
  expect(flow).toMatchObject({ method: 'SOCKS5', url: origin.authority, error: undefined })
  expect(flow.delivery).toMatchObject({ mode: 'tunnelled', reason: 'the origin speaks first' })
  expect([flow.request.head, flow.response?.head]).toEqual(['', ''])
})

test('passthrough patterns hold for it', async () => {
  await using proxy = await startEngine({ passthrough: ['127.0.0.1'] })
  await using origin = await startOrigin()
  await using client = await socks(proxy.port, '127.0.0.1', origin.port)
  const server = await origin.accept()
  void client.write('GET / HTTP/1.1\r\n\r\n')
  expect(await server.readText('\r\n\r\n')).toBe('GET / HTTP/1.1\r\n\r\n')
  client.end()
  server.end()
  expect((await proxy.ended()).delivery?.reason).toBe('passthrough 127.0.0.1')
})

test('an origin that is not there is told in the words of HTTP, or ends a tunnel', async () => {
  await using proxy = await startEngine()
  const port = await freePort()
  await using client = await socks(proxy.port, '127.0.0.1', port)
  void client.write(`GET / HTTP/1.1\r\nHost: a.example\r\n\r\n`)
  expect(await client.readText('\r\n')).toBe('HTTP/1.1 502 Bad Gateway\r\n')
  expect((await proxy.ended()).error?.code).toBe('CONNECT_REFUSED')
})

test.each([
  ['BIND', Buffer.concat([greeting, request('a.example', 80, 2)]), '\x05\x00\x05\x07', 'only CONNECT'],
  ['UDP', Buffer.concat([greeting, request('a.example', 80, 3)]), '\x05\x00\x05\x07', 'UDP ASSOCIATE'],
  ['a password', Buffer.from([5, 1, 2]), '\x05\xff', 'without authentication'],
  ['another version', Buffer.concat([greeting, Buffer.from([4, 1])]), '\x05\x00\x05\x01', 'version 4'],
  [
    'HTTP behind the greeting',
    Buffer.concat([greeting, Buffer.from('GET / HTTP/1.1\r\n\r\n')]),
    '\x05\x00\x05\x01',
    'version 71',
  ],
])('%s is refused, in the protocol and on a flow, and the connection ends', async (_, bytes, answer, why) => {
  await using proxy = await startEngine()
  await using client = await connectClient(proxy.port)
  void client.write(bytes)
  const all = await client.readAll()
  expect(client.closing).toBe('fin')
  expect(all.toString('latin1')).toMatch(new RegExp(`^${answer}`, 's'))
  client.end()
  const { error, method } = await proxy.ended()
  expect([method, error?.code, error?.side]).toEqual(['SOCKS5', 'BAD_REQUEST', 'client'])
  expect(error?.message).toContain(why)
})

test('a client that leaves in the middle leaves nothing', async () => {
  await using proxy = await startEngine()
  for (const leave of ['end', 'destroy', 'reset'] as const) {
    await using client = await connectClient(proxy.port)
    void client.write(Buffer.from([5, 1, 0, 5, 1]))
    await client.readUntil(2)
    client[leave]()
    if (leave === 'end') expect(await client.closed).toBe('fin')
  }
  expect(proxy.engine.flows.size).toBe(0)
})

test('a byte 5 behind a request of HTTP is no SOCKS', async () => {
  await using proxy = await startEngine()
  await using client = await connectClient(proxy.port)
  void client.write('\r\n')
  void client.write(greeting)
  expect(await client.readText('\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
})

test('curl --socks5-hostname and --socks5, over HTTP and HTTPS', async () => {
  const run = promisify(execFile)
  await using proxy = await startTrusting()
  const ca = join(proxy.folder, 'engine-ca.pem')
  writeFileSync(ca, proxy.ca)
  for (const tls of [false, true]) {
    for (const option of ['--socks5-hostname', '--socks5']) {
      await using origin = await startOrigin({ tls })
      const url = `${tls ? 'https' : 'http'}://localhost:${origin.port}/`
      const asked = run('curl', ['-sS', '--noproxy', '', '--cacert', ca, option, `127.0.0.1:${proxy.port}`, url])
      const { connection } = await origin.request()
      void connection.write(ok)
      expect((await asked).stdout).toBe('hi')
      expect(await proxy.ended()).toMatchObject({ url, error: undefined })
      await proxy.settled()
    }
  }
})

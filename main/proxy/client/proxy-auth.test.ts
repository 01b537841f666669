/** Who may use the proxy: every way into it asks for user and password, and gives them to nobody. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { connectHttp2Proxy } from '../../testing/http2-ends.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { helloBytes } from '../testing.ts'
import { withoutProxyCredentials } from './proxy-auth.ts'

const proxyAuth = 'jürgen:p:w'
const token = Buffer.from(proxyAuth).toString('base64')
const right = `Proxy-Authorization: Basic ${token}\r\n`
const wrongs: [name: string, field: string][] = [
  ['none', ''],
  ['another password', `Proxy-Authorization: Basic ${btoa('user:other')}\r\n`],
  ['the beginning of the right one', `Proxy-Authorization: Basic ${token.slice(0, -4)}\r\n`],
  ['another scheme', `Proxy-Authorization: Bearer ${token}\r\n`],
  ['two of them', `${right}${right}`],
  ['those of an origin', right.replace('Proxy-', '')],
  ['a hash of them', `Proxy-Authorization: Basic ${createHash('sha256').update(proxyAuth).digest('base64')}\r\n`],
]
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
const challenge = /\r\nProxy-Authenticate: Basic realm="Spillway", charset="UTF-8"\r\n/

/** A whole answer of ours, its body included. */
async function page(client: WireEnd): Promise<string> {
  const head = (await client.readUntil('\r\n\r\n')).toString()
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
  return head + (await client.readUntil(length)).toString()
}

describe.each(wrongs)('credentials: %s', (name, field) => {
  test('a request is answered 407, and another one over the same connection may have them', async () => {
    await using scene = await openScene({ proxyAuth })
    const { origin } = scene
    const client = await scene.client()
    void client.write(scene.requestText('/a', { extra: field }))
    const answer = await page(client)
    expect(answer).toMatch(/^HTTP\/1\.1 407 Proxy Authentication Required\r\n/)
    expect(answer).toMatch(challenge)
    expect(answer).toContain('this proxy wants a user and a password')
    const refused = await scene.ended()
    const code = 'PROXY_AUTH'
    expect(refused).toMatchObject({ error: { code, side: 'client', phase: 'request-head' }, origin: undefined })
    if (name !== 'those of an origin') expect(JSON.stringify(refused)).not.toContain(token.slice(0, -4))

    void client.write(scene.requestText('/b', { extra: `X-A: 1\r\n${right}` }))
    const { head, connection } = await origin.request()
    expect(head).toContain('X-A: 1\r\n')
    expect(head.toLowerCase()).not.toContain('proxy-auth')
    void connection.write(ok)
    await client.readUntil('hi')
    const { request, error } = await scene.ended()
    expect(error).toBeUndefined()
    expect(request.head).toContain('\r\nX-A: 1\r\nProxy-Authorization: Basic ***\r\n')
  })

  test('CONNECT is answered 407, and another one over the same connection opens the tunnel', async () => {
    await using scene = await openScene({ proxyAuth })
    const { origin } = scene
    const client = await scene.client()
    const connect = (extra: string) =>
      client.write(`CONNECT ${origin.authority} HTTP/1.1\r\nHost: ${origin.authority}\r\n${extra}\r\n`)
    void connect(field)
    const answer = await page(client)
    expect(answer).toMatch(/^HTTP\/1\.1 407 /)
    expect(answer).toMatch(challenge)
    expect(await scene.ended()).toMatchObject({
      ...{ method: 'CONNECT', url: origin.authority, error: { code: 'PROXY_AUTH' } },
    })
    void connect(right)
    expect((await client.readUntil('\r\n\r\n')).toString()).toMatch(/^HTTP\/1\.1 200 /)
    // What is inside has been asked for already.
    void client.write(`GET /in HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
    void (await origin.request()).connection.write(ok)
    await client.readUntil('hi')
    await scene.ended()
  })
})

test('a body that has come is no hindrance; for one that is still to come the connection ends', async () => {
  await using scene = await openScene({ proxyAuth })
  const client = await scene.client()
  const post = scene.requestText('/', { method: 'POST', extra: 'Content-Length: 5\r\n' })
  void client.write(`${post}12345`)
  expect(await page(client)).not.toContain('Connection: close')
  void client.write(`${post}12`)
  expect(await page(client)).toContain('Connection: close')
  await client.closed
  expect(await scene.ended(({ request }) => request.bytes === 5)).toMatchObject({ error: { code: 'PROXY_AUTH' } })
  await scene.ended()
})

// The second was never looked at.
test('requests that come together are each answered, in their order', async () => {
  await using scene = await openScene({ proxyAuth })
  const client = await scene.client()
  const [a, b] = ['/a', '/b'].map((path) => scene.requestText(path))
  void client.write(`${a}${b}${scene.requestText('/c', { extra: right })}`)
  for (const path of ['/a', '/b']) {
    expect(await page(client)).toMatch(/^HTTP\/1\.1 407 /)
    expect((await scene.ended()).url).toContain(path)
  }
  const { head, connection } = await scene.origin.request()
  expect(head).toMatch(/^GET \/c /)
  void connection.write(ok)
  await client.readUntil('hi')
  expect((await scene.ended()).error).toBeUndefined()
})

test('over HTTP/2 each request says it, and the session goes on', async () => {
  await using scene = await openScene({ proxyAuth })
  const { authority } = scene.origin
  await using client = await connectHttp2Proxy(scene.proxy.port, authority)
  const refused = await client.get('/', {})
  expect(refused.status).toBe(407)
  expect(refused.list).toContain('Basic realm="Spillway", charset="UTF-8"')
  const answered = client.get('/', { extra: ['proxy-authorization', `Basic ${token}`] })
  const { head, connection } = await scene.origin.request()
  expect(head.toLowerCase()).not.toContain('proxy-auth')
  void connection.write(ok)
  expect(await answered).toMatchObject({ status: 200, body: 'hi' })
})

describe('SOCKS5', () => {
  const text = (part: string | Buffer): Buffer => Buffer.from([Buffer.byteLength(part), ...Buffer.from(part)])
  const login = (user: string, password: string): Buffer =>
    Buffer.concat([Buffer.from([1]), text(user), text(password)])
  const request = (port: number): Buffer =>
    Buffer.concat([Buffer.from([5, 1, 0, 3]), text('127.0.0.1'), Buffer.from([port >> 8, port & 255])])

  test('user and password open the tunnel, wherever they are cut', async () => {
    await using scene = await openScene({ proxyAuth })
    const { origin } = scene
    const all = Buffer.concat([Buffer.from([5, 2, 0, 2]), login('jürgen', 'p:w'), request(origin.port)])
    for (let at = 1; at < all.length; at++) {
      await using client = await connectClient(scene.proxy.port)
      await client.write(all.subarray(0, at))
      void client.write(all.subarray(at))
      expect([...(await client.readUntil(14))]).toEqual([5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
      client.destroy()
    }
  })

  test('what is asked inside knows nothing of it', async () => {
    await using scene = await openScene({ proxyAuth })
    const { origin } = scene
    await using client = await connectClient(scene.proxy.port)
    void client.write(Buffer.concat([Buffer.from([5, 1, 2]), login('jürgen', 'p:w'), request(origin.port)]))
    await client.readUntil(14)
    void client.write(`GET /in HTTP/1.1\r\nHost: ${origin.authority}\r\nConnection: close\r\n\r\n`)
    const { connection, head } = await origin.request()
    expect(head).not.toContain('jürgen')
    void connection.write(ok)
    await client.readUntil('hi')
    const flow = await scene.ended(({ method }) => method === 'GET')
    expect(JSON.stringify(flow)).not.toContain('p:w')
  })

  test.each([
    ['no way to say it', Buffer.from([5, 1, 0]), [5, 0xff]],
    ['another password', Buffer.concat([Buffer.from([5, 1, 2]), login('jürgen', 'p:W')]), [5, 2, 1, 1]],
    ['another user', Buffer.concat([Buffer.from([5, 1, 2]), login('', 'p:w')]), [5, 2, 1, 1]],
    ['another version of it', Buffer.concat([Buffer.from([5, 1, 2]), Buffer.from([5, 1, 0, 3])]), [5, 2, 1, 1]],
  ])('%s: refused in its words, and shown', async (_, bytes, answer) => {
    await using scene = await openScene({ proxyAuth })
    const client = await scene.client()
    void client.write(bytes)
    expect([...(await client.readAll())]).toEqual(answer)
    const { method, error } = await scene.ended()
    expect(method).toBe('SOCKS5')
    expect(error?.message).toMatch(/user and (?:a )?password/)
  })

  test('without it, nobody is asked', async () => {
    await using scene = await openScene()
    const client = await scene.client()
    void client.write(Buffer.from([5, 1, 2]))
    expect([...(await client.readAll())]).toEqual([5, 0xff])
    await scene.ended()
  })
})

test('TLS sent to the port itself cannot say it, and is refused by an alert', async () => {
  await using scene = await openScene({ proxyAuth })
  const client = await scene.client()
  void client.write(await helloBytes('a.test'))
  // RFC 8446 §6: access_denied.
  expect([...(await client.readAll())]).toEqual([0x15, 3, 1, 0, 2, 2, 49])
  expect(await scene.ended()).toMatchObject({ method: 'TLS', error: { code: 'PROXY_AUTH' } })
})

test('the own site is asked for as any other; inside an intercepted tunnel nothing is asked twice', async () => {
  await using scene = await openScene({ proxyAuth })
  const get = (extra: string) => `GET http://spillway.local/ca.pem HTTP/1.1\r\nHost: spillway.local\r\n${extra}\r\n`
  const client = await scene.client()
  void client.write(get(''))
  expect(await page(client)).toMatch(/^HTTP\/1\.1 407 /)
  await scene.ended()
  void client.write(get(right))
  expect((await client.readAll()).toString()).toContain(scene.proxy.ca)
  expect((await scene.ended()).request.head).toContain('Basic ***')

  await using tunnel = await connectClient(scene.proxy.port)
  void tunnel.write(`CONNECT spillway.local:443 HTTP/1.1\r\nHost: spillway.local:443\r\n${right}\r\n`)
  await tunnel.readUntil('\r\n\r\n')
  tunnel.socket.removeAllListeners()
  const secure = connectTls({ socket: tunnel.socket, ca: scene.proxy.ca, servername: 'spillway.local' })
  await using inside = new WireEnd(secure)
  await once(secure, 'secureConnect')
  void inside.write('GET /ca.pem HTTP/1.1\r\nHost: spillway.local\r\n\r\n')
  expect((await inside.readAll()).toString()).toMatch(/^HTTP\/1\.1 200 /)
  await scene.ended()
})

test('a port that stands for an origin asks nobody: its clients know of no proxy', async () => {
  await using scene = await openScene({
    proxyAuth,
    reverse: ['0=http://origin.test'],
    resolve: ['origin.test=127.0.0.1'],
  })
  const [reverse] = (await scene.proxy.engine.start()).reverse
  await using client = await connectClient(reverse!.port)
  void client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  expect((await client.readAll()).toString()).not.toMatch(/^HTTP\/1\.1 407 /)
  await scene.ended()
})

test('it holds from the next request on', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask('/')
  void connection.write(ok)
  await client.readUntil('hi')
  await scene.ended()
  scene.proxy.update({ proxyAuth })
  void client.write(scene.requestText('/'))
  expect(await page(client)).toMatch(/^HTTP\/1\.1 407 /)
  await scene.ended()
  scene.proxy.update({})
  void client.write(scene.requestText('/again'))
  await connection.readUntil('/again')
  void connection.write(ok)
  await client.readUntil('hi')
  await scene.ended()
})

test.each([
  [
    'GET / HTTP/1.1\r\nProxy-Authorization: Basic abc=\r\nA: b\r\n',
    'GET / HTTP/1.1\r\nProxy-Authorization: Basic ***\r\nA: b\r\n',
  ],
  ['x\r\nproxy-authorization:secret\r\n', 'x\r\nproxy-authorization: ***\r\n'],
  ['x\r\nProxy-Authorization : Digest a="b"\r\n c="d"\r\nA: b', 'x\r\nProxy-Authorization : Digest ***\r\nA: b'],
  ['x\r\nX: Proxy-Authorization: no\r\n', 'x\r\nX: Proxy-Authorization: no\r\n'],
])('%j is shown as %j', (head, shown) => {
  expect(withoutProxyCredentials(head)).toBe(shown)
})

test('a setting that names nobody lets nobody in: there is no proxy', async () => {
  await expect(openScene({ proxyAuth: 'user' })).rejects.toThrow(/^proxyAuth: these credentials have no colon/)
})

/** TLS in the origin's name: for the host and for the name in the hello, and in words when a client will not have it. */
import { once } from 'node:events'
import { isIP } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { connectTunnel } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { startTrusting } from '../../testing/trusting.ts'
import { freePort } from '../testing.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

/** Shakes hands inside a tunnel; rejects as the client does. */
async function handshake(port: number, authority: string, options: ConnectionOptions): Promise<TLSSocket> {
  const { socket } = await connectTunnel(port, authority)
  socket.removeAllListeners()
  const tls = connectTls({ socket, ...options })
  try {
    await once(tls, 'secureConnect')
  } catch (error) {
    tls.destroy()
    throw error
  }
  return tls
}

const names: [host: string, servername: string | undefined, subject: string][] = [
  ['localhost', 'localhost', 'localhost'],
  ['127.0.0.1', undefined, '127.0.0.1'],
  ['[::1]', undefined, '::1'],
  // Clients that resolve by themselves: the address in CONNECT, the name in the hello.
  ['127.0.0.1', 'site.example', 'site.example'],
  ['a.example', 'b.example', 'b.example'],
]

test.each(names)('CONNECT %s with the server name %s gets a leaf for it', async (host, servername, subject) => {
  await using proxy = await startEngine()
  const port = await freePort()
  const authority = `${host}:${port}`
  const plain = host.replace(/[[\]]/g, '')
  // A client without a server name verifies the address.
  const verifies = servername === undefined ? { host: plain } : { servername }
  const tls = await handshake(proxy.port, authority, { ca: proxy.ca, ALPNProtocols: ['h2', 'http/1.1'], ...verifies })
  expect(tls.authorized).toBe(true)
  expect(tls.alpnProtocol).toBe('h2')
  const peer = tls.getPeerX509Certificate()!
  expect(peer.subject).toContain(`CN=${subject}`)
  if (isIP(subject)) expect(peer.checkIP(subject)).toBe(subject)
  else expect(peer.checkHost(subject)).toBe(subject)
  await using client = new WireEnd(tls)
  client.end()
  await client.closed
  await proxy.ended()
})

// curl --http1.0 offers nothing but that, and was refused.
test.each([
  [['http/1.0'], 'http/1.0'],
  [['http/1.0', 'http/1.1'], 'http/1.1'],
  [['http/1.1', 'h2'], 'h2'],
])('of %j, %s is chosen', async (offered, chosen) => {
  await using proxy = await startEngine()
  const options = { ca: proxy.ca, servername: 'localhost', ALPNProtocols: offered }
  const tls = await handshake(proxy.port, `localhost:${await freePort()}`, options)
  expect(tls.alpnProtocol).toBe(chosen)
  await using client = new WireEnd(tls)
  client.end()
  await client.closed
  await proxy.ended()
})

test('requests inside are read, answered and told one after the other', async () => {
  await using scene = await openScene({}, { tls: true })
  const { client, connection } = await scene.ask('/first')
  void connection.write(ok)
  expect(await client.readText('hi')).toBe(ok)
  void client.write(scene.requestText('/second'))
  await connection.readUntil('\r\n\r\n')
  void connection.write(ok)
  await client.readUntil('hi')
  const [first, second] = [await scene.ended(), await scene.ended()]
  expect([first.url, second.url]).toEqual(
    ['/first', '/second'].map((path) => `https://${scene.origin.authority}${path}`),
  )
  expect([first.originReused, second.originReused]).toEqual([false, true])
  expect(first.client.id).toBe(second.client.id)
  expect(first.client.tls).toMatchObject({ version: 'TLSv1.3', alpn: 'http/1.1', serverName: 'localhost' })
  expect(first.client.tls?.certificate).toBeUndefined()
  expect(first.origin?.tls).toMatchObject({ version: 'TLSv1.3', serverName: 'localhost' })
  expect(first.origin?.tls?.certificate).toMatchObject({ subject: expect.stringContaining('CN=localhost') as string })
  const { validFrom, validTo } = first.origin!.tls!.certificate!
  expect(Date.parse(validFrom)).toBeLessThan(Date.now())
  expect(Date.parse(validTo)).toBeGreaterThan(Date.now())
})

test('TLS 1.2 clients are served', async () => {
  await using scene = await openScene({}, { tls: true })
  const options = { ca: scene.proxy.ca, servername: 'localhost', maxVersion: 'TLSv1.2' } as const
  await using client = new WireEnd(await handshake(scene.proxy.port, scene.origin.authority, options))
  const { connection } = await scene.askAgain(client)
  void connection.write(ok)
  await client.readUntil('hi')
  expect((await scene.ended()).client.tls?.version).toBe('TLSv1.2')
})

const sentence =
  'localhost: the client does not trust the Spillway CA (not installed, or the app pins its certificates)'
test('a client that refuses our certificate with an alert is told of in exactly these words', async () => {
  await using scene = await openScene({}, { tls: true })
  const { execFile } = await import('node:child_process')
  // OpenSSL says why, node's own client only goes.
  const args = ['s_client', '-proxy', `127.0.0.1:${scene.proxy.port}`, '-connect', scene.origin.authority]
  const program = execFile('openssl', [...args, '-servername', 'localhost', '-verify_return_error', '-verify', '2'])
  program.stdin?.end()
  const flow = await scene.ended()
  expect(flow.error).toEqual({ code: 'CLIENT_UNTRUSTING', side: 'client', phase: 'client-tls', message: sentence })
  expect(flow).toMatchObject({ method: 'CONNECT', url: scene.origin.authority, response: undefined })
  if (program.exitCode === null) await once(program, 'exit')
})

test('a client that refuses it by going away, during the handshake or right behind it, is told of as well', async () => {
  await using scene = await openScene({}, { tls: true })
  // node verifies behind its side of the handshake: in TLS 1.3 ours is complete by then.
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const refused = handshake(scene.proxy.port, scene.origin.authority, { ca: [], servername: 'localhost', maxVersion })
    await expect(refused).rejects.toThrow('certificate')
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({
      side: 'client',
      phase: 'client-tls',
      message: expect.stringContaining('may not trust the Spillway CA') as string,
    })
    // Behind a completed handshake it may as well have been a health check.
    expect(['CLIENT_UNTRUSTING', 'CLIENT_CLOSED']).toContain(flow.error?.code)
  }
})

test('a client that has asked something and then leaves has not refused anything', async () => {
  await using scene = await openScene({}, { tls: true })
  const { client, connection } = await scene.ask()
  void connection.write(ok)
  await client.readUntil('hi')
  client.destroy()
  await scene.ended()
  await scene.client()
  expect(scene.proxy.engine.flows.size).toBe(1)
})

test('clients that speak no TLS we accept, or no TLS at all behind their hello, end with a sentence', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const hopeless: ConnectionOptions[] = [
    { servername: 'localhost', ciphers: 'AES128-SHA:@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
    { servername: 'localhost', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' },
    { servername: 'localhost', ALPNProtocols: ['spdy/3'] },
  ]
  for (const options of hopeless) {
    await expect(handshake(proxy.port, `localhost:${origin.port}`, { ca: proxy.ca, ...options })).rejects.toThrow()
    const flow = await proxy.ended()
    expect(flow.error).toMatchObject({ code: 'CLIENT_TLS', side: 'client', phase: 'client-tls' })
    expect(flow.error?.message).toMatch(
      /^localhost: the client (speaks no TLS version|has no cipher|offers no protocol)/,
    )
  }
})

/** A duplex whose first write is cut in two; the second part goes when the first has been read. */
function cutting(end: WireEnd, cut: number): Duplex {
  let first = true
  const duplex = new Duplex({
    read: () => undefined,
    write(bytes: Buffer, _, done) {
      const at = first ? cut : bytes.length
      first = false
      void end.write(bytes.subarray(0, at)).then(() => {
        // A turn of the loop in which the proxy, in this process, reads.
        setTimeout(() => void end.write(bytes.subarray(at)).then(() => done()), at < bytes.length ? 2 : 0)
      })
    },
    final(done) {
      end.end()
      done()
    },
    destroy(error, done) {
      end.destroy()
      done(error)
    },
  })
  end.socket.removeAllListeners('data')
  end.socket.on('data', (bytes: Buffer) => duplex.push(bytes)).on('end', () => duplex.push(null))
  return duplex
}

test('a hello that is cut anywhere is understood', async () => {
  await using scene = await openScene({}, { tls: true })
  const cuts = [
    1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 43, 44, 45, 60, 76, 77, 78, 79, 100, 120, 140, 160, 180, 200, 250, 300, 517,
    1000, 1500, 1600,
  ]
  const first = await scene.ask('/0')
  void first.connection.write(ok)
  await first.client.readUntil('hi')
  for (const cut of cuts) {
    const tunnel = await connectTunnel(scene.proxy.port, scene.origin.authority)
    const socket = cutting(tunnel, cut)
    const tls = connectTls({ socket, ca: scene.proxy.ca, servername: 'localhost', ALPNProtocols: ['http/1.1'] })
    const client = new WireEnd(tls)
    await once(tls, 'secureConnect')
    void client.write(scene.requestText(`/${cut}`))
    expect(await first.connection.readText('\r\n\r\n')).toContain(`GET /${cut} `)
    void first.connection.write(ok)
    expect(await client.readText('hi')).toBe(ok)
    await client[Symbol.asyncDispose]()
    await tunnel[Symbol.asyncDispose]()
  }
  await scene.proxy.until(() => scene.proxy.engine.flows.size === cuts.length + 1)
})

test('an origin that wants another name is asked for the one in the hello', async () => {
  await using proxy = await startTrusting()
  await using origin = await startOrigin({ tls: true })
  // CONNECT by address, "localhost" in the hello: the origin's certificate is for that.
  const options = { ca: proxy.ca, servername: 'localhost' }
  await using client = new WireEnd(await handshake(proxy.port, `127.0.0.1:${origin.port}`, options))
  void client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const { connection } = await origin.request()
  void connection.write(ok)
  await client.readUntil('hi')
  expect((await proxy.ended()).origin?.tls?.serverName).toBe('localhost')
})

test('a connection begun with a tunnel, lent on by the pool, is not ended by the tunnel it came from', async () => {
  // Chromium opened a page: of two tunnels, one had opened the origin's connection and idled, the other carried an
  // image over it. The first tunnel's next request took the busy connection for its own that had died, and destroyed
  // it; nobody was told, and the image never came.
  await using scene = await openScene({}, { tls: true })
  const first = await scene.ask('/first')
  void first.connection.write(ok)
  await first.client.readUntil('hi')
  const second = await scene.client()
  void second.write(scene.requestText('/second'))
  expect(await first.connection.readText('\r\n\r\n')).toMatch(/^GET \/second /)
  const third = await scene.askAgain(first.client, '/third')
  expect(third.head).toMatch(/^GET \/third /)
  void third.connection.write(ok)
  await first.client.readUntil('hi')
  void first.connection.write(ok)
  await second.readUntil('hi')
  expect(scene.origin.accepted).toBe(2)
})

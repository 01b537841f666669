/** Origins by way of upstream proxies that are real, whose answers come byte by byte. */
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../../../certificates/testing.ts'
import type { Flow } from '../../../model/flow.ts'
import { startEngine, type TestEngine } from '../../../testing/engine.ts'
import { eventually } from '../../../testing/eventually.ts'
import { connectClient, connectSecure, connectTunnel } from '../../../testing/raw-client.ts'
import { originCa, startOrigin } from '../../../testing/scripted-origin.ts'
import { startHttpProxy, startSocks5, type UpstreamFixture } from '../../../testing/upstream-proxies.ts'
import { WireEnd } from '../../../testing/wire-end.ts'
import { startTrusting } from '../../../testing/trusting.ts'
import { startTls } from '../../testing.ts'

const credentials = 'me:pass word'
const written = 'me:pass%20word'

/** Names below .test are found by the proxies alone; loopback is to be reached by them, too. */
const noProxy = ['<-loopback>']

async function localhostKey() {
  const { pem, keyPem } = await makeCertificate('x', { names: ['localhost', 'origin.test'], by: await originCa() })
  return { cert: pem, key: keyPem }
}

const kinds = ['http', 'https', 'socks5', 'socks5h'] as const

async function startProxy(kind: (typeof kinds)[number], options: { early?: string } = {}): Promise<UpstreamFixture> {
  const all = { dripping: true, wants: credentials, ...options }
  if (kind === 'http') return startHttpProxy(all)
  if (kind === 'https') return startHttpProxy({ ...all, tls: await localhostKey() })
  return startSocks5(all)
}

const urlOf = (kind: string, { port }: { port: number }): string => `${kind}://${written}@localhost:${port}`

async function engineBy(upstream: string, wanted: Parameters<typeof startEngine>[0] = {}): Promise<TestEngine> {
  return startTrusting({ noProxy, upstream, ...wanted })
}

/** Nothing that is kept or said has the credentials in it. */
function expectNoSecrets(proxy: TestEngine, flow: Flow): void {
  const all = JSON.stringify([flow, proxy.notices])
  const basic = Buffer.from(credentials).toString('base64')
  for (const secret of ['pass word', 'pass%20word', basic]) expect(all).not.toContain(secret)
}

describe.each(kinds)('%s', (kind) => {
  test('TLS origins: a way is opened, whatever pieces the answers come in', async () => {
    await using proxies = await startProxy(kind)
    await using proxy = await engineBy(urlOf(kind, proxies))
    await using origin = await startTls(await localhostKey())
    const host = kind === 'socks5' ? 'localhost' : 'origin.test'
    await using client = await connectSecure(proxy.port, `${host}:${origin.port}`, proxy.ca)
    void client.write(`GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(await client.readText('hi')).toContain('200 OK')
    expect(origin.heads).toEqual([`GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`])
    const flow = await proxy.ended()
    expect(flow).toMatchObject({
      error: undefined,
      origin: { via: `${kind}://localhost:${proxies.port}`, port: proxies.port },
    })
    expect(flow.origin?.tls?.serverName).toBe(host)
    expectNoSecrets(proxy, flow)
    const authority = `${kind === 'socks5' ? '127.0.0.1' : host}:${origin.port}`
    const basic = Buffer.from(credentials).toString('base64')
    const head = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Authorization: Basic ${basic}\r\n\r\n`
    expect(proxies.asked).toEqual([kind.startsWith('http') ? head : authority])
    expect(proxies.told).toEqual([credentials])
    await client[Symbol.asyncDispose]()
    await proxy.engine.stop(0)
    await eventually(() => proxies.open.size === 0)
  })

  test('requests over plain HTTP: one connection for all of them', async () => {
    await using proxies = await startProxy(kind)
    await using proxy = await engineBy(urlOf(kind, proxies))
    await using origin = await startOrigin()
    await using client = await connectClient(proxy.port)
    const name = `localhost:${origin.port}`
    let connection: WireEnd | undefined
    for (const path of ['/1', '/2']) {
      void client.write(`GET http://${name}${path} HTTP/1.1\r\nHost: ${name}\r\nX-A: 1\r\n\r\n`)
      if (kind.startsWith('http')) connection = undefined
      connection ??= await origin.accept()
      expect(await connection.readText('\r\n\r\n')).toBe(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\nX-A: 1\r\n\r\n`)
      void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
      await client.readUntil('hi')
      const flow = await proxy.ended()
      expect(flow).toMatchObject({ url: `http://${name}${path}`, originReused: path === '/2' })
      expect(flow.origin?.via).toBe(`${kind}://localhost:${proxies.port}`)
      expectNoSecrets(proxy, flow)
      if (kind.startsWith('http')) {
        // As it came, with what the proxy wants to know; that is told, and not what it is.
        expect(flow.request.edit).toEqual({
          startLine: undefined,
          drop: [],
          add: [['Proxy-Authorization', 'Basic ***']],
        })
      }
    }
    if (kind.startsWith('http')) {
      expect(proxies.asked[1]).toMatch(new RegExp(`^GET http://${name}/2 HTTP/1.1\r\nHost: ${name}\r\nX-A: 1\r\n`))
      expect(proxies.told).toEqual([credentials, credentials])
    } else {
      expect(proxies.asked).toEqual([kind === 'socks5' ? `127.0.0.1:${origin.port}` : name])
    }
    expect(proxies.open.size).toBeGreaterThan(0)
  })

  test('what comes along with the answer that opens the way is not lost', async () => {
    await using proxies = await startProxy(kind, { early: '220 hello\r\n' })
    await using proxy = await engineBy(urlOf(kind, proxies))
    await using origin = await startOrigin()
    await using client = await connectTunnel(proxy.port, `localhost:${origin.port}`)
    expect(await client.readText('\r\n')).toBe('220 hello\r\n')
    void client.write('EHLO me\r\n')
    const server = await origin.accept()
    expect(await server.readText('\r\n')).toBe('EHLO me\r\n')
    server.end('221 bye\r\n')
    expect((await client.readAll()).toString()).toBe('221 bye\r\n')
    client.end()
    const flow = await proxy.ended()
    expect(flow).toMatchObject({ delivery: { mode: 'tunnelled' }, error: undefined })
    expect(flow.origin?.via).toBe(`${kind}://localhost:${proxies.port}`)
    expectNoSecrets(proxy, flow)
  })

  test('hosts that are passed through go by it', async () => {
    await using proxies = await startProxy(kind)
    await using proxy = await engineBy(urlOf(kind, proxies), { passthrough: ['localhost'] })
    await using origin = await startTls(await localhostKey())
    const { socket } = await connectTunnel(proxy.port, `localhost:${origin.port}`)
    socket.removeAllListeners()
    const secure = connectTls({ socket, ca: (await originCa()).pem, servername: 'localhost' })
    await using client = new WireEnd(secure)
    await once(secure, 'secureConnect')
    void client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await client.readUntil('hi')
    client.end()
    await client.closed
    expect((await proxy.ended()).origin?.via).toBe(`${kind}://localhost:${proxies.port}`)
  })

  test('wrong credentials, or none, are told in words', async () => {
    await using proxies = await startProxy(kind)
    const url = `${kind}://localhost:${proxies.port}`
    for (const [upstream, words] of [
      [url, /wants (?:a user name and a password|credentials)/],
      [url.replace('//', '//me:secret@'), /refused the credentials it was given/],
    ] as const) {
      await using proxy = await engineBy(upstream)
      for (const scheme of ['http', 'https']) {
        await using client = await connectClient(proxy.port)
        void client.write(`GET ${scheme}://localhost:1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
        const answer = (await client.readAll()).toString()
        expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway/)
        expect(answer).toContain(`The upstream proxy ${url} `)
        expect(answer).toMatch(words)
        const flow = await proxy.ended()
        expect(flow.error).toMatchObject({ code: 'UPSTREAM_REFUSED', side: 'origin' })
        expect(JSON.stringify([flow, answer])).not.toContain('secret')
      }
    }
  })
})

test('loopback and the hosts of noProxy go straight', async () => {
  await using proxies = await startHttpProxy({ answer: 'HTTP/1.1 403 Forbidden\r\n\r\n' })
  await using origin = await startOrigin()
  const rows: [noProxy: string[], host: string, straight: boolean][] = [
    [[], 'localhost', true],
    [[], 'app.localhost', true],
    [[], '127.0.0.1', true],
    [[], 'straight.test', true], // as its address is given, and is this machine
    [[], 'far.test', false],
    [['<-loopback>'], 'localhost', false],
    [['<-loopback>', 'LOCAL*'], 'localhost', true],
    [['<-loopback>', `*:${origin.port}`], 'localhost', true],
    [['<-loopback>', 'localhost:1'], 'localhost', false],
    [['<-loopback>', '.localhost'], 'app.localhost', true],
    [['<-loopback>', '127.0.0.0/8'], '127.0.0.1', true],
    [['<-loopback>', '10.0.0.0/8'], '127.0.0.1', false],
  ]
  for (const [straightTo, host, straight] of rows) {
    await using proxy = await engineBy(`http://127.0.0.1:${proxies.port}`, {
      noProxy: straightTo,
      resolve: ['straight.test=127.0.0.1', 'far.test=192.0.2.1'],
    })
    await using client = await connectClient(proxy.port)
    void client.write(`GET http://${host}:${origin.port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    if (straight) (await origin.accept()).end('HTTP/1.1 204 No Content\r\n\r\n')
    await client.readAll()
    const flow = await proxy.ended()
    expect([host, flow.origin?.via !== undefined || flow.error !== undefined]).toEqual([host, !straight])
  }
})

test('a host with an address of its own is asked for by that address, its name stays', async () => {
  await using proxies = await startHttpProxy()
  await using proxy = await engineBy(`http://127.0.0.1:${proxies.port}`, { resolve: ['api.example=127.0.0.1'] })
  await using origin = await startOrigin()
  await using client = await connectClient(proxy.port)
  const name = `api.example:${origin.port}`
  void client.write(`GET http://${name}/ HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`)
  const { head, connection } = await origin.request()
  expect(head).toBe(`GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`)
  connection.end('HTTP/1.1 204 No Content\r\n\r\n')
  await client.readAll()
  expect(proxies.asked[0]).toMatch(new RegExp(`^CONNECT 127.0.0.1:${origin.port} `))
  const flow = await proxy.ended()
  expect(flow.notes).toEqual([`the address of ${name} was overridden: 127.0.0.1`])
  expect(flow.origin?.via).toBeDefined()
})

test('a change holds for the next request, and no connection that went another way is used for it', async () => {
  await using one = await startHttpProxy()
  await using two = await startHttpProxy()
  await using proxy = await engineBy(`http://localhost:${one.port}`)
  await using origin = await startTls(await localhostKey())
  const ask = async (): Promise<string | undefined> => {
    await using client = await connectSecure(proxy.port, `localhost:${origin.port}`, proxy.ca)
    void client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await client.readUntil('hi')
    return (await proxy.ended()).origin?.via
  }
  expect(await ask()).toBe(`http://localhost:${one.port}`)
  const originCas = [(await originCa()).pem]
  proxy.update({ originCas, noProxy, upstream: `http://localhost:${two.port}` })
  expect(await ask()).toBe(`http://localhost:${two.port}`)
  proxy.update({ originCas, noProxy, upstream: undefined })
  expect(await ask()).toBeUndefined()
  expect([one.asked.length, two.asked.length]).toEqual([1, 1])
})

test('by way of another Spillway: streams as they come, upgrades, and TLS that both look into', async () => {
  const trusted = (await originCa()).pem
  await using up = await startEngine({ originCas: [trusted], liveTypes: true })
  await using proxy = await engineBy(`http://127.0.0.1:${up.port}`, { originCas: [trusted, up.ca] })
  await using origin = await startOrigin()
  await using secure = await startTls(await localhostKey())
  const name = `localhost:${origin.port}`

  await using client = await connectClient(proxy.port)
  void client.write(`GET http://${name}/events HTTP/1.1\r\nHost: ${name}\r\n\r\n`)
  const events = await origin.request()
  void events.connection.write(
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  void events.connection.write('9\r\ndata: 1\n\n\r\n')
  // Before the origin is allowed to send its last.
  await client.readUntil('data: 1\n\n')
  void events.connection.write('0\r\n\r\n')
  await client.readUntil('0\r\n\r\n')
  for (const one of [up, proxy]) expect((await one.ended()).delivery?.mode).toBe('streamed')

  void client.write(`GET http://${name}/x HTTP/1.1\r\nHost: ${name}\r\nConnection: Upgrade\r\nUpgrade: x-echo\r\n\r\n`)
  const asked = await events.connection.readText('\r\n\r\n')
  expect(asked).toBe(`GET /x HTTP/1.1\r\nHost: ${name}\r\nConnection: Upgrade\r\nUpgrade: x-echo\r\n\r\n`)
  void events.connection.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x-echo\r\n\r\nfirst')
  await client.readUntil('first')
  void client.write('second')
  await events.connection.readUntil('second')
  events.connection.end()
  client.end()
  for (const one of [up, proxy]) expect((await one.ended()).delivery?.reason).toBe('upgraded to x-echo')

  await using inside = await connectSecure(proxy.port, `localhost:${secure.port}`, proxy.ca)
  void inside.write('GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await inside.readUntil('hi')
  for (const one of [up, proxy]) expect((await one.ended()).url).toBe('https://localhost/a')
})

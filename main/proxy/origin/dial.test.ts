/** Names with several addresses, and what happens between them. The system's lookup is ours, the sockets are real. */
import { createServer, type AddressInfo, type Server } from 'node:net'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { beforeEach, expect, test, vi } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { interleave } from './dial.ts'
import { dialFailure, dnsFailure } from '../failure.ts'
import { blackHole, freePort } from '../testing.ts'

type Found = (error: Error | null, addresses: LookupAddress[]) => void

/** A new one for each test: what was found out about a name is kept for a while. */
let named: string
let count = 0
const newName = (): string => `named-${++count}.test`

/** What the system says of such a name; without a word it says nothing yet. */
let addresses: string[] | Error | undefined
let asked: (found: Found) => void = () => undefined

vi.mock(import('node:dns'), async (original) => {
  const real = await original()
  const lookup = (host: string, options: object, found: Found): void => {
    if (!host.endsWith('.test')) real.lookup(host, { ...options, all: true }, found)
    else if (addresses === undefined) asked(found)
    else setImmediate(() => answer(found))
  }
  // Only the one overload that is used.
  return { ...real, lookup: lookup as unknown as typeof real.lookup }
})

function answer(found: Found): void {
  if (addresses instanceof Error) found(addresses, [])
  else
    found(
      null,
      addresses!.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
}

beforeEach(() => {
  addresses = undefined
  named = newName()
})

async function get(proxy: TestEngine, url: string): Promise<string> {
  await using client = await connectClient(proxy.port)
  void client.write(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  return (await client.readAll()).toString()
}

/** Counts its connections and says its address. */
async function listenOn(host: string, port = 0): Promise<Server & AsyncDisposable> {
  const body = `HTTP/1.1 200 OK\r\nContent-Length: ${host.length}\r\n\r\n${host}`
  const server = createServer((socket) => socket.resume().end(body)).listen(port, host)
  await once(server, 'listening')
  return server
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port // not a pipe

test('addresses of both families take turns, beginning with the favourite', () => {
  const [a, b, c, x, y, z] = ['::1', '::2', '::3', '127.0.0.1', '127.0.0.2', '127.0.0.3'] as const
  expect(interleave([a, b, x, y, z])).toEqual([a, x, b, y, z])
  expect(interleave([x, a, b, c])).toEqual([x, a, b, c])
  expect(interleave([a, b, c, x])).toEqual([a, x, b, c])
  expect(interleave([x])).toEqual([x])
  expect(interleave([])).toEqual([])
})

test.each([
  ['127.0.0.1', ['::1', '127.0.0.1']],
  ['::1', ['127.0.0.1', '::1']],
  ['127.0.0.9', ['127.0.0.1', '127.0.0.2', '127.0.0.9']],
])('a name of whose addresses only %s works is reached', async (host, all) => {
  await using proxy = await startEngine()
  await using server = await listenOn(host)
  addresses = all
  expect(await get(proxy, `http://${named}:${portOf(server)}/`)).toContain(host)
  const flow = await proxy.ended()
  expect(flow.origin).toMatchObject({ address: host, port: portOf(server) })
  expect(flow.url).toContain(`http://${named}:`)
})

test.each(['127.0.0.1', '::1'])(
  'localhost is both loopback addresses: a listener only on %s is reached',
  async (host) => {
    await using proxy = await startEngine()
    await using server = await listenOn(host)
    for (const name of ['localhost', 'app.localhost'])
      expect(await get(proxy, `http://${name}:${portOf(server)}/`)).toMatch(new RegExp(`\r\n\r\n${host}$`))
    const flow = await proxy.ended()
    expect(flow.origin).toMatchObject({ address: host, port: portOf(server) })
  },
)

test('requests for one name at once look it up once, and for a while nobody else does', async () => {
  await using proxy = await startEngine()
  await using server = await listenOn('127.0.0.2')
  const late: Found[] = []
  asked = (found) => late.push(found)
  const url = `http://${named}:${portOf(server)}/`
  const urls = ['1', '2', '3'].map((path) => url + path)
  const answers = urls.map((each) => get(proxy, each))
  for (const each of urls) await proxy.begun((flow) => flow.url === each)
  expect(late.length).toBe(1)
  addresses = ['127.0.0.2']
  for (const found of late) answer(found)
  for (const text of await Promise.all(answers)) expect(text).toContain('127.0.0.2')
  addresses = new Error('asked again')
  expect(await get(proxy, url)).toContain('127.0.0.2')
})

test('an address that does not answer is overtaken by the next one, and let go', async () => {
  await using proxy = await startEngine({ connectTimeoutMs: 5000 })
  await using hole = await blackHole()
  await using server = await listenOn('127.0.0.2', hole.port)
  addresses = ['127.0.0.1', '127.0.0.2']
  expect(await get(proxy, `http://${named}:${portOf(server)}/`)).toContain('127.0.0.2')
  const { timings } = await proxy.ended()
  // RFC 8305 §5: after 250 ms, not after a timeout.
  expect(timings.connect).toBeGreaterThan(200_000)
  expect(timings.connect).toBeLessThan(2_000_000)
})

test('of ten addresses the last one works', async () => {
  await using proxy = await startEngine({ connectTimeoutMs: 5000 })
  await using server = await listenOn('127.0.0.11')
  addresses = Array.from({ length: 10 }, (_, index) => `127.0.0.${index + 2}`)
  expect(await get(proxy, `http://${named}:${portOf(server)}/`)).toContain('127.0.0.11')
  expect((await proxy.ended()).error).toBeUndefined()
})

test('when no address works, the first failure is told', async () => {
  await using proxy = await startEngine()
  addresses = ['127.0.0.1', '::1', '127.0.0.2']
  const port = await freePort()
  expect(await get(proxy, `http://${named}:${port}/`)).toContain(`${named}:${port} refused the connection`)
  expect((await proxy.ended()).error?.code).toBe('CONNECT_REFUSED')
})

test('an origin that does not accept in time: 504', async () => {
  await using proxy = await startEngine({ connectTimeoutMs: 100 })
  await using hole = await blackHole()
  addresses = ['127.0.0.1', '127.0.0.1']
  for (const authority of [hole.authority, `${named}:${hole.port}`]) {
    const answer = await get(proxy, `http://${authority}/`)
    expect(answer).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/)
    expect(answer).toContain(`${authority} did not accept a connection within 100 ms`)
    expect((await proxy.ended()).error).toMatchObject({ code: 'CONNECT_TIMEOUT', side: 'origin', phase: 'connect' })
  }
})

test('a resolver that does not answer in time: 504, and its late answer is ignored', async () => {
  await using proxy = await startEngine({ connectTimeoutMs: 100 })
  const late: Found[] = []
  asked = (found) => late.push(found)
  expect(await get(proxy, `http://${named}:1/`)).toContain(`${named}:1 could not be looked up within 100 ms`)
  expect((await proxy.ended()).error).toMatchObject({ code: 'CONNECT_TIMEOUT', phase: 'dns' })
  addresses = ['127.0.0.1']
  for (const found of late) answer(found)
})

test('a client that leaves while the name is looked up ends the attempt', async () => {
  await using proxy = await startEngine()
  const late: Found[] = []
  asked = (found) => late.push(found)
  const client = await connectClient(proxy.port)
  void client.write(`GET http://${named}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  await proxy.begun()
  client.destroy()
  expect((await proxy.ended()).error?.code).toBe('CLIENT_CLOSED')
  const tunnel = await connectTunnel(proxy.port, `${named}:443`)
  tunnel.destroy()
  // The tunnel joined the lookup that was running already.
  expect(late.length).toBe(1)
  addresses = ['127.0.0.1']
  for (const found of late) answer(found)
})

test('a name that leads back to the proxy is refused where it leads, not where it says', async () => {
  await using proxy = await startEngine()
  addresses = ['127.0.0.1']
  const answer = await get(proxy, `http://${named}:${proxy.port}/`)
  expect(answer).toMatch(/^HTTP\/1\.1 508 Loop Detected\r\n/)
  expect((await proxy.ended()).error).toMatchObject({ code: 'LOOP', side: 'proxy', phase: 'connect' })
  expect(proxy.engine.flows.size).toBe(1)
})

test('failures of the resolver and of connecting have their sentences', () => {
  const failed = (code: string): Error => Object.assign(new Error(`what node says of ${code}`), { code })
  const rows: [error: Error, code: string, message: RegExp, status: number][] = [
    [failed('ECONNREFUSED'), 'CONNECT_REFUSED', /^h:1 refused the connection: nothing listens there$/, 502],
    [failed('EHOSTUNREACH'), 'CONNECT_UNREACHABLE', /^h:1 cannot be reached from here \(EHOSTUNREACH\)$/, 502],
    [failed('ENETUNREACH'), 'CONNECT_UNREACHABLE', /^h:1 cannot be reached from here \(ENETUNREACH\)$/, 502],
    [failed('ETIMEDOUT'), 'CONNECT_TIMEOUT', /^h:1 did not answer$/, 504],
    [failed('ECONNRESET'), 'CONNECT_FAILED', /^Connecting to h:1 failed: the connection was reset$/, 502],
    [failed('EPROTO'), 'CONNECT_FAILED', /^Connecting to h:1 failed: what node says of EPROTO$/, 502],
    [new AggregateError([failed('ECONNREFUSED')]), 'CONNECT_REFUSED', /refused/, 502],
  ]
  for (const [error, code, message, status] of rows) {
    const failure = dialFailure(error, 'h:1')
    expect(failure).toMatchObject({ flowError: { code, side: 'origin', phase: 'connect' }, status })
    expect(failure.message).toMatch(message)
  }
  const ours = dialFailure(failed('EMFILE'), 'h:1')
  expect(ours).toMatchObject({ flowError: { code: 'CONNECT_FAILED', side: 'proxy' }, status: 503 })
  expect(ours.message).toContain('ulimit -n')
  expect(dnsFailure(failed('ENOTFOUND'), 'h').message).toBe('The host h was not found: no such name is known')
  expect(dnsFailure(failed('EAI_AGAIN'), 'h').message).toContain('is this machine online?')
  expect(dnsFailure(new Error('it has no address'), 'h').message).toContain('it has no address')
})

test('a name without addresses is not found', async () => {
  await using proxy = await startEngine()
  for (const answer of [[], Object.assign(new Error('x'), { code: 'ENOTFOUND' })]) {
    addresses = answer
    const name = newName()
    expect(await get(proxy, `http://${name}/`)).toContain(`The host ${name} was not found`)
    expect((await proxy.ended()).error).toMatchObject({ code: 'DNS_FAILED', side: 'origin', phase: 'dns' })
  }
})

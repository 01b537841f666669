/** Upgrades over every way in and every way out: what comes with the 101, or before it, is not lost, in either direction. */
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectClient, connectSecure, connectTunnel } from '../../testing/raw-client.ts'
import { recordedMessages } from '../../testing/recorded-messages.ts'
import { originCa, startOrigin, type ScriptedOrigin } from '../../testing/scripted-origin.ts'
import { startHttpProxy, startSocks5, type UpstreamFixture } from '../../testing/upstream-proxies.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { writeFrame, writeFrames } from '../../websocket/testing/frames.ts'

type Settings = NonNullable<Parameters<typeof startEngine>[0]>

type Way = {
  name: string
  tls?: boolean
  settings?: (origin: ScriptedOrigin) => Settings
  upstream?: () => Promise<UpstreamFixture>
  scheme?: string
  /** A client that may send its request. */
  come: (proxy: TestEngine, origin: ScriptedOrigin) => Promise<WireEnd>
  /** The request's target; the path where it is absent. */
  target?: (authority: string) => string
}

async function bySocks(proxy: TestEngine, { port }: ScriptedOrigin): Promise<WireEnd> {
  const client = await connectClient(proxy.port)
  const name = Buffer.from('localhost')
  void client.write(Buffer.from([5, 1, 0, 5, 1, 0, 3, name.length, ...name, port >> 8, port & 255]))
  await client.readUntil(2 + 10)
  return client
}

/** TLS over a way that is open. */
async function secured(client: WireEnd, proxy: TestEngine): Promise<WireEnd> {
  const { socket } = client
  socket.removeAllListeners()
  const secure = connectTls({ socket, ca: proxy.ca, servername: 'localhost', ALPNProtocols: ['http/1.1'] })
  const end = new WireEnd(secure)
  await once(secure, 'secureConnect')
  return end
}

const reversePort = async ({ engine }: TestEngine): Promise<number> => (await engine.start()).reverse[0]?.port ?? 0
const absolute = (authority: string): string => `http://${authority}/chat`
const straight = (proxy: TestEngine): Promise<WireEnd> => connectClient(proxy.port)
const throughTunnel: Way['come'] = (proxy, { authority }) => connectTunnel(proxy.port, authority)
const intercepted: Way['come'] = (proxy, { authority }) => connectSecure(proxy.port, authority, proxy.ca)
const reverse = (scheme: string) => (origin: ScriptedOrigin) => ({ reverse: [`0=${scheme}://${origin.authority}`] })

const ways: Way[] = [
  { name: 'in absolute-form', come: straight, target: absolute },
  { name: 'in a tunnel', come: throughTunnel },
  { name: 'intercepted', tls: true, come: intercepted },
  { name: 'by SOCKS5', come: bySocks },
  {
    name: 'by SOCKS5, intercepted',
    tls: true,
    come: async (proxy, origin) => secured(await bySocks(proxy, origin), proxy),
  },
  {
    name: 'by a reverse port',
    settings: reverse('http'),
    come: async (proxy) => connectClient(await reversePort(proxy)),
  },
  {
    name: 'by a reverse port to TLS',
    tls: true,
    settings: reverse('https'),
    come: async (proxy) => connectClient(await reversePort(proxy)),
  },
  { name: 'by an HTTP proxy, in a tunnel', upstream: startHttpProxy, scheme: 'http', come: throughTunnel },
  {
    name: 'by an HTTP proxy, in absolute-form',
    upstream: startHttpProxy,
    scheme: 'http',
    come: straight,
    target: absolute,
  },
  { name: 'by an HTTP proxy, intercepted', tls: true, upstream: startHttpProxy, scheme: 'http', come: intercepted },
  { name: 'by a SOCKS5 proxy', upstream: startSocks5, scheme: 'socks5h', come: throughTunnel },
  { name: 'by a SOCKS5 proxy, intercepted', tls: true, upstream: startSocks5, scheme: 'socks5h', come: intercepted },
]

const mask = [1, 2, 3, 4]

/** As clients and origins of it speak; `early` and `first` come in one segment with the heads. */
const protocols = {
  websocket: {
    early: writeFrame({ opcode: 'text', payload: 'early', mask }),
    first: writeFrames([{ opcode: 'binary', payload: 'at once' }, { opcode: 'ping' }]),
    sent: writeFrame({ opcode: 'close', payload: Buffer.of(3, 0xe8), mask }),
    received: writeFrame({ opcode: 'text', payload: 'x'.repeat(300) }),
  },
  lines: {
    early: Buffer.from('early\r\n\r\nGET / HTTP/1.1\r\n\r\n'),
    first: Buffer.from('at once\n'),
    sent: Buffer.from('sent'),
    received: Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
  },
}

const rows = ways.flatMap((way) =>
  (['websocket', 'lines'] as const).map((protocol) => [protocol, way.name, way] as const),
)

test.each(rows)('%s %s', async (protocol, _, { tls = false, come, target, ...way }) => {
  await using upstream = await way.upstream?.()
  const origin = await startOrigin({ tls })
  const by = upstream && { upstream: `${way.scheme}://127.0.0.1:${upstream.port}`, noProxy: ['<-loopback>'] }
  const originCas = tls ? [(await originCa()).pem] : []
  await using proxy = await startEngine({ originCas, ...by, ...way.settings?.(origin) })
  // An engine that is left looks for what is left of it: the origin goes first, behind the flows.
  await using _order = {
    async [Symbol.asyncDispose]() {
      await proxy.settled()
      await origin[Symbol.asyncDispose]()
    },
  }
  await using client = await come(proxy, origin)
  const { early, first, sent, received } = protocols[protocol]
  const head =
    `GET ${target?.(origin.authority) ?? '/chat'} HTTP/1.1\r\nHost: ${origin.authority}\r\n` +
    `Connection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Key: x\r\n\r\n`
  void client.write(Buffer.concat([Buffer.from(head), early]))
  const { connection } = await origin.request()
  const switching = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`
  void connection.write(Buffer.concat([Buffer.from(switching), first]))
  expect(await client.readText('\r\n\r\n')).toBe(switching)
  expect(await client.readUntil(first.length)).toEqual(first)
  expect(await connection.readUntil(early.length)).toEqual(early)
  void connection.write(received)
  expect(await client.readUntil(received.length)).toEqual(received)
  void client.write(sent)
  expect(await connection.readUntil(sent.length)).toEqual(sent)
  client.end()
  await connection.closed
  connection.end()
  await client.closed
  const flow = await proxy.ended(({ method }) => method === 'GET')
  expect(flow).toMatchObject({
    ...{ error: undefined, notes: [], url: `http${tls ? 's' : ''}://${origin.authority}/chat` },
    delivery: { mode: 'tunnelled', reason: `upgraded to ${protocol}` },
    request: { bytes: early.length + sent.length, delivered: early.length + sent.length },
    response: { bytes: first.length + received.length, delivered: first.length + received.length },
  })
  if (upstream) expect(flow.origin?.via).toBe(`${way.scheme}://127.0.0.1:${upstream.port}`)
  if (protocol === 'lines') {
    expect(flow).toMatchObject({ messages: undefined, messageCounts: undefined })
    return
  }
  expect(flow.messageCounts).toEqual({ sent: 1, received: 2, control: 2 })
  const messages = await recordedMessages(proxy, flow)
  const said = messages.map(
    ({ direction, opcode, length, payload }) => `${direction} ${opcode} ${length} ${payload.toString()}`,
  )
  expect(said.filter((one) => one.startsWith('sent'))).toEqual(['sent text 5 early', 'sent close 2 \x03\ufffd'])
  expect(said.filter((one) => one.startsWith('received'))).toEqual([
    'received binary 7 at once',
    'received ping 0 ',
    `received text 300 ${'x'.repeat(300)}`,
  ])
  // Each when its last byte had passed.
  const times = messages.map(({ at }) => at)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(times[0]).toBeGreaterThanOrEqual(flow.timings.firstByte ?? Infinity)
  expect(times.at(-1)).toBeLessThanOrEqual(flow.timings.end ?? 0)
})

/** Clients that speak HTTP/2 to hurt: their connection ends, or they wait; everybody else is served on. */
import { once } from 'node:events'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../testing/engine.ts'
import { eventually } from '../testing/eventually.ts'
import { watchHeldBuffers } from '../testing/held-buffers.ts'
import { connectHttp2Client, startHttp2Origin, type Answer, type Http2Origin } from '../testing/http2-ends.ts'
import { connectTunnel } from '../testing/raw-client.ts'
import { originCa } from '../testing/scripted-origin.ts'

const MiB = 1024 * 1024

const frame = (type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const [HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION] = [1, 3, 4, 6, 9]
const [END_STREAM, END_HEADERS] = [1, 4]
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)])
const word = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')])
/** HPACK, RFC 7541 §6.2.2: a literal that is not indexed. */
const literal = (name: string, value: string): Buffer => Buffer.concat([Buffer.of(0), word(name), word(value)])
/** GET, https and "/" are in the static table (RFC 7541 Appendix A). */
const request = (authority: string): Buffer =>
  Buffer.concat([Buffer.of(0x82, 0x87, 0x84), literal(':authority', authority)])

async function attacker(proxy: TestEngine, authority: string): Promise<TLSSocket> {
  const { socket } = await connectTunnel(proxy.port, authority)
  socket.removeAllListeners().on('error', () => undefined)
  const secure = connectTls({ socket, ca: proxy.ca, servername: 'localhost', ALPNProtocols: ['h2'] })
  await once(secure, 'secureConnect')
  secure.on('error', () => undefined).on('data', () => undefined)
  secure.write(preface)
  return secure
}

async function served(proxy: TestEngine, origin: Http2Origin): Promise<void> {
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  expect((await client.get('/fine')).body).toBe('hello')
}

const hello: Answer = (stream) => {
  stream.respond({ ':status': 200 })
  stream.end('hello')
}

/** Sends for as long as it is let; resolves when the connection has ended. */
async function flood(socket: TLSSocket, next: (round: number) => Buffer, most = 200_000): Promise<boolean> {
  const closed = new Promise((resolve) => socket.once('close', resolve))
  for (let round = 0; round < most && !socket.destroyed && socket.writable; round++) {
    if (!socket.write(next(round)))
      await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))])
    if (round % 64 === 0) await new Promise(setImmediate)
  }
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2000))])
  const ended = socket.destroyed
  socket.destroy()
  return ended
}

const floods: [title: string, next: (round: number, authority: string) => Buffer][] = [
  [
    // CVE-2023-44487
    'rapid resets',
    (round, authority) => {
      const stream = 2 * round + 1
      const asked = frame(HEADERS, END_STREAM | END_HEADERS, stream, request(authority))
      return Buffer.concat([asked, frame(RST_STREAM, 0, stream, Buffer.from([0, 0, 0, 8]))])
    },
  ],
  // CVE-2019-9512 and CVE-2019-9515
  ['pings', () => Buffer.concat(Array<Buffer>(64).fill(frame(PING, 0, 0, Buffer.alloc(8))))],
  ['settings', () => Buffer.concat(Array<Buffer>(64).fill(frame(SETTINGS, 0, 0, Buffer.from([0, 3, 0, 0, 0, 100]))))],
  [
    // VU#421644, CVE-2024-27983 among them
    'continuations',
    (round, authority) =>
      round === 0
        ? frame(HEADERS, END_STREAM, 1, request(authority))
        : frame(CONTINUATION, 0, 1, literal(`x-${round}`, 'y'.repeat(100))),
  ],
]

test.each(floods)(
  '%s end the connection they come over, in bounded memory',
  { timeout: 60_000 },
  async (title, next) => {
    await using proxy = await startEngine({ originCas: [(await originCa()).pem], maxFlows: 1000 })
    await using origin = await startHttp2Origin(hello)
    const held = watchHeldBuffers()
    const socket = await attacker(proxy, origin.authority)
    expect([title, await flood(socket, (round) => next(round, origin.authority))]).toEqual([title, true])
    await served(proxy, origin)
    await eventually(() => proxy.engine.running().length === 0)
    await held.below(64 * MiB)
  },
)

test('a bomb of HPACK is refused: its head is too large', async () => {
  await using proxy = await startEngine({ originCas: [(await originCa()).pem] })
  let asked = 0
  await using origin = await startHttp2Origin((...given) => {
    asked++
    hello(...given)
  })
  const socket = await attacker(proxy, origin.authority)
  // RFC 7541 §6.2.1: indexed once, and then named 12,000 times with a byte each.
  const value = 'v'.repeat(100)
  const bomb = [request(origin.authority), Buffer.of(0x40), word('bomb'), word(value), Buffer.alloc(12_000, 0xbe)]
  socket.write(frame(HEADERS, END_STREAM | END_HEADERS, 1, Buffer.concat(bomb)))
  await served(proxy, origin)
  expect(asked).toBe(1)
  socket.destroy()
  await once(socket, 'close')
})

// The library leaves out a field whose value has a line break, and refuses the other request.
test('what would be two requests in HTTP/1.1 is one at most, without what would make it two', async () => {
  await using proxy = await startEngine({ originCas: [(await originCa()).pem] })
  const asked: unknown[] = []
  await using origin = await startHttp2Origin((...given) => {
    asked.push(given[1])
    hello(...given)
  })
  const socket = await attacker(proxy, origin.authority)
  const smuggled = [literal('a', 'b\r\n\r\nGET /x HTTP/1.1\r\nhost: x'), literal('transfer-encoding', 'chunked')]
  smuggled.forEach((field, at) =>
    socket.write(
      frame(HEADERS, END_STREAM | END_HEADERS, 2 * at + 1, Buffer.concat([request(origin.authority), field])),
    ),
  )
  await served(proxy, origin)
  const paths = asked.map((list) => [(list as string[]).length, (list as string[])[7]])
  expect(paths).toEqual([
    [8, '/'],
    [8, '/fine'],
  ])
  socket.destroy()
  await once(socket, 'close')
})

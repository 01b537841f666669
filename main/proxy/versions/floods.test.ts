/** Clients that speak HTTP/2 to hurt: their connection ends, or they wait; everybody else is served on. */
import { once } from 'node:events'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { type TestEngine } from '../../testing/engine.ts'
import { eventually } from '../../testing/eventually.ts'
import { watchHeldBuffers } from '../../testing/held-buffers.ts'
import { connectHttp2Client, hello, startHttp2Origin, type Http2Origin } from '../../testing/http2-ends.ts'
import {
  endHeaders,
  endStream,
  frame,
  frameTypes,
  getRoot as request,
  literal,
  preface,
  resetFrame,
  word,
} from '../../testing/http2-frames.ts'
import { connectTunnel } from '../../testing/raw-client.ts'
import { startTrusting } from '../../testing/trusting.ts'

const MiB = 1024 * 1024

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

const noCredit = Buffer.alloc(4)
const tooMuch = Buffer.of(0x7f, 0xff, 0xff, 0xff)
/** What is wrong with a stream alone (RFC 9113 §5.4.2). */
const resetByUs: [how: string, wrong: (stream: number) => Buffer][] = [
  ['a window of nothing', (stream) => frame(frameTypes.windowUpdate, 0, stream, noCredit)],
  ['a window that is too large', (stream) => frame(frameTypes.windowUpdate, 0, stream, tooMuch)],
  ['a priority that depends on itself', (stream) => frame(frameTypes.priority, 0, stream, priorityOf(stream))],
  ['a priority of the wrong size', (stream) => frame(frameTypes.priority, 0, stream, Buffer.alloc(4))],
]

function priorityOf(dependsOn: number): Buffer {
  const payload = Buffer.alloc(5)
  payload.writeUInt32BE(dependsOn)
  return payload
}

const floods: [title: string, next: (round: number, authority: string) => Buffer][] = [
  [
    // CVE-2023-44487
    'rapid resets',
    (round, authority) => {
      const stream = 2 * round + 1
      const asked = frame(frameTypes.headers, endStream | endHeaders, stream, request(authority))
      return Buffer.concat([asked, resetFrame(stream, 8)])
    },
  ],
  // CVE-2019-9512 and CVE-2019-9515
  ['pings', () => Buffer.concat(Array<Buffer>(64).fill(frame(frameTypes.ping, 0, 0, Buffer.alloc(8))))],
  [
    'settings',
    () => Buffer.concat(Array<Buffer>(64).fill(frame(frameTypes.settings, 0, 0, Buffer.from([0, 3, 0, 0, 0, 100])))),
  ],
  [
    // CVE-2019-9518
    'empty frames',
    (round, authority) => {
      const empty = Buffer.concat(Array<Buffer>(64).fill(frame(frameTypes.data, 0, 1)))
      if (round > 0) return empty
      return Buffer.concat([frame(frameTypes.headers, endHeaders, 1, request(authority)), empty])
    },
  ],
  // CVE-2025-8671: resets that the other side has to send.
  ...resetByUs.map(([how, wrong]): [string, (round: number, authority: string) => Buffer] => [
    `requests that are reset for ${how}`,
    (round, authority) => {
      const stream = 2 * round + 1
      return Buffer.concat([frame(frameTypes.headers, endHeaders, stream, request(authority)), wrong(stream)])
    },
  ]),
  [
    // VU#421644, CVE-2024-27983 among them
    'continuations',
    (round, authority) =>
      round === 0
        ? frame(frameTypes.headers, endStream, 1, request(authority))
        : frame(frameTypes.continuation, 0, 1, literal(`x-${round}`, 'y'.repeat(100))),
  ],
]

test.each(floods)(
  '%s end the connection they come over, in bounded memory',
  { timeout: 60_000 },
  async (title, next) => {
    await using proxy = await startTrusting({ maxFlows: 1000 })
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
  await using proxy = await startTrusting()
  let asked = 0
  await using origin = await startHttp2Origin((...given) => {
    asked++
    hello(...given)
  })
  const socket = await attacker(proxy, origin.authority)
  // RFC 7541 §6.2.1: indexed once, and then named 12,000 times with a byte each.
  const value = 'v'.repeat(100)
  const bomb = [request(origin.authority), Buffer.of(0x40), word('bomb'), word(value), Buffer.alloc(12_000, 0xbe)]
  socket.write(frame(frameTypes.headers, endStream | endHeaders, 1, Buffer.concat(bomb)))
  await served(proxy, origin)
  expect(asked).toBe(1)
  socket.destroy()
  await once(socket, 'close')
})

// The library leaves out a field whose value has a line break, and refuses the other request.
test('what would be two requests in HTTP/1.1 is one at most, without what would make it two', async () => {
  await using proxy = await startTrusting()
  const asked: unknown[] = []
  await using origin = await startHttp2Origin((...given) => {
    asked.push(given[1])
    hello(...given)
  })
  const socket = await attacker(proxy, origin.authority)
  const smuggled = [literal('a', 'b\r\n\r\nGET /x HTTP/1.1\r\nhost: x'), literal('transfer-encoding', 'chunked')]
  smuggled.forEach((field, at) =>
    socket.write(
      frame(frameTypes.headers, endStream | endHeaders, 2 * at + 1, Buffer.concat([request(origin.authority), field])),
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

/** Origins that speak HTTP/2 to hurt: their connection ends, in bounded memory; everybody else is served on. */
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { watchHeldBuffers } from '../../testing/held-buffers.ts'
import { connectPlainHttp2Client, startHttp2Origin } from '../../testing/http2-ends.ts'
import {
  endHeaders,
  endStream,
  frame,
  FrameEnd,
  frameTypes,
  getRoot,
  literal,
  okHead,
  word,
} from '../../testing/http2-frames.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'

const MiB = 1024 * 1024
const { headers, data } = frameTypes
const many = (bytes: Buffer): Buffer => Buffer.concat(Array<Buffer>(64).fill(bytes))

const hurtful: [what: string, next: (round: number, stream: number) => Buffer][] = [
  // CVE-2019-9512 and CVE-2019-9515
  ['a flood of pings', () => many(frame(frameTypes.ping, 0, 0, Buffer.alloc(8)))],
  ['a flood of settings', () => many(frame(frameTypes.settings, 0, 0, Buffer.of(0, 3, 0, 0, 0, 100)))],
  // CVE-2019-9518
  ['a flood of empty frames', (round, at) => (round === 0 ? okHead(at) : many(frame(data, 0, at)))],
  // VU#421644, CVE-2024-27983 among them
  [
    'continuations without end',
    (round, at) =>
      round === 0
        ? frame(headers, 0, at, Buffer.of(0x88))
        : frame(frameTypes.continuation, 0, at, literal(`x-${round}`, 'y'.repeat(100))),
  ],
  ['interim heads without end', (_, at) => many(frame(headers, endHeaders, at, literal(':status', '103')))],
  [
    'trailers that never end',
    (round, at) =>
      round === 0
        ? Buffer.concat([okHead(at), frame(headers, 0, at)])
        : frame(frameTypes.continuation, 0, at, literal(`x-${round}`, 'y'.repeat(100))),
  ],
  // RFC 7541 §6.2.1: indexed once, and then named 12,000 times with a byte each.
  [
    'a bomb of HPACK',
    (round, at) => {
      const bomb = [Buffer.of(0x88, 0x40), word('bomb'), word('v'.repeat(100)), Buffer.alloc(12_000, 0xbe)]
      return round === 0 ? frame(headers, endHeaders | endStream, at, Buffer.concat(bomb)) : Buffer.alloc(0)
    },
  ],
  // It was told that nobody wants any.
  [
    'a push',
    (round, at) => {
      const promised = Buffer.concat([Buffer.of(0, 0, 0, 2), getRoot('a')])
      return round === 0 ? frame(frameTypes.pushPromise, endHeaders, at, promised) : Buffer.alloc(0)
    },
  ],
  // Whoever does not keep to the window would fill the memory of everybody.
  ['more than the window', (round, at) => (round === 0 ? okHead(at) : frame(data, 0, at, Buffer.alloc(16_384)))],
]

test.each(hurtful)('%s', { timeout: 60_000 }, async (what, next) => {
  await using proxy = await startEngine({ streamSize: 0, maxFlows: 1000 })
  await using origin = await startOrigin()
  await using peaceful = await startHttp2Origin(
    (stream) => {
      stream.respond({ ':status': 200 })
      stream.end('hello')
    },
    { plain: true },
  )
  const held = watchHeldBuffers()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const asked = client.ask('/')
  // It reads nothing, so that the windows are all it may be sent.
  if (what !== 'more than the window') asked.resume()
  let status = 0
  asked.on('response', (fields: Record<string, unknown>) => (status = Number(fields[':status'])))
  const closed = new Promise((resolve) => asked.once('close', resolve))
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream } = await frames.of(headers)
  frames.end.socket.resume()
  for (let round = 0; round < 100_000 && !frames.end.closing; round++) {
    const bytes = next(round, stream)
    if (bytes.length > 0) await frames.end.write(bytes)
    if (round % 64 === 0) await setImmediate()
  }
  expect(frames.end.closing).toBeDefined()
  asked.resume()
  await closed
  expect([asked.rstCode === 0, status]).not.toEqual([true, 200])
  expect((await proxy.ended()).error).toMatchObject({ side: 'origin' })
  await using other = await connectPlainHttp2Client(proxy.port, peaceful.authority)
  expect((await other.get('/')).body).toBe('hello')
  await held.below(64 * MiB)
})

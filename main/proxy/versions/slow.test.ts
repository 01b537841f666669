/** Clients of HTTP/2 that begin something and do not finish it; and those that are silent, and have every right to be. */
import { expect, test, vi } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { pass, trickle, turns, useFakeClock } from '../../testing/fake-clock.ts'
import { connectHttp2Proxy, connectPlainHttp2Client, hello, startHttp2Origin } from '../../testing/http2-ends.ts'
import {
  ack,
  endHeaders,
  endStream,
  frame,
  FrameEnd,
  frameTypes,
  getRoot,
  literal,
  preface,
} from '../../testing/http2-frames.ts'
import { tunnelEnd } from '../../testing/http2-tunnels.ts'
import { connectTunnel } from '../../testing/raw-client.ts'

const hour = 3_600_000

useFakeClock('setInterval', 'clearInterval', 'performance')

const settled = Buffer.concat([preface, frame(frameTypes.settings, ack, 0)])
const begun = frame(frameTypes.headers, endStream, 1, getRoot('a'))

const slow: [what: string, first: Buffer, more: (round: number) => Buffer, why: string][] = [
  // Up to here it could be a request; what is behind it only HTTP/2.
  [
    'a preface',
    preface.subarray(0, 18),
    (at) => preface.subarray(18 + at, 19 + at),
    'the first words were not complete',
  ],
  ['settings that nobody acknowledges', preface, () => frame(frameTypes.ping, 0, 0, Buffer.alloc(8)), 'our settings'],
  [
    'continuations',
    Buffer.concat([settled, begun]),
    (at) => frame(frameTypes.continuation, 0, 1, literal(`x-${at}`, 'y')),
    'a block of fields was not complete',
  ],
  [
    'a frame of fields',
    Buffer.concat([settled, begun.subarray(0, 12)]),
    (at) => begun.subarray(12 + at, 13 + at),
    'a block of',
  ],
]

test.each(slow)('%s: the connection ends, and a flow says why', async (_, first, more, why) => {
  await using proxy = await startEngine()
  await using origin = await startHttp2Origin(hello, { plain: true })
  await using client = await connectTunnel(proxy.port, origin.authority)
  void client.write(first)
  const seconds = await trickle(client, more)
  expect(seconds).toBeGreaterThanOrEqual(60)
  expect(seconds).toBeLessThan(90)
  const { error } = await proxy.ended()
  expect(error).toMatchObject({ side: 'client', phase: 'request-head' })
  expect(error?.message).toContain(why)
  vi.useRealTimers()
  await served(proxy, origin.authority)
})

// What such a tunnel carries counts no bytes, so nothing was ever begun in it.
test('a preface within a tunnel within HTTP/2: the tunnel ends, and a flow says why', async () => {
  await using proxy = await startEngine()
  await using origin = await startHttp2Origin(hello, { plain: true })
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  await using end = await tunnelEnd(client, origin.authority)
  void end.write(preface.subarray(0, 18))
  const seconds = await trickle(end, (at) => preface.subarray(18 + at, 19 + at))
  expect(seconds).toBeGreaterThanOrEqual(60)
  expect(seconds).toBeLessThan(90)
  expect((await proxy.ended()).error?.message).toContain('the first words were not complete')
  expect(client.session.destroyed).toBe(false)
  vi.useRealTimers()
})

async function served(proxy: TestEngine, authority: string): Promise<void> {
  await using client = await connectPlainHttp2Client(proxy.port, authority)
  expect((await client.get('/')).body).toBe('hello')
}

/** Minutes in which something may happen, and an hour in which nothing does. */
async function waits(): Promise<void> {
  await pass(200)
  vi.advanceTimersByTime(hour)
  await turns()
}

test('silence is none: between requests, and within a stream', async () => {
  await using proxy = await startEngine({ streamSize: 0 })
  await using origin = await startHttp2Origin(
    (stream, list, headers) => {
      if (headers[':path'] !== '/quiet') hello(stream, list, headers)
      else stream.respond({ ':status': 200 })
    },
    { plain: true },
  )
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  expect((await client.get('/')).body).toBe('hello')
  await waits()
  const quiet = client.ask('/quiet')
  await client.answer(quiet)
  await waits()
  expect((await client.get('/')).body).toBe('hello')
  expect(quiet.closed).toBe(false)
  quiet.close(8)
  vi.useRealTimers()
})

// The library refuses such a request before anybody hears of it, so it leaves the same trace as a block that goes on.
test('a request that was malformed is not under way', async () => {
  await using proxy = await startEngine()
  await using origin = await startHttp2Origin(hello, { plain: true })
  await using client = await connectTunnel(proxy.port, origin.authority)
  const frames = new FrameEnd(client)
  const malformed = Buffer.concat([getRoot('a'), literal('Upper', 'case')])
  frames.send(settled, frame(frameTypes.headers, endStream | endHeaders, 1, malformed))
  expect((await frames.of(frameTypes.reset)).stream).toBe(1)
  await turns()
  vi.advanceTimersByTime(5000)
  frames.send(frame(frameTypes.ping, ack, 0, (await frames.of(frameTypes.ping)).payload))
  await waits()
  expect(client.closing).toBeUndefined()
  vi.useRealTimers()
})

/** Origins of HTTP/2 that begin something and do not finish it; and those that think before they speak. */
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { pass, trickle, useFakeClock } from '../../testing/fake-clock.ts'
import { connectPlainHttp2Client, hello, readAll, startHttp2Origin } from '../../testing/http2-ends.ts'
import { ack, endStream, frame, FrameEnd, frameTypes, literal, okHead } from '../../testing/http2-frames.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'

useFakeClock('setInterval', 'clearInterval', 'performance')

/** `:status 200`, and a field that goes on. */
const begun = Buffer.concat([Buffer.of(0x88), literal('a', 'b'.repeat(100))])
const whole = frame(frameTypes.headers, 0, 1, begun)

const slow: [what: string, first: Buffer, more: (round: number) => Buffer][] = [
  ['continuations', whole, (at) => frame(frameTypes.continuation, 0, 1, literal(`x-${at}`, 'y'))],
  ['a frame of fields', whole.subarray(0, 12), (at) => whole.subarray(12 + at, 13 + at)],
]

test.each(slow)('%s: the connection ends, and a flow says why', async (_, first, more) => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const asked = client.get('/')
  const frames = await FrameEnd.accept(await origin.accept())
  await frames.of(frameTypes.headers)
  frames.send(first)
  const seconds = await trickle(frames.end, more)
  expect(seconds).toBeGreaterThanOrEqual(60)
  expect(seconds).toBeLessThan(100)
  expect((await asked).status).toBe(502)
  const { error } = await proxy.ended()
  expect(error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'response-head' })
  expect(error?.message).toContain('a block of fields was not complete 60 seconds after it had begun')
  vi.useRealTimers()
  await served(proxy)
})

test('settings that never come: the connection ends, and a flow says why', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const asked = client.get('/')
  const end = await origin.accept()
  await end.readUntil('PRI')
  await pass(90)
  expect((await asked).status).toBe(502)
  expect((await proxy.ended()).error?.message).toContain('it had not sent its settings 60 seconds after')
  expect(await end.closed).not.toBe('here')
  vi.useRealTimers()
  await served(proxy)
})

/** Others are, by the same proxy. */
async function served(proxy: TestEngine): Promise<void> {
  await using origin = await startHttp2Origin(hello, { plain: true })
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  expect((await client.get('/')).body).toBe('hello')
}

// A model that thinks may have no time for pings, and its system may have sent a window before.
test('an origin thinks for as long as it likes, whether it answers pings or not', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const asked = client.get('/')
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream } = await frames.of(frameTypes.headers)
  const credit = frame(frameTypes.windowUpdate, 0, 0, Buffer.of(0, 0, 1, 0))
  await pass(60)
  frames.send(credit)
  await pass(600)
  frames.send(credit)
  await pass(600)
  expect(frames.end.closing).toBeUndefined()
  frames.send(okHead(stream), frame(frameTypes.data, endStream, stream, Buffer.from('hi')))
  expect((await asked).body).toBe('hi')
})

test('events come as slowly as they like, and the origin is not pinged for them', async () => {
  await using proxy = await startEngine({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const asked = client.ask('/')
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream } = await frames.of(frameTypes.headers)
  frames.send(okHead(stream))
  await client.answer(asked)
  for (let round = 0; round < 40; round++) {
    frames.send(frame(frameTypes.data, 0, stream, Buffer.from('.')))
    await once(asked, 'data')
    await pass(10)
  }
  frames.send(frame(frameTypes.data, endStream, stream))
  await readAll(asked)
  const seen = frames.end.peek()
  expect(seen.includes(frame(frameTypes.ping, 0, 0, Buffer.alloc(8)).toString('latin1').slice(0, 9))).toBe(false)
})

test('frames that nobody is told of are answered for by a ping', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const asked = client.get('/')
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream } = await frames.of(frameTypes.headers)
  let pings = 0
  const answering = (async () => {
    for (;;) {
      const { payload } = await frames.of(frameTypes.ping)
      pings++
      frames.send(frame(frameTypes.ping, ack, 0, payload))
    }
  })()
  for (let round = 0; round < 40; round++) {
    frames.send(frame(frameTypes.windowUpdate, 0, 0, Buffer.of(0, 0, 0, 1)))
    await pass(10)
  }
  expect(frames.end.closing).toBeUndefined()
  expect(pings).toBeGreaterThan(1)
  frames.send(okHead(stream, endStream))
  expect((await asked).status).toBe(200)
  await client[Symbol.asyncDispose]()
  await origin[Symbol.asyncDispose]()
  await expect(answering).rejects.toThrow()
})

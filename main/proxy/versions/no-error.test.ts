/**
 * RST_STREAM with NO_ERROR: an origin that has answered wants no more of an upload (RFC 9113 §8.1). From anybody else, and
 * at any other time, it is a reset like all others.
 */
import { expect, test } from 'vitest'
import { closed, connectPlainHttp2Client, readAll } from '../../testing/http2-ends.ts'
import {
  endHeaders,
  endStream,
  frame,
  FrameEnd,
  frameTypes,
  getRoot,
  okHead,
  preface,
  resetFrame,
} from '../../testing/http2-frames.ts'
import { connectTunnel } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

const [NO_ERROR, INTERNAL_ERROR, CANCEL] = [0, 2, 8]

test('NO_ERROR behind a whole response, while the upload goes on, is no failure', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/up', { method: 'POST', body: true })
  stream.write('half')
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream: id } = await frames.of(frameTypes.data)
  frames.send(okHead(id), frame(frameTypes.data, endStream, id, Buffer.from('no')), resetFrame(id, NO_ERROR))
  expect(String(await readAll(stream))).toBe('no')
  const { error, notes } = await proxy.ended()
  expect(error).toBeUndefined()
  expect(notes.join()).toContain('before the request was complete')
})

/** More than the window of a stream (RFC 9113 §6.9.2), of which FrameEnd gives no more; less than we take ahead. */
const beyondWindow = Buffer.alloc(120_000)

/** Waits until the window is used up: what is written now waits within the library. */
async function windowIsFull(frames: FrameEnd): Promise<number> {
  for (let bytes = 0; ;) {
    const { stream, payload } = await frames.of(frameTypes.data)
    bytes += payload.length
    if (bytes === 65_535) return stream
  }
}

// The library waits for what it could not send any more, without end: the answer had come, and its end never did.
test.each([
  ['goes on', false],
  ['waits for the window', true],
])('the same where the upload %s, and the connection serves the next request', async (_, ended) => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const other = client.ask('/beside')
  const frames = await FrameEnd.accept(await origin.accept())
  const besideId = (await frames.of(frameTypes.headers)).stream
  const stream = client.ask('/up', { method: 'POST', body: true })
  if (ended) stream.end(beyondWindow)
  else stream.write(beyondWindow)
  const id = await windowIsFull(frames)
  frames.send(okHead(id), frame(frameTypes.data, endStream, id, Buffer.from('no')), resetFrame(id, NO_ERROR))
  expect(String(await readAll(stream))).toBe('no')
  expect((await proxy.ended()).error).toBeUndefined()
  const next = client.ask('/next')
  const nextId = (await frames.of(frameTypes.headers)).stream
  for (const at of [besideId, nextId]) frames.send(okHead(at), frame(frameTypes.data, endStream, at, Buffer.from('hi')))
  expect(String(await readAll(other))).toBe('hi')
  expect(String(await readAll(next))).toBe('hi')
})

test('the same where the answer waits for its client', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/up', { method: 'POST', body: true })
  stream.write(beyondWindow)
  const frames = await FrameEnd.accept(await origin.accept())
  const id = await windowIsFull(frames)
  const parts = Array.from({ length: 50 }, () => frame(frameTypes.data, 0, id, Buffer.alloc(16_000)))
  const answer = [okHead(id), ...parts, frame(frameTypes.data, endStream, id), resetFrame(id, NO_ERROR)]
  frames.send(...answer, frame(frameTypes.ping, 0, 0, Buffer.alloc(8)))
  await frames.of(frameTypes.ping)
  expect(await readAll(stream)).toHaveLength(800_000)
  expect((await proxy.ended()).error).toBeUndefined()
})

// The next request waited behind the rest of that upload.
test('an upload that is answered before it was read goes on, and the next request waits for nothing', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/up', { method: 'POST', body: true })
  stream.end(beyondWindow)
  const frames = await FrameEnd.accept(await origin.accept())
  const id = await windowIsFull(frames)
  frames.send(okHead(id), frame(frameTypes.data, endStream, id, Buffer.from('yes')))
  expect(String(await readAll(stream))).toBe('yes')
  const next = client.ask('/next')
  const asked = await frames.of(frameTypes.headers)
  frames.send(okHead(asked.stream), frame(frameTypes.data, endStream, asked.stream, Buffer.from('hi')))
  expect(String(await readAll(next))).toBe('hi')
  const more = Buffer.alloc(4)
  more.writeUInt32BE(beyondWindow.length)
  frames.send(frame(frameTypes.windowUpdate, 0, 0, more), frame(frameTypes.windowUpdate, 0, id, more))
  let bytes = 65_535
  for (let last = false; !last;) {
    const { payload, flags } = await frames.of(frameTypes.data)
    bytes += payload.length
    last = (flags & endStream) !== 0
  }
  expect(bytes).toBe(beyondWindow.length)
})

test('NO_ERROR without a response, while an upload waits for the window, is a failure', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/up', { method: 'POST', body: true })
  stream.write(beyondWindow)
  const frames = await FrameEnd.accept(await origin.accept())
  frames.send(resetFrame(await windowIsFull(frames), NO_ERROR))
  await closed(stream)
  expect((await proxy.ended()).error?.message).toContain('NO_ERROR')
})

// Of a response that had come whole its flow told that the client had got it.
test.each([
  ['NO_ERROR', 'goes on'],
  ['NO_ERROR', 'is complete'],
  ['CANCEL', 'goes on'],
  ['CANCEL', 'is complete'],
])('a client that resets with %s has left, where its response waits for the window and %s', async (name, how) => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using tunnel = await connectTunnel(proxy.port, origin.authority)
  const client = new FrameEnd(tunnel)
  client.send(preface, frame(frameTypes.headers, endHeaders | endStream, 1, getRoot(origin.authority, 'http')))
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream: id } = await frames.of(frameTypes.headers)
  const last = how === 'is complete' ? endStream : 0
  const parts = Array.from({ length: 5 }, (_, at) =>
    frame(frameTypes.data, at === 4 ? last : 0, id, Buffer.alloc(16_000)),
  )
  frames.send(okHead(id), ...parts, frame(frameTypes.ping, 0, 0, Buffer.alloc(8)))
  await frames.of(frameTypes.ping)
  await windowIsFull(client)
  client.send(resetFrame(1, name === 'CANCEL' ? CANCEL : NO_ERROR))
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED' })
  await tunnel[Symbol.asyncDispose]()
  await proxy.settled()
})

// With no response at all it was waited for without end.
test('NO_ERROR without a response is a failure, and looks like one', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/')
  const frames = await FrameEnd.accept(await origin.accept())
  frames.send(resetFrame((await frames.of(frameTypes.headers)).stream, NO_ERROR))
  await closed(stream)
  expect(stream.rstCode).toBe(INTERNAL_ERROR)
  expect((await proxy.ended()).error?.message).toContain('NO_ERROR')
})

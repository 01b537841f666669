/** What the code of a reset means (RFC 9113 §7) is known on the other side, too, whichever side has reset the stream. */
import { once } from 'node:events'
import type { Http2Stream, ServerHttp2Stream } from 'node:http2'
import { expect, test } from 'vitest'
import { eventually } from '../../testing/eventually.ts'
import { connectHttp2Client, connectPlainHttp2Client, readAll, startHttp2Origin } from '../../testing/http2-ends.ts'
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

const [NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL] = [0, 2, 7, 8]
const [PROTOCOL_ERROR, ENHANCE_YOUR_CALM, HTTP_1_1_REQUIRED, unknown] = [1, 11, 13, 0x99]

/** However it ends. */
const closed = (stream: Http2Stream): Promise<void> => new Promise((resolve) => stream.once('close', resolve))

test.each([CANCEL, INTERNAL_ERROR, ENHANCE_YOUR_CALM, unknown])(
  'a client resets with %d: its origin hears the same, of a response and of an upload',
  async (code) => {
    await using proxy = await startTrusting({ streamSize: 0 })
    const streams: ServerHttp2Stream[] = []
    let whole = 0
    await using origin = await startHttp2Origin((stream, list) => {
      streams.push(stream)
      stream.on('end', () => (whole += stream.aborted || list[1] === 'GET' ? 0 : 1)).resume()
      stream.respond({ ':status': 200 })
      stream.write('half')
    })
    await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
    for (const body of [false, true]) {
      const stream = client.ask('/', { method: body ? 'POST' : 'GET', body })
      if (body) stream.write('half')
      await once(stream, 'data')
      if (body) await eventually(() => proxy.engine.running()[0]?.request.delivered === 4)
      const reached = closed(streams.at(-1)!)
      // Its own library would end an upload first, as if it were complete.
      Object.defineProperty(stream, 'end', { value: () => stream })
      stream.close(code)
      await reached
      expect(streams.at(-1)!.rstCode).toBe(code)
      expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED' })
    }
    expect(whole).toBe(0)
  },
)

const codes: [code: number, name: string][] = [
  [CANCEL, 'CANCEL'],
  [INTERNAL_ERROR, 'INTERNAL_ERROR'],
  [PROTOCOL_ERROR, 'PROTOCOL_ERROR'],
  [ENHANCE_YOUR_CALM, 'ENHANCE_YOUR_CALM (it is asked too much)'],
  [REFUSED_STREAM, 'REFUSED_STREAM (it has done nothing for it)'],
  [unknown, 'error 153'],
]

test.each(codes)('an origin resets with %d in the middle: so does the stream to the client', async (code, name) => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/')
  const frames = await FrameEnd.accept(await origin.accept())
  const asked = await frames.of(frameTypes.headers)
  frames.send(okHead(asked.stream), frame(frameTypes.data, 0, asked.stream, Buffer.from('half')))
  await once(stream, 'data')
  frames.send(resetFrame(asked.stream, code))
  await closed(stream)
  expect(stream.rstCode).toBe(code)
  expect((await proxy.ended()).error).toMatchObject({
    code: 'ORIGIN_CLOSED',
    phase: 'response-body',
    message: `The origin ended before the body was complete: it reset the stream: ${name}`,
  })
})

test.each([CANCEL, INTERNAL_ERROR, ENHANCE_YOUR_CALM])(
  'an origin resets with %d before it answers: no answer is made up, nor is it asked again',
  async (code) => {
    await using proxy = await startTrusting({ streamSize: 0 })
    await using origin = await startOrigin()
    await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
    for (let round = 0; round < 2; round++) {
      const sent = client.ask('/')
      // The connection ends with its last stream.
      const frames = await FrameEnd.accept(await origin.accept())
      const { stream: id } = await frames.of(frameTypes.headers)
      let answered = false
      sent.on('response', () => (answered = true))
      frames.send(resetFrame(id, code))
      await closed(sent)
      expect([sent.rstCode, answered]).toEqual([code, false])
      expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', phase: 'response-head' })
    }
  },
)

// It was repeated without end, as a connection that has carried other streams counts as one that has waited.
test('an origin that refuses a stream is asked once more, whatever the method; then it means it', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const refuse = async (at: number = frameTypes.headers): Promise<void> => {
    const frames = await FrameEnd.accept(await origin.accept())
    frames.send(resetFrame((await frames.of(at)).stream, REFUSED_STREAM))
  }
  const posted = client.ask('/', { method: 'POST' })
  await refuse()
  const frames = await FrameEnd.accept(await origin.accept())
  frames.send(okHead((await frames.of(frameTypes.headers)).stream, endStream))
  expect((await client.answer(posted)).status).toBe(200)
  posted.resume()
  expect((await proxy.ended()).error).toBeUndefined()
  const refused = client.ask('/again')
  frames.send(resetFrame((await frames.of(frameTypes.headers)).stream, REFUSED_STREAM))
  await refuse()
  await closed(refused)
  expect(refused.rstCode).toBe(REFUSED_STREAM)
  expect((await proxy.ended()).error?.message).toContain('REFUSED_STREAM')
  // A body that has left is not kept.
  const upload = client.ask('/up', { method: 'POST', body: true })
  upload.write('half')
  await refuse(frameTypes.data)
  await closed(upload)
  expect(upload.rstCode).toBe(REFUSED_STREAM)
  expect((await proxy.ended()).error?.message).toContain('REFUSED_STREAM')
})

test('an origin that requires HTTP/1.1 is asked in that, and from then on', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const first = client.get('/first')
  const frames = await FrameEnd.accept(await origin.accept())
  frames.send(resetFrame((await frames.of(frameTypes.headers)).stream, HTTP_1_1_REQUIRED))
  const { connection, head } = await origin.request()
  expect(head).toContain('GET /first HTTP/1.1\r\n')
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
  void connection.write(answer)
  expect((await first).body).toBe('hi')
  expect(await proxy.ended()).toMatchObject({ error: undefined, response: { httpVersion: '1.1' } })
  const second = client.get('/second')
  expect(await connection.readText('\r\n\r\n')).toContain('GET /second HTTP/1.1\r\n')
  void connection.write(answer)
  expect((await second).body).toBe('hi')
})

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
  const stream = client.ask('/up', { method: 'POST', body: true })
  if (ended) stream.end(beyondWindow)
  else stream.write(beyondWindow)
  const other = client.ask('/beside')
  const frames = await FrameEnd.accept(await origin.accept())
  const id = await windowIsFull(frames)
  frames.send(okHead(id), frame(frameTypes.data, endStream, id, Buffer.from('no')), resetFrame(id, NO_ERROR))
  expect(String(await readAll(stream))).toBe('no')
  expect((await proxy.ended()).error).toBeUndefined()
  const next = client.ask('/next')
  const nextId = (await frames.of(frameTypes.headers)).stream
  for (const at of [id + 2, nextId]) frames.send(okHead(at), frame(frameTypes.data, endStream, at, Buffer.from('hi')))
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

test('GOAWAY with a code says it for all streams it ends', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/')
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream: id } = await frames.of(frameTypes.headers)
  frames.send(okHead(id), frame(frameTypes.data, 0, id, Buffer.from('half')))
  await once(stream, 'data')
  const goaway = Buffer.alloc(8)
  goaway.writeUInt32BE(id, 0)
  goaway.writeUInt32BE(ENHANCE_YOUR_CALM, 4)
  frames.send(frame(frameTypes.goaway, 0, 0, goaway))
  await closed(stream)
  expect(stream.rstCode).toBe(ENHANCE_YOUR_CALM)
  const { error } = await proxy.ended()
  expect(error?.message).toContain('it ended the connection: ENHANCE_YOUR_CALM')
})

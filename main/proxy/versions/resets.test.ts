/** What the code of a reset means (RFC 9113 §7) is known on the other side, too, whichever side has reset the stream. */
import { once } from 'node:events'
import type { ServerHttp2Stream } from 'node:http2'
import { expect, test } from 'vitest'
import { eventually } from '../../testing/eventually.ts'
import { closed, connectHttp2Client, connectPlainHttp2Client, startHttp2Origin } from '../../testing/http2-ends.ts'
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
import { connectClient } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

const [INTERNAL_ERROR, REFUSED_STREAM, CANCEL] = [2, 7, 8]
const [PROTOCOL_ERROR, ENHANCE_YOUR_CALM, HTTP_1_1_REQUIRED, unknown] = [1, 11, 13, 0x99]

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

// "The stream has been destroyed", said the library of an answer that came in the same turn.
test('a client resets while its answer comes: it has left by its reset', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin()
  await using end = await connectClient(proxy.port)
  const client = new FrameEnd(end)
  client.send(preface, frame(frameTypes.headers, endHeaders | endStream, 1, getRoot(origin.authority, 'http')))
  const { connection } = await origin.request()
  client.send(resetFrame(1, CANCEL))
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello')
  expect((await proxy.ended()).error?.message).toBe('The client left before the end: it reset the stream: CANCEL')
  await end[Symbol.asyncDispose]()
  await proxy.settled()
})

const codes: [code: number, name: string][] = [
  [CANCEL, 'it reset the stream: CANCEL'],
  [INTERNAL_ERROR, 'it reset the stream: INTERNAL_ERROR'],
  // We reset streams with it as well, for what an origin sends; which of the two it was cannot be known.
  [PROTOCOL_ERROR, 'the stream was reset: PROTOCOL_ERROR (what it sent, or was sent, is not a message of HTTP/2)'],
  [ENHANCE_YOUR_CALM, 'it reset the stream: ENHANCE_YOUR_CALM (it is asked too much)'],
  [REFUSED_STREAM, 'it reset the stream: REFUSED_STREAM (it has done nothing for it)'],
  [unknown, 'it reset the stream: error 153'],
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
    message: `The origin ended before the body was complete: ${name}`,
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

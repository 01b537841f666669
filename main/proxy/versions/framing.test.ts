/** B17 and A7 where one side speaks HTTP/2: what it says twice, or not as it must, never becomes a message on the other. */
import { expect, test } from 'vitest'
import { connectAny, type Version } from '../../testing/any-version.ts'
import { startEngine, type EngineOptions, type TestEngine } from '../../testing/engine.ts'
import {
  ack,
  endHeaders,
  endStream,
  frame,
  FrameEnd,
  frameTypes,
  literal,
  okHead,
  preface,
} from '../../testing/http2-frames.ts'
import { connectHttp2Proxy } from '../../testing/http2-ends.ts'
import { InProcessModifiers, type Snippet } from '../../testing/in-process-modifier.ts'
import { connectClient, connectSecure } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

const trusting = (host: EngineOptions = {}): Promise<TestEngine> => startTrusting({ streamSize: 0 }, host)

const { headers, data } = frameTypes
const head = (stream: number, flags: number, ...fields: Buffer[]): Buffer =>
  frame(headers, endHeaders | flags, stream, Buffer.concat(fields))
const ok = Buffer.of(0x88)
const length = (bytes: number): Buffer => literal('content-length', String(bytes))
const body = (stream: number, text: string, flags = 0): Buffer => frame(data, flags, stream, Buffer.from(text))

const answers: [what: string, answer: (stream: number) => Buffer[]][] = [
  ['a body that is shorter than its length', (at) => [head(at, 0, ok, length(5)), body(at, 'abc', endStream)]],
  ['a body that is longer', (at) => [head(at, 0, ok, length(3)), body(at, 'abcde', endStream)]],
  ['a length without a body', (at) => [head(at, endStream, ok, length(5))]],
  ['two lengths', (at) => [head(at, 0, ok, length(3), length(5)), body(at, 'abcde', endStream)]],
  ['a length that is none', (at) => [head(at, 0, ok, literal('content-length', '+3')), body(at, 'abc', endStream)]],
  ['Transfer-Encoding', (at) => [head(at, 0, ok, literal('transfer-encoding', 'chunked')), body(at, '0', endStream)]],
  ['Connection', (at) => [head(at, endStream, ok, literal('connection', 'close'))]],
  ['an upper-case name', (at) => [head(at, endStream, ok, literal('Content-Type', 'a/b'))]],
  ['no status', (at) => [head(at, endStream, literal('a', 'b'))]],
  ['a status of two digits', (at) => [head(at, endStream, literal(':status', '20'))]],
  ['two statuses', (at) => [head(at, endStream, ok, ok)]],
  ['a status behind fields', (at) => [head(at, endStream, literal('a', 'b'), ok)]],
  ['101', (at) => [head(at, 0, literal(':status', '101')), body(at, 'abc', endStream)]],
  ['a body before its head', (at) => [body(at, 'abc', endStream)]],
  ['a status in trailers', (at) => [head(at, 0, ok), body(at, 'abc'), head(at, endStream, ok)]],
]

const clients: Version[] = ['1.1', '2']

test.each(answers)('an origin answers with %s: it never looks complete, and others are served', async (_, answer) => {
  for (const version of clients) {
    await using proxy = await trusting()
    await using origin = await startOrigin({ tls: true, alpn: ['h2'] })
    await using client = await connectAny(version, proxy, origin.authority)
    let fine = false
    // What is refused before anything of it has come may be asked once more.
    const serve = async (frames: FrameEnd): Promise<void> => {
      for (;;) {
        const { stream } = await frames.of(headers)
        frames.send(...(fine ? [okHead(stream), body(stream, 'fine', endStream)] : answer(stream)))
      }
    }
    const serving = (async () => {
      for (;;) serve(await FrameEnd.accept(await origin.accept())).catch(() => undefined)
    })()
    serving.catch(() => undefined)
    const call = client.ask('/')
    const ended = await call.whole.then(
      async ({ body }) => [await call.status, body],
      () => undefined,
    )
    if (ended) expect(ended).toEqual([502, expect.stringContaining('Spillway')])
    expect((await proxy.ended()).error).toMatchObject({ side: 'origin' })
    fine = true
    await using other = await connectAny('2', proxy, origin.authority)
    expect((await other.ask('/next').whole).body).toBe('fine')
    await proxy.ended()
  }
})

test('a field whose name no field may have is left out of an answer', async () => {
  await using proxy = await trusting()
  await using origin = await startOrigin({ tls: true, alpn: ['h2'] })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  void client.write(`GET / HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream } = await frames.of(headers)
  frames.send(head(stream, endStream, ok, literal('a\r\nx-smuggled', 'c'), literal('b', 'd')))
  expect(await client.readText('\r\n\r\n')).toBe('HTTP/1.1 200 \r\nb: d\r\ncontent-length: 0\r\n\r\n')
  await proxy.ended()
})

/** `whole`: what a reader would take for all of it. */
const uploads: [what: string, fields: Buffer[], frames: Buffer[], whole: RegExp][] = [
  ['shorter than its length', [length(5)], [body(1, 'abc', endStream)], /.{5}/],
  ['longer than its length', [length(3)], [body(1, 'abcde', endStream)], /.{3}/],
  ['cut in the middle', [], [body(1, 'abc'), frame(frameTypes.reset, 0, 1, Buffer.of(0, 0, 0, 8))], /\r\n0\r\n\r\n/],
]

test.each(uploads)(
  'a client sends a body that is %s: its origin gets no whole request',
  async (_, fields, frames, whole) => {
    await using proxy = await startEngine()
    await using origin = await startOrigin()
    await using other = await connectHttp2Proxy(proxy.port, origin.authority)
    await using client = new FrameEndOf(await connectClient(proxy.port))
    const { authority } = origin
    const post = [literal(':method', 'POST'), literal(':scheme', 'http'), literal(':path', '/')]
    const asked = Buffer.concat([...post, literal(':authority', authority), ...fields])
    client.frames.send(preface, frame(frameTypes.settings, ack, 0))
    client.frames.send(frame(headers, endHeaders, 1, asked))
    const { connection, head: text } = await origin.request()
    expect(text).toContain('POST / HTTP/1.1\r\n')
    client.frames.send(...frames)
    expect((await connection.readAll()).toString()).not.toMatch(whole)
    expect((await proxy.ended()).error).toMatchObject({ side: 'client' })
    // Its own connection may have ended with that, and nobody else's.
    const next = other.get('/')
    void (await origin.request()).connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
    expect((await next).body).toBe('hi')
  },
)

class FrameEndOf implements AsyncDisposable {
  readonly frames: FrameEnd
  constructor(end: FrameEnd['end']) {
    this.frames = new FrameEnd(end)
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.frames.end[Symbol.asyncDispose]()
  }
}

test('each frame of an origin is a piece for a modifier, and a chunk for a client of HTTP/1.1', async () => {
  const seen: string[] = []
  const notes: Snippet = async function* (chunks) {
    for await (const bytes of chunks) {
      seen.push(bytes.toString())
      yield bytes
    }
  }
  const modifiers = new InProcessModifiers({ body: notes, matches: (url) => url.endsWith('/modified') })
  await using proxy = await trusting({ modifiers })
  await using origin = await startOrigin({ tls: true, alpn: ['h2'] })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  const ask = (path: string): void => void client.write(`GET ${path} HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  ask('/modified')
  const frames = await FrameEnd.accept(await origin.accept())
  for (const path of ['/modified', '/untouched']) {
    if (path === '/untouched') ask(path)
    const { stream } = await frames.of(headers)
    const parts = [body(stream, 'one'), body(stream, 'two'), body(stream, ''), body(stream, 'three', endStream)]
    frames.send(okHead(stream), ...parts)
    expect(await client.readText('0\r\n\r\n')).toContain('\r\n\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n')
    expect(await proxy.ended()).toMatchObject({ error: undefined, response: { chunks: 3, bytes: 11 } })
  }
  expect(seen).toEqual(['one', 'two', 'three'])
})

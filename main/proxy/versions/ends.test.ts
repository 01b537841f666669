/** How streams of HTTP/2 end and wait: cuts, clients that leave, origins that go away, and who does not read. */
import { once } from 'node:events'
import type { ServerHttp2Stream } from 'node:http2'
import { expect, test } from 'vitest'
import { patterned } from '../../testing/bytes.ts'
import { eventually } from '../../testing/eventually.ts'
import { watchHeldBuffers } from '../../testing/held-buffers.ts'
import {
  connectHttp2Client,
  connectHttp2Proxy,
  connectPlainHttp2Client,
  hello,
  readAll,
  startHttp2Origin,
  type Answer,
  type Http2Client,
} from '../../testing/http2-ends.ts'
import { endHeaders, endStream, frame, frameTypes, getRoot, preface } from '../../testing/http2-frames.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { standsStill } from '../../testing/stands-still.ts'
import { startTrusting } from '../../testing/trusting.ts'

const half: Answer = (stream) => {
  stream.respond({ ':status': 200 })
  stream.write('half')
}

/** The same, and the streams are there to be gone on with. */
const halves =
  (streams: ServerHttp2Stream[]): Answer =>
  (stream, ...rest) => {
    streams.push(stream)
    half(stream, ...rest)
  }

test('a stream that its origin resets never looks complete', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  const streams: ServerHttp2Stream[] = []
  await using origin = await startHttp2Origin(halves(streams))
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stream = client.ask('/')
  await once(stream, 'data')
  const all = readAll(stream)
  streams[0]!.destroy(new Error('broken'))
  await expect(all).rejects.toThrow('INTERNAL_ERROR')
  expect(await proxy.ended()).toMatchObject({
    error: {
      code: 'ORIGIN_CLOSED',
      side: 'origin',
      phase: 'response-body',
      message: expect.stringContaining('INTERNAL_ERROR') as string,
    },
    response: { bytes: 4 },
  })
})

test.each(['fin', 'rst'] as const)('a body of HTTP/1.1 that is cut (%s) is a reset, too', async (how) => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin({ tls: true })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stream = client.ask('/')
  const { connection } = await origin.request()
  void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
  await once(stream, 'data')
  const all = readAll(stream)
  if (how === 'fin') connection.end()
  else connection.reset()
  await expect(all).rejects.toThrow('INTERNAL_ERROR')
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', phase: 'response-body' })
})

// Our sockets are half-open, and node:http2 waits for the other half: the client was never told, nor anybody let go.
test.each([true, false])('an origin that ends its connection within a body (plain %s) has died', async (plain) => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin(half, { plain })
  const connect = (): Promise<Http2Client> =>
    plain
      ? connectPlainHttp2Client(proxy.port, origin.authority)
      : connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  await using client = await connect()
  const stream = client.ask('/')
  await once(stream, 'data')
  const all = readAll(stream)
  for (const socket of origin.open) socket.end()
  await expect(all).rejects.toThrow('INTERNAL_ERROR')
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', phase: 'response-body' })
  await eventually(() => origin.open.size === 0)
})

test('an origin that ends its connection behind a body that nobody has read yet has ended well', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  const body = patterned(900_000)
  await using origin = await startHttp2Origin(
    (stream) => {
      stream.respond({ ':status': 200 })
      stream.end(body, () => {
        for (const socket of origin.open) socket.end()
      })
    },
    { plain: true },
  )
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  const stream = client.ask('/')
  await once(stream, 'response')
  // The windows of both sides take it; its client takes nothing yet.
  await eventually(() => origin.open.size === 0 || (proxy.engine.running()[0]?.response?.bytes ?? 0) > 0)
  expect((await readAll(stream)).equals(body)).toBe(true)
  expect((await proxy.ended()).error).toBeUndefined()
})

test('a client that resets its stream has left: so does its stream to the origin, and no other', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  const streams = new Map<string | undefined, ServerHttp2Stream>()
  await using origin = await startHttp2Origin((stream, list, headers) => {
    streams.set(headers[':path'], stream)
    half(stream, list, headers)
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const [gone, stays] = ['/gone', '/stays'].map((path) => client.ask(path))
  await Promise.all([once(gone!, 'data'), once(stays!, 'data')])
  gone!.close(8)
  await once(streams.get('/gone')!, 'close')
  expect(streams.get('/gone')!.rstCode).toBe(8)
  expect(await proxy.ended()).toMatchObject({
    url: expect.stringContaining('/gone') as string,
    error: { code: 'CLIENT_CLOSED', message: 'The client left before the end: it reset the stream: CANCEL' },
  })
  const rest = readAll(stays!)
  streams.get('/stays')!.end('whole')
  expect(String(await rest)).toBe('whole')
  expect((await proxy.ended()).error).toBeUndefined()
})

test('an upload that its client gives up never looks complete to the origin', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  let ended = false
  const closed = Promise.withResolvers<number>()
  await using origin = await startHttp2Origin((stream) => {
    stream.on('end', () => (ended = stream.rstCode === 0 && !stream.aborted))
    stream.on('close', () => closed.resolve(stream.rstCode))
    stream.resume()
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stream = client.ask('/up', { method: 'POST', body: true })
  stream.write('half')
  await eventually(() => proxy.engine.running()[0]?.request.delivered === 4)
  stream.destroy(new Error('no more'))
  expect(await closed.promise).not.toBe(0)
  expect(ended).toBe(false)
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', phase: 'request-body' })
})

test('a client that does not read one stream stalls its origin there, and its other streams go on', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  const MiB = 1024 * 1024
  const total = 64 * MiB
  const block = patterned(MiB)
  let produced = 0
  await using origin = await startHttp2Origin((stream, _list, headers) => {
    const stalls = headers[':path'] === '/stalls'
    stream.respond({ ':status': 200, 'content-length': total })
    let left = total
    const more = (): void => {
      while (left > 0) {
        left -= block.length
        if (stalls) produced += block.length
        if (!stream.write(block)) {
          stream.once('drain', more)
          return
        }
      }
      stream.end()
    }
    more()
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stalled = client.ask('/stalls')
  await client.answer(stalled)
  let received = 0
  const fast = client.ask('/flows')
  fast.on('data', (bytes: Buffer) => (received += bytes.length))
  await once(fast, 'end')
  expect(received).toBe(total)
  // Windows of two connections, and the queues between them.
  expect(produced).toBeLessThan(16 * MiB)
  let rest = 0
  stalled.on('data', (bytes: Buffer) => (rest += bytes.length))
  await once(stalled, 'end')
  expect(rest).toBe(total)
  for (let count = 0; count < 2; count++) expect((await proxy.ended()).response).toMatchObject({ delivered: total })
})

test('an origin that goes away finishes what is under way, and is asked anew over another connection', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  const streams: ServerHttp2Stream[] = []
  await using origin = await startHttp2Origin(halves(streams))
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const first = client.ask('/first')
  await once(first, 'data')
  origin.sessions[0]!.goaway(0, 2 ** 31 - 1)
  const second = client.ask('/second')
  await once(second, 'data')
  // It may have been asked before it was heard to go.
  const third = client.ask('/third')
  await once(third, 'data')
  expect(origin.sessions.length).toBe(2)
  const rest = [first, second, third].map(readAll)
  for (const stream of streams) stream.end()
  await Promise.all(rest)
  for (let count = 0; count < 3; count++) expect((await proxy.ended()).error).toBeUndefined()
})

test('pings are answered on both sides; a priority is a field that passes, and nothing else', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  let asked: readonly string[] = []
  await using origin = await startHttp2Origin((stream, list, headers) => {
    asked = list
    hello(stream, list, headers)
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  expect((await client.get('/', { extra: ['priority', 'u=1, i'] })).body).toBe('hello')
  expect(asked.slice(8)).toEqual(['priority', 'u=1, i'])
  for (const session of [client.session, origin.sessions[0]!]) {
    const answered = await new Promise<Buffer>((resolve, reject) =>
      session.ping(Buffer.from('12345678'), (error: Error | null, _took, payload) =>
        error ? reject(error) : resolve(payload),
      ),
    )
    expect(String(answered)).toBe('12345678')
    // We offer no push, and take none.
    expect(session.remoteSettings).toMatchObject({ enablePush: false, initialWindowSize: 1024 * 1024 })
  }
  await proxy.ended()
})

// CVE-2019-9517: its windows are open for everything, and its connection takes nothing.
test('a client that asks for much and does not read its connection holds bounded memory', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  const MiB = 1024 * 1024
  const body = patterned(4 * MiB)
  await using origin = await startOrigin()
  const answer = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`
  const held = watchHeldBuffers()
  await using client = await connectClient(proxy.port)
  client.pause()
  const open = frame(frameTypes.settings, 0, 0, Buffer.of(0, 4, 0x7f, 0xff, 0xff, 0xff))
  const asking = Array.from({ length: 50 }, (_, at) =>
    frame(frameTypes.headers, endHeaders | endStream, 2 * at + 1, getRoot(origin.authority, 'http')),
  )
  const window = frame(frameTypes.windowUpdate, 0, 0, Buffer.of(0x7f, 0, 0, 0))
  void client.write(Buffer.concat([preface, open, window, ...asking]))
  const passed = (): number => proxy.engine.running().reduce((sum, { response }) => sum + (response?.bytes ?? 0), 0)
  for (const _ of asking) {
    const { connection } = await origin.request()
    void connection.write(answer)
    void connection.write(body)
  }
  await eventually(() => passed() > MiB)
  await standsStill(passed)
  await held.below(64 * MiB)
  expect(passed()).toBeLessThan(48 * MiB)
  await using other = await connectHttp2Proxy(proxy.port, origin.authority)
  const fine = other.get('/fine')
  void (await origin.request()).connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  expect((await fine).body).toBe('hi')
  client.reset()
  const ends = await Promise.all(asking.map(() => proxy.ended(({ url }) => !url.endsWith('/fine'))))
  // The system takes some of them.
  expect(ends.filter(({ error }) => error?.code === 'CLIENT_CLOSED').length).toBeGreaterThan(40)
})

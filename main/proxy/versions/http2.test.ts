/** HTTP/2 on either side and on both: what passes over HTTP/1.1 passes the same way. */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { patterned } from '../../testing/bytes.ts'
import { startEngine } from '../../testing/engine.ts'
import {
  connectHttp2Client,
  connectHttp2Proxy,
  connectPlainHttp2Client,
  hello,
  readAll,
  startHttp2Origin,
  type Answer,
} from '../../testing/http2-ends.ts'
import { connectSecure } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

test('a request and its response, order and duplicates of fields kept', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  let asked: readonly string[] = []
  await using origin = await startHttp2Origin((stream, list) => {
    asked = list
    stream.respond([':status', '200', 'b', '1', 'a', '2', 'b', '3', 'set-cookie', 'x=1', 'set-cookie', 'y=2'])
    stream.end('hello')
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const { status, list, body } = await client.get('/p?q', { extra: ['z', '1', 'cookie', 'a=1', 'z', '3'] })
  expect([status, body]).toEqual([200, 'hello'])
  const sent = [':status', '200', 'b', '1', 'a', '2', 'b', '3', 'set-cookie', 'x=1', 'set-cookie', 'y=2']
  // The origin's own library adds its date.
  expect(list).toEqual([...sent, 'date', expect.any(String)])
  const pseudo = [':method', 'GET', ':scheme', 'https', ':authority', origin.authority, ':path', '/p?q']
  expect(asked).toEqual([...pseudo, 'z', '1', 'cookie', 'a=1', 'z', '3'])
  expect(await proxy.ended()).toMatchObject({
    error: undefined,
    url: `https://${origin.authority}/p?q`,
    request: { httpVersion: '2' },
    response: { httpVersion: '2', status: 200, bytes: 5, delivered: 5 },
  })
})

test('a client of HTTP/2, an origin of HTTP/1.1: each event arrives before the next is sent', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin({ tls: true })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stream = client.ask('/events', { extra: ['accept', 'text/event-stream', 'te', 'trailers'] })
  const { connection, head } = await origin.request()
  const lines = [`GET /events HTTP/1.1`, `host: ${origin.authority}`, 'accept: text/event-stream', 'TE: trailers']
  expect(head).toBe(`${lines.join('\r\n')}\r\nConnection: TE\r\n\r\n`)
  void connection.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
  const [early] = (await once(stream, 'headers')) as [Record<string, unknown>]
  expect(early).toMatchObject({ ':status': 103, link: '</a>' })
  const fields = 'Content-Type: text/event-stream\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n'
  void connection.write(`HTTP/1.1 200 OK\r\n${fields}\r\n`)
  const { list } = await client.answer(stream)
  expect(list).toEqual([':status', '200', 'content-type', 'text/event-stream'])
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    void connection.write(`9\r\n${event}\r\n`)
    expect(String((await once(stream, 'data'))[0])).toBe(event)
  }
  const trailers = once(stream, 'trailers')
  void connection.write('0\r\nX-Sum: 1\r\n\r\n')
  expect((await trailers)[0]).toMatchObject({ 'x-sum': '1' })
  await once(stream, 'close')
  expect(stream.rstCode).toBe(0)
  expect(await proxy.ended()).toMatchObject({
    error: undefined,
    request: { httpVersion: '2' },
    response: { httpVersion: '1.1', trailers: 'X-Sum: 1\r\n', chunks: 2 },
  })
})

test('a client of HTTP/1.1, an origin that speaks nothing but HTTP/2', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin((stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }))
    stream.pipe(stream)
  })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  const head = `POST /echo HTTP/1.1\r\nHost: ${origin.authority}\r\nTransfer-Encoding: chunked\r\n\r\n`
  for (let round = 0; round < 2; round++) {
    void client.write(`${head}5\r\nhello\r\n0\r\n\r\n`)
    const text = await client.readText('x-sum: 1\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 200 \r\n[^]*transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n/)
    expect(await proxy.ended()).toMatchObject({ error: undefined, originReused: round > 0 })
  }
  expect(origin.sessions.length).toBe(1)
})

test('a client of HTTP/1.0 gets neither chunks nor trailers nor interim answers, but all of the body', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin((stream) => {
    stream.additionalHeaders({ ':status': 103, link: '</a>' })
    stream.respond({ ':status': 200 }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }))
    stream.write('hel')
    stream.end('lo')
  })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca, { ALPNProtocols: ['http/1.0'] })
  void client.write(`GET / HTTP/1.0\r\nHost: ${origin.authority}\r\n\r\n`)
  const date = /\r\ndate: [^\r]+/
  const text = (await client.readAll()).toString().replace(date, '')
  expect(text).toBe('HTTP/1.1 200 \r\nConnection: close\r\n\r\nhello')
  expect(await proxy.ended()).toMatchObject({
    error: undefined,
    request: { httpVersion: '1.0' },
    response: { httpVersion: '2', trailers: 'x-sum: 1\r\n' },
  })
})

test('messages of both directions cross one by one, and trailers pass', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  let trailed: unknown
  await using origin = await startHttp2Origin((stream) => {
    stream.on('trailers', (trailers: unknown) => (trailed = trailers))
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }))
    stream.on('data', (bytes: Buffer) => stream.write(`echo ${bytes.toString()}`))
    stream.on('end', () => stream.end())
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stream = client.ask('/grpc', { method: 'POST', body: true, trailers: true, extra: ['te', 'trailers'] })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-end': '1' }))
  for (const message of ['one', 'two', 'three']) {
    stream.write(message)
    expect(String((await once(stream, 'data'))[0])).toBe(`echo ${message}`)
  }
  const trailers = once(stream, 'trailers')
  stream.end()
  expect((await trailers)[0]).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'fine' })
  await once(stream, 'close')
  expect(trailed).toMatchObject({ 'x-end': '1' })
  const flow = await proxy.ended()
  expect(flow).toMatchObject({ error: undefined, request: { bytes: 11, trailers: 'x-end: 1\r\n' } })
  expect(String(await proxy.body(flow))).toBe('echo oneecho twoecho three')
})

test.each([
  ['HEAD', 200, { 'content-length': '5' }],
  ['GET', 204, {}],
  ['GET', 304, { etag: '"a"' }],
  ['GET', 200, {}],
  ['GET', 200, { 'content-length': '0' }],
] as const)('%s, answered by %d without a body', async (method, status, fields) => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin((stream) =>
    stream.respond({ ':status': status, ...fields }, { endStream: true }),
  )
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const answered = await client.get('/', { method })
  expect(answered).toMatchObject({ status, body: '' })
  expect(await proxy.ended()).toMatchObject({ error: undefined, response: { bytes: 0 } })
})

test('twenty requests at once share one connection to the origin, and those after them the same', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin(hello)
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  await using other = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const all = await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 ? client : other).get(`/${at}`)))
  expect(all.map(({ body }) => body)).toEqual(Array<string>(20).fill('hello'))
  await client.get('/again')
  expect(origin.sessions.length).toBe(1)
  for (let count = 0; count < 21; count++) expect((await proxy.ended()).error).toBeUndefined()
})

// Those that had waited for the connection were all sent at once, and refused; with a body they are not asked again.
test('of requests that come at once no more are sent than the origin takes', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  let [now, most] = [0, 0]
  const answer: Answer = (stream) => {
    most = Math.max(most, ++now)
    stream.resume().on('end', () => {
      // As soon as it has been answered, the next may be there.
      now--
      stream.respond({ ':status': 200 })
      stream.end('hello')
    })
  }
  await using origin = await startHttp2Origin(answer, { streams: 2 })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const asked = Array.from({ length: 12 }, () => client.ask('/', { method: 'POST', body: true }))
  const bodies = asked.map((stream) => readAll(stream.end('body')).then(String))
  expect(await Promise.all(bodies)).toEqual(Array<string>(12).fill('hello'))
  expect(most).toBeLessThanOrEqual(2)
  expect(origin.sessions.length).toBe(1)
})

test('an origin of HTTP/1.1 has a connection for each', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin({ tls: true })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const answers = [1, 2, 3].map((at) => client.get(`/${at}`))
  for (let at = 0; at < 3; at++) {
    const { connection } = await origin.request()
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  }
  expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(['hi', 'hi', 'hi'])
  expect(origin.accepted).toBe(3)
})

test('an origin that is not there is a 502 in words', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using client = await connectHttp2Client(proxy.port, 'localhost:1', proxy.ca)
  const { status, body } = await client.get('/')
  expect(status).toBe(502)
  expect(body).toContain('localhost:1')
  expect((await proxy.ended()).error).toMatchObject({ code: 'CONNECT_REFUSED' })
  // Its connection goes on.
  expect((await client.get('/')).status).toBe(502)
})

test('by prior knowledge, within a tunnel: the origin is known to speak it, too', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin(hello, { plain: true })
  await using client = await connectPlainHttp2Client(proxy.port, origin.authority)
  expect(await client.get('/a')).toMatchObject({ status: 200, body: 'hello' })
  expect(await proxy.ended()).toMatchObject({ url: `http://${origin.authority}/a`, response: { httpVersion: '2' } })
})

// The first bytes flowed away before anybody listened, and the session ended: "bad client magic".
test('by prior knowledge, with the proxy itself: each request names its origin', async () => {
  await using proxy = await startEngine({ streamSize: 0 })
  await using origin = await startOrigin()
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  for (const path of ['/a', '/b']) {
    const answered = client.get(path)
    const { connection, head } = await origin.request()
    expect(head).toMatch(new RegExp(`^GET ${path} HTTP/1\\.1\\r\\n`))
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi')
    expect(await answered).toMatchObject({ status: 200, body: 'hi' })
    expect(await proxy.ended()).toMatchObject({
      url: `http://${origin.authority}${path}`,
      request: { httpVersion: '2' },
    })
  }
})

test('modifiers of a size rule and records see the content, whatever carries it', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  proxy.update({ streamSize: 1000 })
  await using origin = await startHttp2Origin((stream) => {
    stream.respond({ ':status': 200 })
    stream.end(patterned(5000))
  })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  expect((await client.get('/')).body).toBe(patterned(5000).toString('latin1'))
  expect(await proxy.ended()).toMatchObject({
    delivery: { mode: 'streamed', crossoverAt: 1000 },
    response: { bytes: 5000 },
  })
})

test('an answer before the end of an upload is whole, and the rest of the upload is not wanted', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin({ tls: true })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const stream = client.ask('/up', { method: 'POST', body: true })
  stream.write('half')
  const { connection } = await origin.request()
  await connection.readUntil('half')
  void connection.write('HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno')
  expect((await client.answer(stream)).status).toBe(413)
  expect(String(await readAll(stream))).toBe('no')
  expect(await proxy.ended()).toMatchObject({ error: undefined, response: { status: 413, delivered: 2 } })
  expect((await connection.closed) === 'here').toBe(false)
  // The connection of the client goes on.
  const next = client.get('/next')
  void (await origin.request()).connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  expect((await next).body).toBe('hi')
})

// Its words go past the listeners of its socket: each client that was done within a second was told to have been refused.
test('a client that asks and leaves at once has not left without a word', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin(hello)
  {
    await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
    await client.get('/')
  }
  expect((await proxy.ended()).error).toBeUndefined()
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  await client.get('/')
  await proxy.ended()
  expect(proxy.engine.flows.size).toBe(2)
})

test('by prior knowledge, to the port of the proxy itself: an origin with TLS is offered the same', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin(hello)
  await using client = await connectHttp2Proxy(proxy.port, origin.authority, 'https')
  expect(await client.get('/a')).toMatchObject({ status: 200, body: 'hello' })
  expect(await proxy.ended()).toMatchObject({ url: `https://${origin.authority}/a`, response: { httpVersion: '2' } })
})

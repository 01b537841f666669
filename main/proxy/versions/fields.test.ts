/** What HTTP/1.1 lets a head say, and node:http2 would refuse to send on: fields that come twice, and odd statuses. */
import { expect, test } from 'vitest'
import { connectHttp2Client, hello, startHttp2Origin } from '../../testing/http2-ends.ts'
import { connectSecure } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { startTrusting } from '../../testing/trusting.ts'

/** The library takes them for fields with one value; on the web they come twice every day. */
const twice = ['x-content-type-options', 'content-type', 'date', 'age', 'user-agent', 'authorization'].flatMap(
  (name) => [...[name, '1'], ...[name, '2']],
)
const lines = twice.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')

// The client saw a reset, as if it had left itself; the origin of a request never heard of it.
test('fields that come twice are sent on twice to an origin of HTTP/2', async () => {
  await using proxy = await startTrusting()
  const asked: (readonly string[])[] = []
  await using origin = await startHttp2Origin((stream, list, headers) => {
    asked.push(list)
    hello(stream, list, headers)
  })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  void client.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`)
  await client.readUntil('hello')
  expect((await proxy.ended()).error).toBeUndefined()
  expect(asked[0]?.slice(8)).toEqual(twice)
  await client[Symbol.asyncDispose]()
  await proxy.settled()
})

test('to a client of HTTP/2 as well, in heads, interim heads and trailers', async () => {
  await using scene = await openScene({}, { tls: true })
  await using client = await connectHttp2Client(scene.proxy.port, scene.origin.authority, scene.proxy.ca)
  const stream = client.ask('/')
  const interim: unknown[] = []
  stream.on('headers', (...given: unknown[]) => interim.push(given[2]))
  const trailers = new Promise((resolve) => stream.on('trailers', (...given: unknown[]) => resolve(given[2])))
  const head = new Promise((resolve) => stream.on('response', (...given: unknown[]) => resolve(given[2])))
  const { connection } = await scene.origin.request()
  void connection.write(`HTTP/1.1 103 Early Hints\r\n${lines}\r\n`)
  void connection.write(`HTTP/1.1 200 OK\r\n${lines}Transfer-Encoding: chunked\r\n\r\n0\r\n${lines}\r\n`)
  stream.resume()
  expect(await head).toEqual([':status', '200', ...twice])
  expect(await trailers).toEqual(twice)
  expect(interim).toEqual([[':status', '103', ...twice]])
  expect((await scene.ended()).error).toBeUndefined()
})

// RFC 9110 §15: what is no status is treated as 500; the library would not send it, and the client saw a reset.
test.each([600, 999])('a status of %d, which origins send, is 500 in HTTP/2', async (status) => {
  await using scene = await openScene({}, { tls: true })
  await using client = await connectHttp2Client(scene.proxy.port, scene.origin.authority, scene.proxy.ca)
  const got = client.get('/')
  const { connection } = await scene.origin.request()
  void connection.write(`HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\nhi`)
  expect((await got).list.slice(0, 2)).toEqual([':status', '500'])
  expect((await got).body).toBe('hi')
  const flow = await scene.ended()
  expect(flow).toMatchObject({ error: undefined, response: { status } })
})

// RFC 9110 §15.3.6: it has none. The library sends none, but the length had gone out: to the client that was malformed.
test.each(['Content-Length: 5\r\n\r\nhello', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'])(
  'content of a 205 (%j) is left out in HTTP/2, and the next answer is whole',
  async (rest) => {
    await using scene = await openScene({}, { tls: true })
    await using client = await connectHttp2Client(scene.proxy.port, scene.origin.authority, scene.proxy.ca)
    const got = client.get('/')
    const { connection } = await scene.origin.request()
    void connection.write(`HTTP/1.1 205 Reset Content\r\nA: b\r\n${rest}`)
    expect(await got).toMatchObject({ list: [':status', '205', 'a', 'b'], body: '' })
    expect(await scene.ended()).toMatchObject({ error: undefined, response: { status: 205 } })
    const next = client.get('/')
    await connection.readUntil('\r\n\r\n')
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
    expect((await next).body).toBe('hi')
  },
)

test('settings of HTTP/2 in a field are about the connection, and not sent on', async () => {
  await using proxy = await startTrusting()
  const asked: (readonly string[])[] = []
  await using origin = await startHttp2Origin((stream, list, headers) => {
    asked.push(list)
    hello(stream, list, headers)
  })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  void client.write('GET / HTTP/1.1\r\nHost: localhost\r\nHTTP2-Settings: AAMAAABk\r\nA: b\r\n\r\n')
  await client.readUntil('hello')
  expect(asked[0]?.slice(8)).toEqual(['a', 'b'])
  await client[Symbol.asyncDispose]()
  await proxy.settled()
})

// The library sends 64 KiB by default: the client saw FRAME_SIZE_ERROR, and the flow told of a success; a request was
// "refused by the origin", which had never heard of it.
test('heads, interim heads and trailers of 100 KB pass', async () => {
  const large = Array.from({ length: 100 }, (_, at) => [`x-${at}`, 'v'.repeat(1000)]).flat()
  const text = large.map((word, at) => (at % 2 === 0 ? `${word}: ` : `${word}\r\n`)).join('')
  await using scene = await openScene({}, { tls: true })
  await using client = await connectHttp2Client(scene.proxy.port, scene.origin.authority, scene.proxy.ca)
  const stream = client.ask('/')
  const interim = new Promise((resolve) => stream.on('headers', (...given: unknown[]) => resolve(given[2])))
  const trailers = new Promise((resolve) => stream.on('trailers', (...given: unknown[]) => resolve(given[2])))
  const head = client.answer(stream)
  const { connection } = await scene.origin.request()
  void connection.write(`HTTP/1.1 103 Early Hints\r\n${text}\r\n`)
  void connection.write(`HTTP/1.1 200 OK\r\n${text}Transfer-Encoding: chunked\r\n\r\n0\r\n${text}\r\n`)
  stream.resume()
  expect((await head).list).toEqual([':status', '200', ...large])
  expect(await interim).toEqual([':status', '103', ...large])
  expect(await trailers).toEqual(large)
  expect((await scene.ended()).error).toBeUndefined()
})

test('and a request of 100 KB reaches an origin of HTTP/2', async () => {
  await using proxy = await startTrusting()
  const asked: (readonly string[])[] = []
  await using origin = await startHttp2Origin((stream, list) => {
    asked.push(list)
    stream.respond({ ':status': 200 })
    stream.end('hello')
  })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  void client.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${`A: ${'v'.repeat(1000)}\r\n`.repeat(100)}\r\n`)
  expect(await client.readText('\r\n')).toContain(' 200 ')
  expect(asked[0]?.slice(8)).toEqual(Array.from({ length: 100 }, () => ['a', 'v'.repeat(1000)]).flat())
  await client[Symbol.asyncDispose]()
  await proxy.settled()
})

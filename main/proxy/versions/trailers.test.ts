/** Trailers over HTTP/2: whatever they say, and however early a response ends. */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { connectHttp2Client, startHttp2Origin } from '../../testing/http2-ends.ts'
import { connectSecure } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { startTrusting } from '../../testing/trusting.ts'

// node:http2 does not send it, and threw where nobody caught it: one origin ended the whole proxy.
test('TE among the trailers of a response is left out for a client of HTTP/2', async () => {
  await using scene = await openScene({}, { tls: true })
  await using client = await connectHttp2Client(scene.proxy.port, scene.origin.authority, scene.proxy.ca)
  const stream = client.ask('/')
  const trailers = new Promise((resolve) => stream.on('trailers', (...given: unknown[]) => resolve(given[2])))
  const { connection } = await scene.origin.request()
  void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTE: gzip\r\nX-Sum: 1\r\n\r\n')
  stream.resume()
  expect(await trailers).toEqual(['x-sum', '1'])
  expect((await scene.ended()).error).toBeUndefined()
})

test('and among those of a request for an origin of HTTP/2', async () => {
  await using proxy = await startTrusting()
  const trailers = Promise.withResolvers<unknown>()
  await using origin = await startHttp2Origin((stream) => {
    stream.on('trailers', (...given: unknown[]) => trailers.resolve(given[2]))
    stream.resume().on('end', () => {
      stream.respond({ ':status': 200 })
      stream.end('hello')
    })
  })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca)
  const head = `POST / HTTP/1.1\r\nHost: ${origin.authority}\r\nTransfer-Encoding: chunked\r\n\r\n`
  void client.write(`${head}1\r\na\r\n0\r\nTE: gzip\r\nX-Sum: 1\r\n\r\n`)
  await client.readUntil('hello')
  expect(await trailers.promise).toEqual(['x-sum', '1'])
  expect((await proxy.ended()).error).toBeUndefined()
})

// A server of gRPC that fails early ends before its client does: with the trailers went its status, and the end.
test.each([
  ['with trailers', 'grpc-status: 7\r\n', { 'grpc-status': '7' }],
  ['without any', '', undefined],
])('a response that ends before its request does is whole, %s', async (_, lines, expected) => {
  await using scene = await openScene({ streamSize: 0 }, { tls: true })
  await using client = await connectHttp2Client(scene.proxy.port, scene.origin.authority, scene.proxy.ca)
  const stream = client.ask('/', { method: 'POST', body: true })
  stream.write('half')
  let trailers: unknown
  stream.on('trailers', (got: unknown) => (trailers = got))
  const connection = await scene.origin.accept()
  await connection.readUntil('half')
  void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  await once(stream, 'data')
  const ends: number[] = []
  // What has come by then: an end with a code of its own makes one of the reading side, too.
  stream.once('close', () => ends.push(stream.rstCode))
  const ended = once(stream, 'end')
  void connection.write(`0\r\n${lines}\r\n`)
  await ended
  if (expected) expect(trailers).toMatchObject(expected)
  await once(stream, 'close')
  expect(ends).toEqual([0])
  expect(await scene.ended()).toMatchObject({ error: undefined, response: { delivered: 5 } })
})

/** What follows a response on the same connection: nothing of the one may reach into the next. */
import { describe, expect, test } from 'vitest'
import { chunk, patterned } from '../testing/bytes.ts'
import { openScene } from '../testing/scene.ts'
import type { WireEnd } from '../testing/wire-end.ts'

const content = patterned(300_000)
const chunked = Buffer.concat([chunk(content), Buffer.from('0\r\nX-T: 1\r\n\r\n')])
const plain = (head: string, body: string | Buffer): Buffer => Buffer.concat([Buffer.from(head), Buffer.from(body)])
const kinds: [string, Buffer][] = [
  ['length', plain('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'hello')],
  ['a long one', plain(`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n`, content)],
  ['chunked', plain('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n')],
  ['chunked, a long one', plain('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', chunked)],
  ['empty', plain('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '')],
  ['chunked, empty', plain('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '0\r\n\r\n')],
  ['204', plain('HTTP/1.1 204 No Content\r\n\r\n', '')],
  ['304', plain('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', '')],
  ['103 and 200', plain('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', 'ok')],
]

describe.each([false, true])('TLS %s', (tls) => {
  test.each(['buffered', 'streamed'] as const)('every kind of response after every other: %s', async (mode) => {
    await using scene = await openScene(mode === 'streamed' ? { streamSize: 0 } : {}, { tls })
    const client = await scene.client()
    void client.write(scene.requestText('/0'))
    const { connection } = await scene.origin.request()
    let first = true
    for (const [, response] of kinds.flatMap((one) => kinds.flatMap((other) => [one, other]))) {
      if (!first) {
        void client.write(scene.requestText('/n'))
        await connection.readUntil('\r\n\r\n')
      }
      first = false
      void connection.write(response)
      expect((await client.readUntil(response.length)).equals(response)).toBe(true)
      const flow = await scene.ended()
      expect(flow.error).toBeUndefined()
      expect(flow.response?.delivered).toBe(flow.response?.bytes)
    }
    expect(scene.origin.accepted).toBe(1)
  })

  test('pipelined requests are answered in their order, each with its own', async () => {
    await using scene = await openScene({ streamSize: 10 }, { tls })
    const client = await scene.client()
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`)
    void client.write(paths.map((path) => scene.requestText(path)).join(''))
    const { connection, head } = await scene.origin.request()
    let asked = head
    for (const path of paths) {
      expect(asked).toMatch(new RegExp(`^GET ${path} HTTP/1.1\r\n`))
      const body = path.repeat(path.length * 3)
      const response = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      void connection.write(response)
      expect(await client.readText(response.length)).toBe(response)
      if (path !== paths.at(-1)) asked = await connection.readText('\r\n\r\n')
    }
    const urls: string[] = []
    while (urls.length < paths.length) urls.push(new URL(`http://${(await scene.ended()).url.slice(7)}`).pathname)
    expect(urls.map((url) => url.replace(/^.*\//, '/'))).toEqual(paths)
  })

  test('an HTTP/1.0 client gets the content of chunks, ended by the connection', async () => {
    await using scene = await openScene({ streamSize: 5 }, { tls })
    const { client, connection } = await scene.ask('/', { version: '1.0', extra: 'Connection: keep-alive\r\n' })
    void connection.write('HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
    await scene.hasReceived(5)
    expect(client.received).toBe(0)
    void connection.write('6;x=1\r\n world\r\n')
    expect(await client.readText('world')).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world')
    void connection.write('0\r\nX-T: 1\r\n\r\n')
    expect((await client.readAll()).length).toBe(0)
    expect(await client.closed).toBe('fin')
    const flow = await scene.ended()
    expect(flow.error).toBeUndefined()
    expect(flow.response).toMatchObject({ bytes: 11, delivered: 11, chunks: 2, trailers: 'X-T: 1\r\n' })
  })

  test('a whole chunked body at once for an HTTP/1.0 client, and an empty one', async () => {
    await using scene = await openScene({}, { tls })
    let kept: WireEnd | undefined
    for (const [framed, body] of [
      ['5\r\nhello\r\n0\r\n\r\n', 'hello'],
      ['0\r\n\r\n', ''],
      [chunked, content],
    ] as const) {
      const client = await scene.client()
      void client.write(scene.requestText('/', { version: '1.0' }))
      const connection = (kept ??= await scene.origin.accept())
      await connection.readUntil('\r\n\r\n')
      void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      void connection.write(framed)
      await client.readUntil('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')
      expect((await client.readAll()).equals(Buffer.from(body))).toBe(true)
      const flow = await scene.ended()
      expect(flow.error).toBeUndefined()
      expect(await scene.proxy.body(flow)).toEqual(Buffer.from(body))
    }
  })

  test('an HTTP/1.0 client that asks for it keeps its connection behind a known length', async () => {
    await using scene = await openScene({}, { tls })
    const options = { version: '1.0', extra: 'Connection: keep-alive\r\n' }
    const { client, connection } = await scene.ask('/', options)
    const kept = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok'
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    expect(await client.readText(kept.length)).toBe(kept)
    void client.write(scene.requestText('/', options))
    await connection.readUntil('\r\n\r\n')
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    expect(await client.readText(kept.length)).toBe(kept)
    expect([(await scene.ended()).error, (await scene.ended()).error]).toEqual([undefined, undefined])
  })
})

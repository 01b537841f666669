/** A1, A2, A7: what a client receives is what the origin sent, framing included; streamed, as it comes. */
import { describe, expect, test } from 'vitest'
import { chunk, patterned } from '../testing/bytes.ts'
import { eventually } from '../testing/eventually.ts'
import { openScene } from '../testing/scene.ts'

const chunkedHead = 'HTTP/1.1 200 OK\r\nX-Case: KePt\r\nTransfer-Encoding: chunked\r\n\r\n'
const endings = '0;last=1\r\nX-Sum: 7\r\nx-sum: 8\r\n\r\n'
const chunkedBody = `A;name=value;q="a;\\"b"\r\n0123456789\r\n000b\r\nhello world\r\n1\r\n!\r\n${endings}`
const content = '0123456789hello world!'

describe.each([false, true])('TLS %s', (tls) => {
  describe('A1: buffered, unedited', () => {
    const cut = chunkedBody.indexOf('0123456789') + 8
    test.each([
      ['at once', [chunkedHead + chunkedBody], []],
      ['head and body apart', [chunkedHead, chunkedBody], [0]],
      ['cut inside a chunk', [chunkedHead + chunkedBody.slice(0, cut), chunkedBody.slice(cut)], [8]],
      ['cut inside a size', [chunkedHead + chunkedBody.slice(0, cut + 6), chunkedBody.slice(cut + 6)], [10]],
      ['cut inside the end', [chunkedHead + chunkedBody.slice(0, -3), chunkedBody.slice(-3)], [22]],
    ])(
      'the chunks keep their boundaries, sizes as written, extensions and trailers: %s',
      async (_, parts, contents) => {
        await using scene = await openScene({}, { tls })
        const { client, connection } = await scene.ask()
        for (const [index, part] of parts.entries()) {
          void connection.write(part)
          const received = contents[index]
          if (received === undefined) break
          await eventually(() => scene.running.response?.bytes === received)
          expect(client.received).toBe(0)
        }
        expect(await client.readText(chunkedHead.length + chunkedBody.length)).toBe(chunkedHead + chunkedBody)
        const flow = await scene.ended()
        expect(flow.delivery).toEqual({ mode: 'buffered', reason: 'no rule streams it', crossoverAt: undefined })
        expect(flow.response).toMatchObject({
          bytes: 22,
          delivered: 22,
          chunks: 3,
          deliveredChunks: 3,
          trailers: 'X-Sum: 7\r\nx-sum: 8\r\n',
          body: { state: 'complete', length: 22 },
        })
        expect((await scene.proxy.body(flow))?.toString()).toBe(content)
      },
    )

    test('Content-Length', async () => {
      await using scene = await openScene({}, { tls })
      const { client, connection } = await scene.ask()
      void connection.write('HTTP/1.1 200 OK\r\ncontent-LENGTH:  10\r\n\r\nhello')
      await scene.hasReceived(5)
      expect(client.received).toBe(0)
      void connection.write('world')
      const whole = 'HTTP/1.1 200 OK\r\ncontent-LENGTH:  10\r\n\r\nhelloworld'
      expect(await client.readText(whole.length)).toBe(whole)
      const flow = await scene.ended()
      const counts = { bytes: 10, delivered: 10, chunks: 2, deliveredChunks: 2 }
      expect(flow.response).toMatchObject({ ...counts, body: { state: 'complete', length: 10 } })
      expect((await scene.proxy.body(flow))?.toString()).toBe('helloworld')
    })

    test('ended by the connection', async () => {
      await using scene = await openScene({}, { tls })
      const { client, connection } = await scene.ask()
      void connection.write('HTTP/1.1 200 OK\r\n\r\nhello')
      await scene.hasReceived(5)
      expect(client.received).toBe(0)
      connection.end('world')
      expect((await client.readAll()).toString()).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhelloworld')
      expect(await client.closed).toBe('fin')
      const flow = await scene.ended()
      expect(flow.error).toBeUndefined()
      expect(flow.response).toMatchObject({ bytes: 10, delivered: 10, body: { state: 'complete', length: 10 } })
      expect((await scene.proxy.body(flow))?.toString()).toBe('helloworld')
    })
  })

  describe('A2: streamed, the first byte arrives before the origin may send its last', () => {
    test.each([
      ['Content-Length', 'Content-Length: 10\r\n\r\n', 'hello', 'world', ''],
      ['chunked', 'Transfer-Encoding: chunked\r\n\r\n', '5\r\nhello\r\n', '5\r\nworld\r\n0\r\n\r\n', ''],
      ['until close', '\r\n', 'hello', 'world', 'Connection: close\r\n'],
    ])('%s', async (name, fields, first, last, added) => {
      await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls })
      const { client, connection } = await scene.ask()
      const head = 'HTTP/1.1 200 OK\r\n'
      void connection.write(head + fields)
      const head2 = head + (added === '' ? fields : added + fields)
      // The head does not wait for the body.
      expect(await client.readText(head2.length)).toBe(head2)
      void connection.write(first)
      expect(await client.readText(first.length)).toBe(first)
      void connection.write(last)
      expect(await client.readText(last.length)).toBe(last)
      if (name === 'until close') connection.end()
      const flow = await scene.ended()
      expect(flow.delivery?.mode).toBe('streamed')
      expect(flow.response).toMatchObject({ bytes: 10, delivered: 10, chunks: 2, deliveredChunks: 2 })
      // A5: missing, which is not empty.
      expect(flow.response?.body).toMatchObject({ state: 'missing', length: 0 })
      expect(await scene.proxy.body(flow)).toBeUndefined()
    })
  })

  describe('A7: chunks as they come', () => {
    test('a trickle of ten bytes passes at once, chunk by chunk', async () => {
      await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls })
      const { client, connection } = await scene.ask()
      void connection.write(chunkedHead)
      await client.readUntil(chunkedHead)
      for (let turn = 0; turn < 5; turn++) {
        const bytes = chunk('0123456789', `;n=${turn}`)
        void connection.write(bytes)
        expect(await client.readText(bytes.length)).toBe(bytes.toString())
      }
      void connection.write(endings)
      expect(await client.readText(endings.length)).toBe(endings)
      expect((await scene.ended()).response).toMatchObject({ bytes: 50, chunks: 5, deliveredChunks: 5 })
    })

    test('half a chunk passes at once, half a chunk-size line waits for its end', async () => {
      await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls })
      const { client, connection } = await scene.ask()
      void connection.write(`${chunkedHead}5\r\nhe`)
      expect(await client.readText('he')).toBe(`${chunkedHead}5\r\nhe`)
      void connection.write('llo\r\n1')
      expect(await client.readText('llo\r\n')).toBe('llo\r\n')
      // One write, so one read: "1" has been there, and was not sent.
      expect(client.peek()).toBe('')
      void connection.write('0;x')
      await roundTrip(scene)
      expect(client.peek()).toBe('')
      void connection.write('\r\n0123')
      expect(await client.readText('0123')).toBe('10;x\r\n0123')
      void connection.write('456789abcdef\r\n0\r\nX-T: 1\r\n')
      expect(await client.readText('\r\n')).toBe('456789abcdef\r\n')
      expect(client.peek()).toBe('')
      void connection.write('\r\n')
      expect(await client.readText('\r\n\r\n')).toBe('0\r\nX-T: 1\r\n\r\n')
      const flow = await scene.ended((ended) => ended.url.endsWith('/'))
      expect(flow.response).toMatchObject({ bytes: 21, chunks: 2, trailers: 'X-T: 1\r\n' })
    })
  })

  test('large bodies arrive byte for byte, whatever the reads were', async () => {
    const bytes = patterned(5_000_001)
    await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls })
    const { client, connection } = await scene.ask()
    const body = Buffer.concat([chunk(bytes.subarray(0, 3)), chunk(bytes.subarray(3)), Buffer.from('0\r\n\r\n')])
    void connection.write(chunkedHead)
    void connection.write(body)
    await client.readUntil(chunkedHead)
    expect((await client.readUntil(body.length)).equals(body)).toBe(true)
    expect((await scene.ended()).response).toMatchObject({ bytes: bytes.length, delivered: bytes.length, chunks: 2 })
  })
})

/** Another exchange from end to end: whatever the proxy had to do before, it has done. */
async function roundTrip(scene: Awaited<ReturnType<typeof openScene>>): Promise<void> {
  const { client, connection } = await scene.ask('/other')
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await client.readUntil('ok')
}

// The last event of a stream that ended in rubbish was lost when both came in one read, and was there when they did not.
test.each([false, true])('chunks before a fault in the same read arrive and are recorded, TLS %s', async (tls) => {
  await using scene = await openScene({}, { tls })
  const { client, connection } = await scene.ask()
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
  void connection.write(`${head}3\r\none\r\n`)
  await client.readUntil('one\r\n')
  void connection.write('3\r\ntwo\r\nzz\r\n')
  expect((await client.readAll()).toString()).toBe('3\r\ntwo\r\n')
  const flow = await scene.ended()
  expect(flow.error).toMatchObject({ code: 'BAD_RESPONSE', side: 'origin', phase: 'response-body' })
  expect(flow.response).toMatchObject({ bytes: 6, delivered: 6, body: { state: 'truncated', length: 6 } })
  expect((await scene.proxy.body(flow))?.toString()).toBe('onetwo')
})

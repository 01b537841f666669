/** A3, A5, A9: the size rule over sockets, what is missing afterwards, and responses that have no body to stream. */
import { describe, expect, test } from 'vitest'
import { chunk, patterned } from '../testing/bytes.ts'
import { eventually } from '../testing/eventually.ts'
import { openScene } from '../testing/scene.ts'

type Framing = 'length' | 'chunked' | 'close'

/** A response whose last byte of content leaves apart. */
function response(framing: Framing, content: Buffer): { head: string; first: Buffer; last: Buffer } {
  const length = `Content-Length: ${content.length}\r\n`
  const fields = { length, chunked: 'Transfer-Encoding: chunked\r\n', close: '' }[framing]
  const head = `HTTP/1.1 200 OK\r\n${fields}\r\n`
  const all = framing === 'chunked' ? Buffer.concat([chunk(content), Buffer.from('0\r\n\r\n')]) : content
  const tail = framing === 'chunked' ? '\r\n0\r\n\r\n'.length : 0
  return { head, first: all.subarray(0, all.length - tail - 1), last: all.subarray(all.length - tail - 1) }
}

describe('A3: exactly SIZE is buffered, SIZE + 1 is streamed', () => {
  const size = 1000
  test.each<[Framing, number]>([
    ['length', size],
    ['chunked', size],
    ['close', size],
    ['length', size + 1],
    ['chunked', size + 1],
    ['close', size + 1],
  ])('%s, %d bytes', async (framing, length) => {
    await using scene = await openScene({ streamSize: size })
    const { client, connection } = await scene.ask()
    const content = patterned(length)
    const { head, first, last } = response(framing, content)
    void connection.write(head)
    void connection.write(first)
    const streamed = length > size
    if (framing === 'length' && streamed) {
      await client.readUntil('\r\n\r\n')
      expect((await client.readUntil(first.length)).equals(first)).toBe(true)
    } else {
      await scene.hasReceived(length - 1)
      expect(client.received).toBe(0)
    }
    if (framing === 'close' && streamed) {
      // One byte more than SIZE: it streams, before the origin has ended.
      void connection.write(last)
      await client.readUntil('\r\n\r\n')
      expect((await client.readUntil(length)).equals(content)).toBe(true)
      connection.end()
    } else if (framing === 'close') {
      void connection.write(last)
      await scene.hasReceived(length)
      expect(client.received).toBe(0)
      connection.end()
      await client.readUntil('\r\n\r\n')
      expect((await client.readUntil(length)).equals(content)).toBe(true)
    } else {
      void connection.write(last)
      const both = Buffer.concat([first, last])
      if (framing === 'length' && streamed) expect((await client.readUntil(1)).equals(last)).toBe(true)
      else {
        await client.readUntil('\r\n\r\n')
        expect((await client.readUntil(both.length)).equals(both)).toBe(true)
      }
    }
    const flow = await scene.ended()
    expect(flow.response).toMatchObject({ bytes: length, delivered: length })
    const known = framing === 'length'
    expect(flow.delivery).toEqual({
      mode: streamed ? 'streamed' : 'buffered',
      reason: streamed ? 'larger than 1000b' : known ? 'not larger than 1000b' : 'unknown length, held up to 1000b',
      crossoverAt: streamed && !known ? size : undefined,
    })
    const body = await scene.proxy.body(flow)
    if (!streamed) {
      expect(flow.response?.body).toMatchObject({ state: 'complete', length })
      expect(body?.equals(content)).toBe(true)
    } else if (known) {
      expect(flow.response?.body).toMatchObject({ state: 'missing', length: 0 })
      expect(body).toBeUndefined()
    } else {
      // B1: what was held stays as the record's first part.
      expect(flow.response?.body).toMatchObject({ state: 'partial', length: size })
      expect(body?.equals(content.subarray(0, size))).toBe(true)
    }
  })
})

describe('A3: SIZE 0 streams every body that is not empty', () => {
  test.each<[Framing, string]>([
    ['length', 'streamed'],
    ['chunked', 'streamed'],
    ['close', 'streamed'],
  ])('%s', async (framing, mode) => {
    await using scene = await openScene({ streamSize: 0 })
    const { client, connection } = await scene.ask()
    const { head, first, last } = response(framing, Buffer.from('xy'))
    void connection.write(head)
    void connection.write(first)
    await client.readUntil('x')
    void connection.write(last)
    await client.readUntil(last.toString())
    if (framing === 'close') connection.end()
    const flow = await scene.ended()
    expect(flow.delivery).toMatchObject({ mode, reason: 'larger than 0' })
    // A5: not recorded, whatever the framing.
    expect(flow.response?.body).toMatchObject({ state: 'missing', length: 0 })
  })

  test('the head does not wait for a body', async () => {
    await using scene = await openScene({ streamSize: 0 })
    const { client, connection } = await scene.ask()
    void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    await client.readUntil('chunked\r\n\r\n')
    void connection.write('0\r\n\r\n')
    await client.readUntil('0\r\n\r\n')
  })

  test.each([
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'streamed', 'larger than 0'],
    ['Content-Length', 'Content-Length: 0\r\n\r\n', 'buffered', 'no body'],
  ])('an empty %s body is recorded as empty, not as missing', async (_, rest, mode, reason) => {
    await using scene = await openScene({ streamSize: 0 })
    const { client, connection } = await scene.ask()
    void connection.write(`HTTP/1.1 200 OK\r\n${rest}`)
    expect(await client.readText(17 + rest.length)).toBe(`HTTP/1.1 200 OK\r\n${rest}`)
    const flow = await scene.ended()
    expect(flow.delivery).toEqual({ mode, reason, crossoverAt: undefined })
    expect(flow.response?.body).toMatchObject({ state: 'complete', length: 0 })
  })
})

describe('A9: no body, no stream, no terminator', () => {
  test.each([
    ['HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n', undefined],
    ['HEAD, chunked', 'HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', undefined],
    ['204', 'GET', 'HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n', undefined],
    [
      '204 with a length',
      'GET',
      'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
      'HTTP/1.1 204 No Content\r\n\r\n',
    ],
    ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 12345\r\n\r\n', undefined],
    ['304, chunked', 'GET', 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n', undefined],
    ['length 0', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', undefined],
  ])('%s', async (_, method, head, expected = head) => {
    await using scene = await openScene({ streamSize: 0, streamUnknown: 'now', rules: [{ delivery: 'stream' }] })
    const { client, connection } = await scene.ask('/1', { method })
    void connection.write(head)
    expect(await client.readText('\r\n\r\n')).toBe(expected)
    const flow = await scene.ended()
    expect(flow.delivery).toEqual({ mode: 'buffered', reason: 'no body', crossoverAt: undefined })
    expect(flow.response).toMatchObject({ bytes: 0, delivered: 0, chunks: 0, body: { state: 'complete', length: 0 } })
    // Whatever had followed the head would now be in front of the next one; and the origin's connection is good, too.
    void client.write(scene.requestText('/2'))
    await connection.readUntil('\r\n\r\n')
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    expect(await client.readText('ok')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    expect(await scene.ended()).toMatchObject({ originReused: true, delivery: { mode: 'streamed' } })
    await eventually(() => scene.proxy.engine.running().length === 0)
  })
})

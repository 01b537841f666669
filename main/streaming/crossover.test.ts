/** B1, B2: a buffered body turns streamed; what was held goes out first, in order, once. */
import { describe, expect, test } from 'vitest'
import type { Settings } from '../model/settings.ts'
import { chunk, patterned } from '../testing/bytes.ts'
import { eventually } from '../testing/eventually.ts'
import { openScene } from '../testing/scene.ts'

const KiB = 1024
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const end = '0\r\nX-End: 1\r\n\r\n'

describe.each([false, true])('B1: over the size, TLS %s', (tls) => {
  test.each([
    ['in memory', 1000, 400],
    ['from a temporary file', 700 * KiB, 130 * KiB],
    ['from a file, a large one', 9000 * KiB, 1300 * KiB],
  ])('%s: every byte in order and once', async (name, streamSize, step) => {
    await using scene = await openScene({ streamSize }, { tls })
    const { client, connection } = await scene.ask()
    const content = patterned(streamSize + 5 * step)
    void connection.write(chunkedHead)
    const sent: Buffer[] = []
    const send = (from: number, to: number): void => {
      const bytes = chunk(content.subarray(from, to))
      sent.push(bytes)
      void connection.write(bytes)
    }
    let at = 0
    for (; at + step <= streamSize; at += step) send(at, at + step)
    await scene.hasReceived(at)
    expect(client.received).toBe(0)
    expect(scene.running.delivery).toMatchObject({ mode: 'buffered' })
    if (name !== 'in memory') await eventually(() => scene.proxy.temporaryFiles().length > 0)
    // Up to SIZE it is still held; the next byte lets it go, before the origin says its last.
    send(at, streamSize)
    send(streamSize, streamSize + 1)
    await client.readUntil(chunkedHead)
    expect((await client.readUntil(Buffer.concat(sent).length)).equals(Buffer.concat(sent))).toBe(true)
    sent.length = 0
    send(streamSize + 1, content.length)
    sent.push(Buffer.from(end))
    void connection.write(end)
    expect((await client.readUntil(Buffer.concat(sent).length)).equals(Buffer.concat(sent))).toBe(true)
    const flow = await scene.ended()
    const reason = { 1000: '1000b', [700 * KiB]: '700k' }[streamSize] ?? '9000k'
    expect(flow.delivery).toEqual({ mode: 'streamed', reason: `larger than ${reason}`, crossoverAt: streamSize })
    expect(flow.response).toMatchObject({ bytes: content.length, delivered: content.length, trailers: 'X-End: 1\r\n' })
    expect(flow.response?.deliveredChunks).toBe(flow.response?.chunks)
    // Its first part is the record.
    expect(flow.response?.body).toMatchObject({ state: 'partial', length: streamSize })
    expect((await scene.proxy.body(flow))?.equals(content.subarray(0, streamSize))).toBe(true)
  })

  test('a body without chunks crosses over in the middle of a read, and ends with its connection', async () => {
    await using scene = await openScene({ streamSize: 300 * KiB }, { tls })
    const { client, connection } = await scene.ask()
    const content = patterned(1000 * KiB)
    void connection.write('HTTP/1.1 200 OK\r\n\r\n')
    void connection.write(content.subarray(0, 900 * KiB))
    await client.readUntil('\r\n\r\n')
    expect((await client.readUntil(900 * KiB)).equals(content.subarray(0, 900 * KiB))).toBe(true)
    connection.end(content.subarray(900 * KiB))
    expect((await client.readAll()).equals(content.subarray(900 * KiB))).toBe(true)
    const flow = await scene.ended()
    expect(flow.delivery?.crossoverAt).toBe(300 * KiB)
    expect(flow.response?.body).toMatchObject({ state: 'partial', length: 300 * KiB })
    expect((await scene.proxy.body(flow))?.equals(content.subarray(0, 300 * KiB))).toBe(true)
  })
})

test('B1: a body that is whole when it exceeds the size has crossed over all the same', async () => {
  await using scene = await openScene({ streamSize: 4 })
  const { client, connection } = await scene.ask()
  void connection.write(`${chunkedHead}5\r\nhello\r\n${end}`)
  expect(await client.readText(end)).toBe(`${chunkedHead}5\r\nhello\r\n${end}`)
  const flow = await scene.ended()
  expect(flow.delivery).toEqual({ mode: 'streamed', reason: 'larger than 4b', crossoverAt: 4 })
  expect((await scene.proxy.body(flow))?.toString()).toBe('hell')
})

test('B1: the other policy streams unknown lengths at once, without a record', async () => {
  await using scene = await openScene({ streamSize: 1000, streamUnknown: 'now' })
  const { client, connection } = await scene.ask()
  void connection.write(`${chunkedHead}1\r\n`)
  await client.readUntil(`${chunkedHead}1\r\n`)
  void connection.write(`x\r\n${end}`)
  await client.readUntil(end)
  const flow = await scene.ended()
  expect(flow.delivery).toEqual({ mode: 'streamed', reason: 'unknown length', crossoverAt: undefined })
  expect(flow.response?.body).toMatchObject({ state: 'missing' })
})

describe('B2: held for too long', () => {
  const holdMs = 20
  test('before any byte of the body: the head goes out', async () => {
    await using scene = await openScene({ holdMs })
    const { client, connection } = await scene.ask()
    void connection.write(chunkedHead)
    await client.readUntil(chunkedHead)
    void connection.write('5\r\nhello\r\n')
    expect(await client.readText('hello\r\n')).toBe('5\r\nhello\r\n')
    void connection.write(end)
    await client.readUntil(end)
    const flow = await scene.ended()
    expect(flow.delivery).toEqual({ mode: 'streamed', reason: 'held for more than 20 ms', crossoverAt: 0 })
    // Delivered early, seen all the same.
    expect(flow.response?.body).toMatchObject({ state: 'complete', length: 5 })
    expect((await scene.proxy.body(flow))?.toString()).toBe('hello')
  })

  test.each<[string, string, string, string]>([
    ['chunked', chunkedHead, '5\r\nhello\r\n', `6\r\n world\r\n${end}`],
    ['length', 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n', 'hello', ' world'],
  ])('in the middle of the body: recorded on, %s', async (_, head, first, last) => {
    await using scene = await openScene({ holdMs, streamSize: 1000 })
    const { client, connection } = await scene.ask()
    void connection.write(head + first)
    expect(await client.readText(head.length + first.length)).toBe(head + first)
    void connection.write(last)
    expect(await client.readText(last.length)).toBe(last)
    const flow = await scene.ended()
    expect(flow.delivery).toEqual({ mode: 'streamed', reason: 'held for more than 20 ms', crossoverAt: 5 })
    expect((await scene.proxy.body(flow))?.toString()).toBe('hello world')
    expect(flow.response?.body.state).toBe('complete')
  })

  test('from a file, recorded on in the same file', async () => {
    await using scene = await openScene({ holdMs: 300 })
    const { client, connection } = await scene.ask()
    const content = patterned(3000 * KiB)
    void connection.write('HTTP/1.1 200 OK\r\n\r\n')
    void connection.write(content.subarray(0, 2000 * KiB))
    await client.readUntil('\r\n\r\n')
    expect((await client.readUntil(2000 * KiB)).equals(content.subarray(0, 2000 * KiB))).toBe(true)
    connection.end(content.subarray(2000 * KiB))
    await client.readUntil(1000 * KiB)
    const flow = await scene.ended()
    expect(flow.delivery).toMatchObject({ mode: 'streamed', reason: 'held for more than 300 ms' })
    expect(flow.response?.body).toMatchObject({ state: 'complete', length: content.length })
    expect((await scene.proxy.body(flow))?.equals(content)).toBe(true)
  })

  test('not where a rule says buffer', async () => {
    await using scene = await openScene({ holdMs: 1, rules: [{ name: 'whole', delivery: 'buffer' }] })
    const { client, connection } = await scene.ask('/held')
    void connection.write(`${chunkedHead}5\r\nhello\r\n`)
    await scene.hasReceived(5)
    // A later response has been held for longer than it may and crossed over; this one was there before.
    scene.proxy.update({ holdMs: 1, rules: [] })
    const other = await scene.ask('/other')
    void other.connection.write(chunkedHead)
    await other.client.readUntil(chunkedHead)
    expect(client.received).toBe(0)
    void other.connection.write(end)
    void connection.write(end)
    await client.readUntil(end)
    const flow = await scene.ended(({ url }) => url.endsWith('/held'))
    expect(flow.delivery).toEqual({ mode: 'buffered', reason: 'rule "whole": everything', crossoverAt: undefined })
  })
})

describe('B2: live types', () => {
  const types = ['text/event-stream', 'application/x-ndjson', 'application/jsonl', 'application/stream+json']
  const more = ['application/grpc', 'application/grpc-web+proto', 'multipart/x-mixed-replace']
  const head = (type: string): string => `HTTP/1.1 200 OK\r\nContent-Type: ${type}; charset=utf-8; boundary="a;b"\r\n`

  test.each([...types, ...more, 'Text/Event-STREAM '])('%s passes at once and is recorded', async (type) => {
    await using scene = await openScene({ streamSize: 1000 })
    const { client, connection } = await scene.ask()
    const all = `${head(type)}Transfer-Encoding: chunked\r\n\r\n`
    void connection.write(all)
    expect(await client.readText(all.length)).toBe(all)
    void connection.write('5\r\nhello\r\n')
    await client.readUntil('hello\r\n')
    void connection.write(end)
    await client.readUntil(end)
    const flow = await scene.ended()
    const reason = `live type ${type.trim().toLowerCase()}`
    expect(flow.delivery).toEqual({ mode: 'streamed', reason, crossoverAt: undefined })
    expect(flow.response?.body).toMatchObject({ state: 'complete', length: 5 })
    expect((await scene.proxy.body(flow))?.toString()).toBe('hello')
  })

  const liveWithout = async (wanted: Partial<Settings>): Promise<void> => {
    await using scene = await openScene({ ...wanted })
    const { client, connection } = await scene.ask()
    void connection.write(`${head('text/event-stream')}Content-Length: 5\r\n\r\nhell`)
    await scene.hasReceived(4)
    expect(client.received).toBe(0)
    void connection.write('o')
    await client.readUntil('hello')
    expect((await scene.ended()).delivery?.mode).toBe('buffered')
  }
  test('switched off, they are bodies like others', () => liveWithout({ liveTypes: false }))
  test('a rule comes first', () => liveWithout({ rules: [{ type: 'text/*', delivery: 'buffer' }] }))

  test('the record stops at the limit of a buffered body', async () => {
    await using scene = await openScene({ bufferLimit: 1000 })
    const { client, connection } = await scene.ask()
    const content = patterned(2500)
    void connection.write(`${head('text/event-stream')}\r\n`)
    for (let at = 0; at < content.length; at += 500) {
      void connection.write(content.subarray(at, at + 500))
      if (at === 0) await client.readUntil('\r\n\r\n')
      expect((await client.readUntil(500)).equals(content.subarray(at, at + 500))).toBe(true)
    }
    connection.end()
    const flow = await scene.ended()
    expect(flow.response).toMatchObject({ bytes: 2500, body: { state: 'partial', length: 1000 } })
    expect((await scene.proxy.body(flow))?.equals(content.subarray(0, 1000))).toBe(true)
  })
})

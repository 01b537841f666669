import { expect, test } from 'vitest'
import { watchHeldBuffers } from '../testing/held-buffers.ts'
import { HeadReader, defaultWireLimits, followBody, parseRequestHead, type RequestHead } from './index.ts'

const mebi = 1024 * 1024
const wide = { head: 2 * mebi, fields: mebi, extensions: 2 * mebi }
const one = [...Array(256).keys()].map((byte) => Buffer.of(byte))

/** Linear time takes well under a second for these; anything quadratic would take minutes. Of our own, not the neighbours'. */
function withinSeconds(action: () => void): void {
  const start = process.cpuUsage()
  action()
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(5000)
}

function byteByByte(text: string, feed: (bytes: Buffer) => unknown): void {
  for (let at = 0; at < text.length; at++) feed(one[text.charCodeAt(at)] ?? Buffer.alloc(0))
}

test('a head of 1 MiB that comes byte by byte costs linear time', () => {
  withinSeconds(() => {
    for (const line of ['a:\r\n', `a: ${'x'.repeat(1000)}\r\n`, `a: ${'x'.repeat(mebi)}\r\n`]) {
      const reader = new HeadReader(wide)
      byteByByte(`GET / HTTP/1.1\r\n${line.repeat(mebi / line.length)}\r\n`, (bytes) => reader.feed(bytes, 0))
      expect(reader.started).toBe(false)
      parseRequestHead(reader.text, wide)
    }
  })
})

test('1 MiB of chunks of one byte costs linear time, whole and byte by byte', () => {
  const text = '1\r\nx\r\n'.repeat(mebi / 6)
  withinSeconds(() => {
    const whole = followBody({ kind: 'chunked' }, wide)
    whole.feed(Buffer.from(text), 0)
    expect(whole.chunks).toBe(Math.floor(mebi / 6))
    const trickle = followBody({ kind: 'chunked' }, wide)
    byteByByte(text, (bytes) => trickle.feed(bytes, 0))
    expect(trickle.chunks).toBe(whole.chunks)
  })
})

test('1 MiB of unfinished extension or trailers that comes byte by byte costs linear time', () => {
  withinSeconds(() => {
    for (const text of [
      `1;${'x'.repeat(mebi)}`,
      `0\r\na: ${'x'.repeat(mebi)}`,
      `0\r\n${'a: b\r\n'.repeat(mebi / 6)}`,
    ]) {
      const body = followBody({ kind: 'chunked' }, wide)
      byteByByte(text, (bytes) => body.feed(bytes, 0))
      expect(body.done).toBe(false)
    }
  })
})

// A head lives as long as its flow: 100,000 of them must not keep 100,000 read buffers.
test('what is kept does not keep the buffers it was read from', async () => {
  const wire = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\nA: b\r\n\r\n'
  const kept: [RequestHead, Buffer | undefined, string | undefined][] = []
  const held = watchHeldBuffers()
  for (let count = 0; count < 1000; count++) {
    const bytes = Buffer.alloc(64 * 1024)
    bytes.write(wire, 'latin1')
    const reader = new HeadReader(defaultWireLimits)
    const end = reader.feed(bytes, 0)
    const body = followBody({ kind: 'chunked' }, defaultWireLimits)
    body.feed(bytes.subarray(0, end + 2), end)
    body.feed(bytes.subarray(0, wire.length), end + 2)
    kept.push([parseRequestHead(reader.text, defaultWireLimits), body.carried, body.trailers])
  }
  await held.below(16 * mebi)
  expect(kept[999]).toMatchObject([{ target: '/' }, Buffer.from('1;'), 'A: b\r\n'])
})

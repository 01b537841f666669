import fc from 'fast-check'
import { expect, test } from 'vitest'
import { followBody, type Framing } from '../../http1/index.ts'
import { chunk, patterned } from '../../testing/bytes.ts'
import { OriginChunks } from './origin-chunks.ts'

const KiB = 1024
const MiB = 1024 * KiB
const limits = { head: Infinity, fields: Infinity, extensions: Infinity }

/** What a modifier is handed of a body that comes in these reads. */
function handed(framing: Framing, reads: readonly Buffer[]): Buffer[] {
  const got: Buffer[] = []
  const chunks = new OriginChunks(framing.kind === 'chunked', (bytes) => void got.push(Buffer.from(bytes)))
  const follower = followBody(framing, limits)
  for (const read of reads) {
    const lent = Buffer.from(read)
    follower.feed(lent, 0)
    chunks.take(lent, follower)
    lent.fill('!')
  }
  return got
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

test('exactly the transfer chunks, however the reads cut them', () => {
  const content = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 10 })
  fc.assert(
    fc.property(content, fc.array(fc.nat(), { maxLength: 30 }), (chunks, cuts) => {
      const wire = Buffer.concat([
        ...chunks.map((bytes) => chunk(Buffer.from(bytes), ';x=y')),
        Buffer.from('0\r\n\r\n'),
      ])
      expect(handed({ kind: 'chunked' }, cutAt(wire, cuts))).toEqual(chunks.map((bytes) => Buffer.from(bytes)))
    }),
    { numRuns: 500 },
  )
})

test('byte by byte as well', () => {
  const wire = Buffer.concat([chunk('hello'), chunk('w'), chunk('orld'), Buffer.from('0\r\n\r\n')])
  const reads = Array.from(wire, (byte) => Buffer.of(byte))
  expect(handed({ kind: 'chunked' }, reads).map(String)).toEqual(['hello', 'w', 'orld'])
})

test.each([1, 1000, 64 * KiB, 300 * KiB, 3 * MiB])('a chunk of more than 1 MiB comes in parts, read by %d', (size) => {
  const content = patterned(2 * MiB + 5)
  const wire = Buffer.concat([chunk('first'), chunk(content), chunk('last')])
  // Read by one byte it would take long.
  const head = wire.subarray(0, size === 1 ? 50 : 0)
  const reads = [...Array.from(head, (byte) => Buffer.of(byte))]
  for (let at = head.length; at < wire.length; at += Math.max(size, 50_000)) {
    reads.push(wire.subarray(at, at + Math.max(size, 50_000)))
  }
  const got = handed({ kind: 'chunked' }, reads)
  expect(got.map(({ length }) => length)).toEqual([5, MiB, MiB, 5, 4])
  expect(Buffer.concat(got.slice(1, 4)).equals(content)).toBe(true)
})

test('other bodies as they come, in pieces of at most 64 KiB', () => {
  const content = patterned(150 * KiB)
  const reads = [content.subarray(0, 1), content.subarray(1, 64 * KiB + 1), content.subarray(64 * KiB + 1)]
  for (const framing of [{ kind: 'close' }, { kind: 'length', length: content.length }] as const) {
    const got = handed(framing, reads)
    expect(got.map(({ length }) => length)).toEqual([1, 64 * KiB, 64 * KiB, 22 * KiB - 1])
    expect(Buffer.concat(got).equals(content)).toBe(true)
  }
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockSize, Blocks } from './blocks.ts'

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.integer({ min: 0, max: 3 * blockSize }).map((length) => new Uint8Array(length).fill(length)),
)

test('any pieces come back in order, from any offset, whatever was dropped before it', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(), fc.nat(), (pieces, seedFrom, seedDrop) => {
      const whole = Buffer.concat(pieces)
      const blocks = new Blocks()
      const half = pieces.length >> 1
      for (const bytes of pieces.slice(0, half)) blocks.append(Buffer.from(bytes))
      const drop = seedDrop % (blocks.end + 1)
      blocks.dropUntil(drop)
      for (const bytes of pieces.slice(half)) blocks.append(Buffer.from(bytes))
      expect(blocks.end).toBe(whole.length)
      const from = drop + (seedFrom % (whole.length - drop + 1))
      expect(Buffer.concat(blocks.views(from, Infinity)).equals(whole.subarray(from))).toBe(true)
      const copied = Buffer.alloc(Math.min(100, whole.length - from))
      blocks.copy(from, copied, 0)
      expect(copied.equals(whole.subarray(from, from + copied.length))).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('views stay true while more is appended', () => {
  const blocks = new Blocks()
  blocks.append(Buffer.from('first'))
  const [view] = blocks.views(0, 5)
  for (let i = 0; i < 100_000; i++) blocks.append(Buffer.from('more'))
  expect(view?.toString()).toBe('first')
})

test('what was given out stays true when it is dropped; what was not is used again', () => {
  const [given, own] = [new Blocks(), new Blocks()]
  for (const blocks of [given, own]) for (let n = 0; n < 4; n++) blocks.append(Buffer.alloc(blockSize, 'a'))
  const views = given.views(0, Infinity)
  const front = new Set(own.front(0, Infinity).map(({ buffer }) => buffer))
  given.dropUntil(given.end)
  own.dropUntil(own.end)
  const next = new Blocks()
  for (let n = 0; n < 8; n++) next.append(Buffer.alloc(blockSize, 'b'))
  expect(Buffer.concat(views).equals(Buffer.alloc(4 * blockSize, 'a'))).toBe(true)
  expect(next.front(0, Infinity).some(({ buffer }) => front.has(buffer))).toBe(true)
})

test('copies: the piece may be reused at once', () => {
  const blocks = new Blocks()
  const reused = Buffer.from('aaaa')
  blocks.append(reused)
  reused.fill('b')
  blocks.append(reused)
  expect(Buffer.concat(blocks.views(0, 8)).toString()).toBe('aaaabbbb')
})

test('small pieces share blocks, and a short body does not hold a long one', () => {
  const blocks = new Blocks()
  for (let i = 0; i < 100_000; i++) blocks.append(Buffer.from('0123456789'))
  expect(blocks.views(0, Infinity).length).toBeLessThanOrEqual(Math.ceil(1_000_000 / blockSize) + 1)
  for (const [pieces, held] of [
    [1, 8192],
    [300, 8192],
    [3000, 65536],
  ] as const) {
    const short = new Blocks()
    for (let i = 0; i < pieces; i++) short.append(Buffer.from('0123456789'))
    const [only] = short.views(0, Infinity)
    expect(only?.length).toBe(10 * pieces)
    expect(only?.buffer.byteLength).toBeLessThanOrEqual(held)
  }
})

test('what is dropped is freed, also when everything is', () => {
  const blocks = new Blocks()
  blocks.append(Buffer.alloc(3 * blockSize, 'x'))
  blocks.append(Buffer.alloc(10, 'y'))
  blocks.dropUntil(3 * blockSize)
  expect(blocks.views(0, Infinity).map((view) => view.length)).toEqual([10])
  blocks.dropUntil(3 * blockSize + 10)
  blocks.append(Buffer.from('z'))
  expect(Buffer.concat(blocks.views(3 * blockSize, Infinity)).toString()).toBe('y'.repeat(10) + 'z')
})

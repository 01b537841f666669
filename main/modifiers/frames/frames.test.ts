import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameError, FrameReader, type OnFrame } from './frame-reader.ts'
import { frameType, fromWatchdog, fromWorker, headerLength, longestChunk, toWorker } from './frame-types.ts'
import { FrameWriter } from './frame-writer.ts'

type Frame = { type: number; channel: number; payload: Buffer }

/** What comes out of a reader that is fed `bytes` in these pieces. */
function read(pieces: Uint8Array[], lengths = fromWorker, options?: { fresh: boolean }): Frame[] {
  const frames: Frame[] = []
  const take: OnFrame = (type, channel, bytes, from, to, own) => {
    if (own) expect([from, to, bytes.byteOffset]).toEqual([0, bytes.buffer.byteLength, 0])
    frames.push({ type, channel, payload: Buffer.from(bytes.subarray(from, to)) })
  }
  const reader = new FrameReader(lengths, take, options)
  for (const piece of pieces) {
    const lent = Uint8Array.from(piece)
    reader.feed(lent)
    lent.fill(0xee)
  }
  return frames
}

function written(frames: Frame[]): Buffer {
  const writer = new FrameWriter()
  for (const { type, channel, payload } of frames) writer.frame(type, channel, payload)
  return Buffer.concat(writer.take())
}

const header = (length: number, type: number, channel = 1): Buffer => {
  const bytes = Buffer.alloc(headerLength)
  bytes.writeUInt32LE(length)
  bytes[4] = type
  bytes.writeUInt32LE(channel, 5)
  return bytes
}

const frames = fc.array(
  fc.record({
    type: fc.constant<number>(frameType.chunk),
    channel: fc.nat({ max: 0xffffffff }),
    payload: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 6 },
)

test.each([true, false])('frames come out as they went in, cut at every offset (fresh: %s)', (fresh) => {
  fc.assert(
    fc.property(frames, (given) => {
      const bytes = written(given)
      for (let cut = 0; cut <= bytes.length; cut++) {
        expect(read([bytes.subarray(0, cut), bytes.subarray(cut)], fromWorker, { fresh })).toEqual(given)
      }
      expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(given)
    }),
    { numRuns: 50 },
  )
})

test('numbers, times and objects have the payloads that readers expect', () => {
  const writer = new FrameWriter()
  writer.number(frameType.credit, 7, 0xfffffffe)
  writer.floats(frameType.stats, 0, 0.5, 1e9)
  writer.json(frameType.loaded, 0xffffffff, { a: 'ä' })
  const [credit, stats, loaded] = read(writer.take())
  expect(credit?.payload.readUInt32LE()).toBe(0xfffffffe)
  expect([stats?.payload.readDoubleLE(), stats?.payload.readDoubleLE(8)]).toEqual([0.5, 1e9])
  expect([loaded?.channel, loaded?.payload.toString()]).toEqual([0xffffffff, '{"a":"ä"}'])
})

test('what was taken stays as it was until it is returned, however much is written meanwhile', () => {
  const step = fc.oneof(
    fc.nat({ max: 300_000 }).map((size) => ({ size })),
    fc.nat({ max: 4 }).map((back) => ({ back })),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const writer = new FrameWriter()
      // Oldest first: what is lent, and what it has to be.
      const lent: { part: Buffer; was: Buffer }[] = []
      const give = (count: number): void => {
        for (const { part, was } of lent.splice(0, count)) {
          expect(part.equals(was)).toBe(true)
          writer.returned()
        }
      }
      for (const [round, wanted] of steps.entries()) {
        if ('back' in wanted) {
          give(wanted.back)
          continue
        }
        writer.frame(frameType.chunk, round, Buffer.alloc(wanted.size + 1, round))
        // Now and then more than one frame is taken together.
        if (wanted.size % 3 === 0) continue
        const taken = writer.take()
        expect(
          read(taken)
            .at(-1)
            ?.payload.equals(Buffer.alloc(wanted.size + 1, round)),
        ).toBe(true)
        for (const part of taken) lent.push({ part, was: Buffer.from(part) })
      }
      give(lent.length)
    }),
    { numRuns: 100 },
  )
})

test('memory is used again once it is returned, and only then', () => {
  const writer = new FrameWriter()
  writer.frame(frameType.end, 1)
  const [first] = writer.take()
  writer.frame(frameType.end, 2)
  const [second] = writer.take()
  expect(second?.byteOffset).toBe(first!.byteOffset + first!.length)
  writer.returned()
  writer.returned()
  writer.frame(frameType.end, 3)
  expect(writer.take()[0]?.byteOffset).toBe(first!.byteOffset)
})

// As garbage, blocks cost the engine more than what it did with them: it collected all of its heap for each 16 MB.
test('a writer that is always behind goes round in the same few blocks', () => {
  const writer = new FrameWriter()
  const memory = new Set<ArrayBufferLike>()
  const payload = Buffer.alloc(100_000)
  let lent = 0
  for (let round = 0; round < 300; round++) {
    writer.frame(frameType.chunk, 1, payload)
    for (const part of writer.take()) {
      memory.add(part.buffer)
      lent++
    }
    for (; lent > 8; lent--) writer.returned()
  }
  expect(memory.size).toBeLessThan(12)
})

test.each([
  ['a type that does not exist', header(0, 0)],
  ['a type of the other direction', header(10, frameType.load)],
  ['a type of the other socket', header(2, frameType.report)],
  ['an empty chunk', header(0, frameType.chunk)],
  ['a chunk beyond the limit', header(longestChunk + 1, frameType.chunk)],
  ['a length of 4 GiB', header(0xffffffff, frameType.chunk)],
  ['an end with a payload', header(1, frameType.end)],
  ['a credit of 3 bytes', header(3, frameType.credit)],
])('refuses %s, before any payload, at every cut', (_, bytes) => {
  for (let cut = 0; cut < bytes.length; cut++) {
    expect(() => read([bytes.subarray(0, cut), bytes.subarray(cut)])).toThrow(FrameError)
  }
})

test('never more than one payload is kept, and no stranger reaches it', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(fromWorker, fromWatchdog, toWorker),
      (bytes, lengths) => {
        try {
          for (const { type, payload } of read([bytes], lengths)) {
            const [least, most] = lengths.get(type)!
            expect(payload.length).toBeGreaterThanOrEqual(least)
            expect(payload.length).toBeLessThanOrEqual(most)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

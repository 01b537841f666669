import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageInflater } from './inflater.ts'
import { inflateWhole } from './testing/inflate-whole.ts'

const all = Number.MAX_SAFE_INTEGER
const tail = Buffer.from([0, 0, 0xff, 0xff])

/** Messages compressed as a sender with context takeover does (RFC 7692 §7.2.1). */
async function compress(messages: readonly Uint8Array[]): Promise<Buffer[]> {
  const deflate = createDeflateRaw()
  const compressed: Buffer[] = []
  let parts: Buffer[] = []
  deflate.on('data', (bytes: Buffer) => parts.push(bytes))
  for (const message of messages) {
    deflate.write(message)
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve))
    const whole = Buffer.concat(parts)
    parts = []
    expect(whole.subarray(-4)).toEqual(tail)
    compressed.push(whole.subarray(0, -4))
  }
  deflate.close()
  return compressed
}

const alone = (message: Uint8Array): Buffer =>
  deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)

test.each([
  ['7.2.3.1: two messages that share a window', ['f248cdc9c90700', 'f200110000']],
  ['7.2.3.3: a block without compression', ['000500faff48656c6c6f00']],
  ['7.2.3.4: a block with BFINAL, and what comes after it', ['f348cdc9c9070000', 'f200110000']],
  ['7.2.3.5: two blocks in one message', ['f248050000 00ffffcac9c90700'.replace(' ', '')]],
])('RFC 7692 §%s', async (_, payloads) => {
  const inflater = new MessageInflater(true)
  for (const payload of payloads) {
    expect(await inflateWhole(inflater, Buffer.from(payload, 'hex'), all)).toMatchObject({
      failure: undefined,
      cut: false,
    })
  }
  const again = new MessageInflater(true)
  for (const payload of payloads)
    expect((await inflateWhole(again, Buffer.from(payload, 'hex'), all)).bytes.toString()).toBe('Hello')
})

test('messages with context takeover come out in order, small and large, cut or not', async () => {
  const message = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 50 }),
    fc
      .tuple(fc.nat({ max: 255 }), fc.integer({ min: 1, max: 400_000 }))
      .map(([byte, size]) => new Uint8Array(size).fill(byte)),
    fc.integer({ min: 1, max: 90_000 }).map((size) => Uint8Array.from({ length: size }, (_, at) => (at * at) >> 3)),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 6 }),
      fc.nat({ max: 100_000 }),
      async (messages, limit) => {
        const inflater = new MessageInflater(true)
        for (const [index, payload] of (await compress(messages)).entries()) {
          const { bytes, cut, failure } = await inflateWhole(inflater, payload, limit)
          const whole = messages[index]!
          expect(failure).toBeUndefined()
          expect(cut).toBe(whole.length > limit)
          expect(bytes.equals(whole.subarray(0, limit))).toBe(true)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('without context takeover each message stands for itself, whatever came before', async () => {
  const inflater = new MessageInflater(false)
  inflater.skip()
  expect((await inflateWhole(inflater, Buffer.from('ffff', 'hex'), all)).failure).toMatch(/not valid deflate data/)
  expect((await inflateWhole(inflater, alone(Buffer.from('one')), all)).bytes.toString()).toBe('one')
  expect((await inflateWhole(inflater, alone(Buffer.alloc(300_000)), 10)).cut).toBe(true)
  expect((await inflateWhole(inflater, alone(Buffer.from('two')), all)).bytes.toString()).toBe('two')
})

test('with context takeover nothing is guessed behind what is damaged or missing', async () => {
  const [one, two] = await compress([Buffer.from('one one one one'), Buffer.from('one one one one')])
  for (const harm of ['damaged', 'skipped']) {
    const inflater = new MessageInflater(true)
    if (harm === 'damaged')
      expect((await inflateWhole(inflater, Buffer.from('ffff', 'hex'), all)).failure).toBeDefined()
    else inflater.skip()
    expect(await inflateWhole(inflater, two!, all)).toMatchObject({
      failure: expect.stringContaining('not known') as string,
    })
  }
  const inflater = new MessageInflater(true)
  await inflateWhole(inflater, one!, all)
  expect((await inflateWhole(inflater, two!, all)).bytes.toString()).toBe('one one one one')
})

test('a bomb costs time, not memory, and its window is right afterwards', async () => {
  const zeros = Buffer.alloc(160 * 1024 * 1024)
  const [bomb, next] = await compress([zeros, Buffer.from('after the zeros')])
  const inflater = new MessageInflater(true)
  const before = process.memoryUsage().arrayBuffers
  let came = 0
  let largest = 0
  const inflation = inflater.begin((bytes) => {
    came += bytes.length
    largest = Math.max(largest, bytes.length)
  })
  await inflation.push(bomb!)
  expect(await inflation.end()).toBeUndefined()
  // A piece at a time, however much comes of how little: between them others are served.
  expect([came, largest]).toEqual([zeros.length, 64 * 1024])
  // What has been let go of is collected when enough of it has gathered.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(zeros.length / 2)
  expect((await inflateWhole(inflater, next!, all)).bytes.toString()).toBe('after the zeros')
})

test('an empty message is empty, however it is written (RFC 7692 §7.2.3.6)', async () => {
  for (const payload of ['00', '0200', '']) {
    const inflater = new MessageInflater(true)
    expect(await inflateWhole(inflater, Buffer.from(payload, 'hex'), all)).toEqual({
      bytes: Buffer.alloc(0),
      cut: false,
      failure: undefined,
    })
  }
})

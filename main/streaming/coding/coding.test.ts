import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseResponseHead } from '../../http1/index.ts'
import { codingsOf, type Coding } from './codings.ts'
import { decodeStage, encodeStage, type RecodeOutput } from './recode-stage.ts'
import type { Stage } from '../../modifiers/index.ts'
import { eventually } from '../../testing/eventually.ts'

const unbounded = { head: Infinity, fields: Infinity, extensions: Infinity }
const MiB = 1024 * 1024

const encode = {
  gzip: (bytes: Buffer) => zlib.gzipSync(bytes),
  deflate: (bytes: Buffer) => zlib.deflateSync(bytes),
  'bare deflate': (bytes: Buffer) => zlib.deflateRawSync(bytes),
  br: (bytes: Buffer) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } }),
  zstd: (bytes: Buffer) => zlib.zstdCompressSync(bytes),
}
type Kind = keyof typeof encode
const kinds = Object.keys(encode) as Kind[]
const codingOf = (kind: Kind): Coding => (kind === 'bare deflate' ? 'deflate' : kind)

/** A stage with what it has told: chunks, then "end" or what is broken. */
function run(make: (out: RecodeOutput) => Stage) {
  const told: (Buffer | string)[] = []
  const out: RecodeOutput = {
    chunk: (bytes) => void told.push(Buffer.from(bytes)),
    end: () => void told.push('end'),
    drain: () => void told.push('drain'),
    endOfRead: () => void told.push('flush'),
    broken: (error) => void told.push(`broken: ${error.message}`),
    bug: (cause) => void told.push(`bug: ${String(cause)}`),
  }
  const stage = make(out)
  const ended = () => eventually(() => told.some((one) => typeof one === 'string' && /^(end|broken|bug)/.test(one)))
  return { stage, told, ended, chunks: () => told.filter((one) => typeof one !== 'string') }
}

/** What comes of these pieces: all content, and how it ended. */
async function decoded(codings: readonly Coding[], pieces: readonly Uint8Array[]) {
  const { stage, told, ended, chunks } = run((out) => decodeStage(codings, out))
  for (const piece of pieces) stage.write(piece)
  stage.end()
  await ended()
  return { text: Buffer.concat(chunks()).toString('latin1'), end: told.at(-1) }
}

test('which codings a head tells, in the order in which they were applied', () => {
  const codings = (...values: string[]) => {
    const lines = values.map((value) => `Content-Encoding: ${value}\r\n`).join('')
    return codingsOf(parseResponseHead(`HTTP/1.1 200 OK\r\n${lines}`, unbounded).fields)
  }
  expect(codings()).toEqual({ codings: [] })
  expect(codings('X-GZip , identity', 'br')).toEqual({ codings: ['gzip', 'br'] })
  expect(codings('deflate, zstd')).toEqual({ codings: ['deflate', 'zstd'] })
  expect(codings('gzip, snappy')).toEqual({ problem: 'the content coding "snappy" is not known' })
  expect(codings(new Array(6).fill('gzip').join())).toEqual({ problem: 'the body is encoded 6 times over' })
})

describe.each(kinds)('%s', (kind) => {
  const codings = [codingOf(kind)]
  const text = 'foo bar '.repeat(500)
  const bytes = encode[kind](Buffer.from(text))

  test('cut anywhere, it decodes to the same', async () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await decoded(codings, [bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual({ text, end: 'end' })
    }
    expect(
      await decoded(
        codings,
        Array.from(bytes, (byte) => Buffer.of(byte)),
      ),
    ).toEqual({ text, end: 'end' })
  })

  test('one chunk in, what it stands for out, at once, before the next one comes', async () => {
    const { stage, told, chunks } = run((out) => decodeStage(codings, out))
    const sent = run((out) => encodeStage(codings, out))
    for (const [index, word] of ['one', 'two', 'three'].entries()) {
      sent.stage.write(Buffer.from(word))
      await eventually(() => sent.chunks().length === index + 1)
      stage.write(sent.chunks().at(-1)!)
      await eventually(() => told.at(-1) === 'flush' && chunks().length === index + 1)
      expect(chunks().at(-1)?.toString()).toBe(word)
    }
    stage.cancel()
    sent.stage.cancel()
  })

  test('nothing at all is nothing', async () => {
    expect(await decoded(codings, [])).toEqual({ text: '', end: 'end' })
  })

  test('cut short, broken, or followed by something else', async () => {
    const broken = Buffer.from(bytes)
    broken.fill(0x55, 4, 20)
    expect((await decoded(codings, [bytes.subarray(0, -1)])).end).toBe('broken: it is cut short')
    expect((await decoded(codings, [broken])).end).toMatch(/^broken: it is (broken|cut short)/)
    expect((await decoded(codings, [Buffer.concat([bytes, Buffer.from('more')])])).end).toMatch(/^broken: /)
    expect((await decoded(codings, [bytes, Buffer.from('more')])).end).toMatch(/^broken: /)
  })

  test('a bomb goes off in small pieces, for as long as somebody wants them', async () => {
    const bomb = encode[kind](Buffer.alloc(64 * MiB))
    const { stage, told, chunks } = run((out) => decodeStage(codings, out))
    const before = process.memoryUsage().arrayBuffers
    stage.pause()
    for (let at = 0; at < bomb.length; at += MiB) stage.write(bomb.subarray(at, at + MiB))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(chunks()).toEqual([])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MiB)
    stage.resume()
    await eventually(() => chunks().length >= 2)
    for (const chunk of chunks()) expect(chunk.length).toBeLessThanOrEqual(MiB)
    stage.cancel()
    const told1 = told.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(told.length).toBe(told1)
  })
})

test('members and frames that follow each other are one body, and zeros behind a gzip are padding', async () => {
  const two = (kind: Kind) => ['one ', 'two'].map((word) => encode[kind](Buffer.from(word)))
  for (const kind of ['gzip', 'zstd'] as const) {
    expect(await decoded([kind], [Buffer.concat(two(kind))])).toEqual({ text: 'one two', end: 'end' })
    expect(await decoded([kind], two(kind))).toEqual({ text: 'one two', end: 'end' })
  }
  const padded = Buffer.concat([two('gzip')[1]!, Buffer.alloc(10)])
  expect(await decoded(['gzip'], [padded, Buffer.alloc(3)])).toEqual({ text: 'two', end: 'end' })
  expect((await decoded(['gzip'], [padded, Buffer.from('x')])).end).toBe('broken: something else follows its end')
})

test('whatever the codings and the pieces, what was encoded decodes to itself', async () => {
  const coding = fc.constantFrom<Coding>('gzip', 'deflate', 'br', 'zstd')
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.array(coding, { minLength: 1, maxLength: 4 }), pieces, async (codings, parts) => {
      const sent = run((out) => encodeStage(codings, out))
      for (const part of parts) sent.stage.write(part)
      sent.stage.end()
      await sent.ended()
      const got = await decoded(codings, sent.chunks())
      expect(got).toEqual({ text: Buffer.concat(parts).toString('latin1'), end: 'end' })
    }),
    { numRuns: 40 },
  )
})

test('who writes too much is asked to wait, and told when there is room', async () => {
  const { stage, told } = run((out) => decodeStage(['gzip'], out))
  const bytes = zlib.gzipSync(Buffer.from(fc.sample(fc.uint8Array({ minLength: 400_000, maxLength: 400_000 }), 1)[0]!))
  expect(stage.write(bytes.subarray(0, 100))).toBe(true)
  expect(stage.write(bytes.subarray(100))).toBe(false)
  expect(told).toEqual([])
  await eventually(() => told.includes('drain'))
  stage.cancel()
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MemoryStore, TempFolder } from '../../../main/flows/index.ts'
import type { HeadEdit, RecordedBody } from '../../../main/model/flow.ts'
import { CallError } from '../../contract/wire.ts'
import { sampleFlow } from '../../headless/testing/sample-flow.ts'
import { BodyPages } from './body-pages.ts'
import { DecodedBodies } from './decoded-bodies.ts'

const MiB = 1024 * 1024

let folder = ''
let store = new MemoryStore({ maxFlows: 1000, folder: new TempFolder() })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-bodies-'))
  store = new MemoryStore({ maxFlows: 1000, folder: new TempFolder(folder) })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const never = new AbortController().signal
let lastId = 0

/** An ended flow with this response body, in this coding. */
function keep(bytes: Uint8Array, coding: string, state: RecordedBody['state'] = 'complete'): number {
  const flow = sampleFlow({ id: ++lastId })
  const head = `HTTP/1.1 200 OK\r\n${coding === '' ? '' : `Content-Encoding: ${coding}\r\n`}`
  const content = { kind: 'memory', bytes: Buffer.from(bytes) } as const
  flow.response = { ...flow.response!, head, body: { state, length: bytes.length, content } }
  store.add(flow)
  return flow.id
}

const engine = () => ({ flows: store, running: () => [] })
const pages = () => new BodyPages(engine())

const question = (id: number, more: object = {}) => ({
  id,
  side: 'response' as const,
  decoded: true,
  offset: 0,
  length: 256 * 1024,
  ...more,
})

async function fault(answer: Promise<unknown>): Promise<[code: string, message: string]> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof CallError)) throw new Error(`no CallError: ${String(error)}`)
  return [error.code, error.message]
}

/** At a level that takes no time; a decoder knows no levels. */
const br = (bytes: Uint8Array): Buffer =>
  zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } })

const codings: Record<string, (bytes: Uint8Array) => Buffer> = {
  '': (bytes) => Buffer.from(bytes),
  identity: (bytes) => Buffer.from(bytes),
  gzip: (bytes) => zlib.gzipSync(bytes),
  'X-GZip': (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  ' deflate ': (bytes) => zlib.deflateRawSync(bytes),
  br,
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
  'gzip, br': (bytes) => br(zlib.gzipSync(bytes)),
  'deflate\r\ncontent-encoding: gzip': (bytes) => zlib.gzipSync(zlib.deflateRawSync(bytes)),
}

describe('codings', () => {
  test.each(Object.keys(codings))('%j is taken off', async (coding) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        const id = keep(codings[coding]!(bytes), coding)
        const page = await pages().page(question(id), never)
        expect(Buffer.from(page.bytes)).toEqual(Buffer.from(bytes))
        expect(page).toMatchObject({ total: bytes.length })
        expect(page).not.toHaveProperty('problem')
      }),
      { numRuns: 15 },
    )
  })

  test('several gzip members are one body', async () => {
    const id = keep(Buffer.concat([zlib.gzipSync('one '), zlib.gzipSync('two')]), 'gzip')
    expect(Buffer.from((await pages().page(question(id), never)).bytes).toString()).toBe('one two')
  })

  test('a large body is read in pages of its own memory', async () => {
    const text = Buffer.from(Array.from({ length: 200_000 }, (_, line) => `line ${line}\n`).join(''))
    const id = keep(zlib.gzipSync(text), 'gzip')
    const all = pages()
    const parts: Uint8Array[] = []
    for (let offset = 0, total = 1; offset < total;) {
      const page = await all.page(question(id, { offset }), never)
      expect(page.bytes.buffer.byteLength).toBe(page.bytes.length)
      parts.push(page.bytes)
      offset += page.bytes.length
      total = page.total
    }
    expect(Buffer.concat(parts).equals(text)).toBe(true)
    expect((await all.page(question(id, { offset: text.length + 5 }), never)).bytes).toHaveLength(0)
  })

  test('not decoded: the bytes as they were sent', async () => {
    const sent = zlib.gzipSync('hello')
    const id = keep(sent, 'gzip')
    const page = await pages().page(question(id, { decoded: false, offset: 2, length: 3 }), never)
    expect(Buffer.from(page.bytes)).toEqual(sent.subarray(2, 5))
    expect(page.total).toBe(sent.length)
  })
})

describe('what is broken', () => {
  test.each(['gzip', 'deflate', 'br', 'zstd'])('%s that is no such thing is not decodable', async (coding) => {
    const [code, message] = await fault(pages().page(question(keep(Buffer.alloc(50, 0xff), coding)), never))
    expect(code).toBe('NOT_DECODABLE')
    expect(message).toContain(coding)
  })

  test.each(['gzip', 'deflate', 'br', 'zstd'])('%s that was cut gives its beginning, and says so', async (coding) => {
    // Hardly compressible, so that what is cut off is more than one block of any coding.
    const text = Buffer.from(Array.from({ length: 30_000 }, (_, n) => `${Math.sin(n) * 1e6} `).join(''))
    const sent = codings[coding]!(text)
    const id = keep(sent.subarray(0, sent.length >> 1), coding, 'truncated')
    const page = await pages().page(question(id), never)
    expect(page.bytes.length).toBeGreaterThan(1000)
    expect(text.subarray(0, page.bytes.length).equals(page.bytes)).toBe(true)
    expect(page.problem).toContain('Only the beginning')
  })

  test('an unknown coding, and too many of them', async () => {
    const body = Buffer.from('x')
    expect(await fault(pages().page(question(keep(body, 'compress')), never))).toEqual([
      'NOT_DECODABLE',
      'Spillway does not know the content coding "compress".',
    ])
    const [code] = await fault(pages().page(question(keep(body, 'gzip,gzip,gzip,gzip,gzip,gzip')), never))
    expect(code).toBe('NOT_DECODABLE')
  })

  test('a bomb gives its first bytes, and says so; one inside another too', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(5 * MiB))
    const decoded = new DecodedBodies(engine(), MiB)
    const id = keep(bomb, 'gzip')
    const read = await decoded.read(id, 'response', store.get(id)!.response!, never)
    expect(read.bytes.length).toBe(MiB)
    expect(read.problem).toContain('Only the first 1m')
    // Its inner step would swell to no end and give nothing: empty members.
    const members = zlib.gzipSync(Buffer.concat(Array.from<Buffer>({ length: 100_000 }).fill(zlib.gzipSync(''))))
    const nested = keep(members, 'gzip, gzip')
    const empty = await decoded.read(nested, 'response', store.get(nested)!.response!, never)
    expect(empty).toMatchObject({ problem: expect.stringContaining('Only the first 1m') as string })
  })

  test('nothing recorded, and a flow that is gone', async () => {
    const flow = sampleFlow({ id: ++lastId })
    store.add(flow)
    expect(await fault(pages().page(question(flow.id), never))).toEqual(['GONE', 'The response body was not recorded.'])
    expect(await fault(pages().page(question(987_654), never))).toEqual(['GONE', 'The flow is gone.'])
    const id = keep(zlib.gzipSync('secret'), 'gzip')
    const all = pages()
    await all.page(question(id), never)
    store.remove([id])
    expect((await fault(all.page(question(id), never)))[0]).toBe('GONE')
  })
})

describe('what a modifier has made of it', () => {
  /** The origin's body in gzip; the client's as given, its head changed like that. */
  function modified(sent: Uint8Array, edit: HeadEdit | undefined): number {
    const flow = sampleFlow({ id: ++lastId })
    const memory = (bytes: Uint8Array) => ({ kind: 'memory', bytes: Buffer.from(bytes) }) as const
    const came = zlib.gzipSync('foo')
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: 23\r\n'
    const body: RecordedBody = { state: 'complete', length: came.length, content: memory(came) }
    flow.response = { ...flow.response!, head, edit, body }
    flow.modifiedBody = { state: 'truncated', length: sent.length, content: memory(sent) }
    store.add(flow)
    return flow.id
  }
  const text = async (id: number, side: string): Promise<string> =>
    Buffer.from((await pages().page(question(id, { side }), never)).bytes).toString()

  test('is read beside what came, with the coding it was sent in', async () => {
    const plain = modified(Buffer.from('bar'), { startLine: undefined, drop: [1, 2], add: [] })
    expect([await text(plain, 'response'), await text(plain, 'delivered')]).toEqual(['foo', 'bar'])
    const again = modified(zlib.gzipSync('bar'), { startLine: undefined, drop: [2], add: [] })
    expect(await text(again, 'delivered')).toBe('bar')
    const other = modified(zlib.brotliCompressSync('bar'), {
      startLine: 'HTTP/1.1 201 Created',
      drop: [1, 2],
      add: [['content-encoding', 'br']],
    })
    expect(await text(other, 'delivered')).toBe('bar')
    const unchanged = modified(zlib.gzipSync('bar'), undefined)
    expect(await text(unchanged, 'delivered')).toBe('bar')
  })

  test('is not there where none was at work', async () => {
    const id = keep(Buffer.from('as it came'), '')
    const [code, message] = await fault(pages().page(question(id, { side: 'delivered' }), never))
    expect([code, message]).toEqual(['GONE', expect.stringContaining('No modifier has changed this body') as string])
  })
})

describe('for a modifier', () => {
  test('a body is decoded, or as it came; a broken one gives what there is and says so', async () => {
    const whole = await pages().forModifier(keep(zlib.gzipSync('hello'), 'gzip'), never)
    expect([Buffer.from(whole.bytes.read(0, 10)).toString(), whole.problem]).toEqual(['hello', undefined])
    const plain = await pages().forModifier(keep(Buffer.from('hello'), ''), never)
    expect([Buffer.from(plain.bytes.read(0, 10)).toString(), plain.problem]).toEqual(['hello', undefined])
    const cut = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(9000, 'x'))).subarray(0, 40)
    const part = await pages().forModifier(keep(cut, 'gzip'), never)
    expect(part.bytes.length).toBeGreaterThan(0)
    expect(part.problem).toContain('broken here, or cut')
    expect((await fault(pages().forModifier(987_654, never)))[0]).toBe('GONE')
  })
})

describe('cancelling', () => {
  test('who cancels is answered at once; others get their body', async () => {
    const id = keep(zlib.gzipSync(Buffer.alloc(3 * MiB, 'x')), 'gzip')
    const decoded = new DecodedBodies(engine())
    const message = store.get(id)!.response!
    const abort = new AbortController()
    const mine = decoded.read(id, 'response', message, abort.signal)
    const theirs = decoded.read(id, 'response', message, never)
    abort.abort()
    await expect(mine).rejects.toThrow('aborted')
    expect((await theirs).bytes.length).toBe(3 * MiB)
  })

  test('when nobody waits any more it stops, and can be asked anew', async () => {
    const id = keep(zlib.gzipSync(Buffer.alloc(30 * MiB, 'x')), 'gzip')
    let reads = 0
    const flows = Object.create(store, {
      readBody: {
        value: (...args: Parameters<MemoryStore['readBody']>) => (reads++, store.readBody(...args)),
      },
    }) as MemoryStore
    Object.defineProperty(flows, 'get', { value: store.get.bind(store) })
    const decoded = new DecodedBodies({ flows, running: () => [] })
    const message = store.get(id)!.response!
    const abort = new AbortController()
    const read = decoded.read(id, 'response', message, abort.signal)
    abort.abort()
    await expect(read).rejects.toThrow('aborted')
    expect((await decoded.read(id, 'response', message, never)).bytes.length).toBe(30 * MiB)
    const once = reads
    await decoded.read(id, 'response', message, never)
    expect(reads).toBe(once)
  })
})

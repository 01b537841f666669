/** A7, A8, B4, B5, B8, B14 for responses that a modifier has: what it is handed, and what the client gets. */
import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { chunk, patterned } from '../../testing/bytes.ts'
import { InProcessModifiers, type InProcess, type Snippet } from '../../testing/in-process-modifier.ts'
import { openScene, type SceneOptions } from '../../testing/scene.ts'
import type { Settings } from '../../model/settings.ts'

const head = 'HTTP/1.1 200 OK\r\n'
const identity: Snippet = (chunks) => chunks

/** One modifier's scene. */
function modified(one: InProcess | InProcess[], wanted: Partial<Settings> = {}, options: SceneOptions = {}) {
  const modifiers = new InProcessModifiers(...(Array.isArray(one) ? one : [one]))
  return openScene(wanted, { ...options, modifiers })
}

/** Remembers the chunks that pass. */
function noting(): { seen: string[]; body: Snippet } {
  const seen: string[] = []
  async function* body(chunks: AsyncIterable<Buffer>) {
    for await (const bytes of chunks) {
      seen.push(bytes.toString('latin1'))
      yield bytes
    }
  }
  return { seen, body }
}

const upper: Snippet = async function* (chunks) {
  for await (const bytes of chunks) yield bytes.toString('latin1').toUpperCase()
}

describe.each([false, true])('TLS %s', (tls) => {
  test.each([
    ['Content-Length', 'Content-Length: 10\r\n\r\n', 'hello', 'world', 'Transfer-Encoding: chunked\r\n'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n', '5\r\nhello\r\n', '5\r\nworld\r\n0\r\n\r\n', undefined],
    ['until close', '\r\n', 'hello', 'world', 'Transfer-Encoding: chunked\r\n'],
  ])(
    '%s: the head at once, then chunk by chunk, before the origin may send on',
    async (name, fields, first, last, added) => {
      await using scene = await modified({ name: 'upper', body: upper }, {}, { tls })
      const { client, connection } = await scene.ask()
      void connection.write(head + fields)
      const sent = added === undefined ? head + fields : `${head}${added}\r\n`
      expect(await client.readText(sent.length)).toBe(sent)
      void connection.write(first)
      expect(await client.readText(10)).toBe('5\r\nHELLO\r\n')
      void connection.write(last)
      if (name === 'until close') connection.end()
      expect(await client.readText(15)).toBe('5\r\nWORLD\r\n0\r\n\r\n')
      const flow = await scene.ended()
      expect(flow.error).toBeUndefined()
      expect(flow.delivery).toEqual({ mode: 'streamed', reason: 'modifier upper', crossoverAt: undefined })
      expect(flow.response).toMatchObject({ bytes: 10, delivered: 10, chunks: 2, deliveredChunks: 2 })
      expect(flow.modifiers).toMatchObject([{ name: 'upper', chunksIn: 2, bytesIn: 10, chunksOut: 2, bytesOut: 10 }])
      // B7: both sides.
      expect(flow.response?.body.state).toBe('complete')
      expect((await scene.proxy.body(flow))?.toString()).toBe('helloworld')
      expect(flow.modifiedBody?.state).toBe('complete')
      expect((await scene.proxy.body(flow, 'delivered'))?.toString()).toBe('HELLOWORLD')
    },
  )

  test('B4: the next response on the same connection is intact, after growth and after shrinking', async () => {
    const body: Snippet = async function* (chunks, { request }) {
      for await (const bytes of chunks) {
        if (request.url.endsWith('/grow')) yield* ['more ', 'and more ', bytes]
        else if (bytes.length > 0) yield bytes.subarray(0, 1)
      }
    }
    await using scene = await modified({ body, matches: (path) => path !== '/plain' }, {}, { tls })
    const client = await scene.client()
    for (const [path, text] of [
      ['/grow', '5\r\nmore \r\n9\r\nand more \r\n5\r\nhello\r\n0\r\n\r\n'],
      ['/plain', 'hello'],
      ['/shrink', '1\r\nh\r\n0\r\n\r\n'],
      ['/plain', 'hello'],
    ] as const) {
      void client.write(scene.requestText(path))
      const { connection } = await scene.origin.request()
      void connection.write(`${head}Content-Length: 5\r\nConnection: close\r\n\r\nhello`)
      const sent = await client.readText('\r\n\r\n')
      expect(sent.includes('Content-Length')).toBe(path === '/plain')
      expect(await client.readText(text.length)).toBe(text)
      await scene.ended()
    }
  })
})

describe('A7: what a modifier is handed', () => {
  test("the origin's chunks, however they come", async () => {
    const { seen, body } = noting()
    await using scene = await modified({ body })
    const { client, connection } = await scene.ask()
    await connection.write(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhe`)
    await client.readUntil('\r\n\r\n')
    void connection.write('llo\r\n1\r\n!\r\n3;x=y\r\nyou\r\n')
    expect(await client.readText(24)).toBe('5\r\nhello\r\n1\r\n!\r\n3\r\nyou\r\n')
    expect(seen).toEqual(['hello', '!', 'you'])
    void connection.write('0\r\n\r\n')
    await client.readUntil('0\r\n\r\n')
    await scene.ended()
  })

  test('a trickle does not wait', async () => {
    const { seen, body } = noting()
    await using scene = await modified({ body })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}\r\n`)
    await client.readUntil('\r\n\r\n')
    for (let turn = 0; turn < 5; turn++) {
      void connection.write('0123456789')
      expect(await client.readText(15)).toBe('a\r\n0123456789\r\n')
    }
    expect(seen).toHaveLength(5)
    connection.end()
    expect(await client.readText(5)).toBe('0\r\n\r\n')
    await scene.ended()
  })

  test('large bodies arrive byte for byte', async () => {
    const bytes = patterned(5_000_001)
    await using scene = await modified({ body: identity })
    const { client, connection } = await scene.ask('/', { version: '1.0' })
    void connection.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`)
    void connection.write(bytes)
    await client.readUntil('\r\n\r\n')
    expect((await client.readAll()).equals(bytes)).toBe(true)
    const flow = await scene.ended()
    expect(flow.response).toMatchObject({ bytes: bytes.length, delivered: bytes.length })
    // A record never slows anybody: what a disk could not keep up with is missing at its end.
    for (const [side, { length }] of [
      ['response', flow.response!.body],
      ['delivered', flow.modifiedBody!],
    ] as const) {
      expect((await scene.proxy.body(flow, side))?.equals(bytes.subarray(0, length))).toBe(true)
    }
  })
})

describe('A8, B5: what it may do', () => {
  test('add before, between and after, hold back, drop, and yield nothing', async () => {
    const body: Snippet = async function* (chunks) {
      yield 'before'
      yield ''
      let held = ''
      for await (const bytes of chunks) {
        held += bytes.toString()
        yield new Uint8Array(0)
        if (held.length >= 10) yield held
      }
      yield 'after'
    }
    await using scene = await modified({ body })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 10\r\n\r\n`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(11)).toBe('6\r\nbefore\r\n')
    void connection.write('hello')
    await scene.hasReceived(5)
    void connection.write('world')
    const rest = 'a\r\nhelloworld\r\n5\r\nafter\r\n0\r\n\r\n'
    expect(await client.readText(rest.length)).toBe(rest)
    await scene.ended()
  })

  test('a body that becomes empty', async () => {
    const body: Snippet = async function* (chunks) {
      for await (const bytes of chunks) if (bytes.length === 0) yield bytes
    }
    await using scene = await modified({ body })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 5\r\n\r\nhello`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(5)).toBe('0\r\n\r\n')
    const flow = await scene.ended()
    expect(flow.response).toMatchObject({ bytes: 5, delivered: 0, deliveredChunks: 0 })
    expect(flow.modifiedBody).toMatchObject({ state: 'complete', length: 0 })
  })

  test('several, one after the other, in their order', async () => {
    const wrap = (mark: string): Snippet =>
      async function* (chunks) {
        for await (const bytes of chunks) yield `${mark}${bytes.toString()}${mark}`
      }
    const list = [
      { name: 'a', body: wrap('a') },
      { name: 'b', body: wrap('b') },
      { name: 'c', body: wrap('c') },
    ]
    await using scene = await modified(list)
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 1\r\n\r\n.`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(17)).toBe('7\r\ncba.abc\r\n0\r\n\r\n')
    const flow = await scene.ended()
    expect(flow.delivery?.reason).toBe('modifier a, modifier b, modifier c')
    expect(flow.modifiers).toMatchObject([{ bytesIn: 1, bytesOut: 3 }, { bytesOut: 5 }, { bytesIn: 5, bytesOut: 7 }])
  })
})

describe('the head', () => {
  test('what is true of another body only does not go out', async () => {
    await using scene = await modified({ body: upper })
    const { client, connection } = await scene.ask()
    const digests = 'Content-MD5: x\r\nDigest: x\r\ncontent-digest: x\r\nRepr-Digest: x\r\n'
    void connection.write(`${head}X-One: 1\r\n${digests}Content-Length: 1\r\nETag: "x"\r\n\r\nx`)
    expect(await client.readText('\r\n\r\n')).toBe(`${head}X-One: 1\r\nETag: "x"\r\nTransfer-Encoding: chunked\r\n\r\n`)
    await client.readUntil('0\r\n\r\n')
    await scene.ended()
  })

  test('B14: trailers pass, behind the last byte of what came of the body', async () => {
    await using scene = await modified({ body: upper })
    const { client, connection } = await scene.ask()
    void connection.write(
      `${head}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nContent-Digest: x\r\nX-Sum: 7\r\n\r\n`,
    )
    expect(await client.readText('\r\n\r\n')).toContain('Trailer: X-Sum')
    expect(await client.readText(25)).toBe('5\r\nHELLO\r\n0\r\nX-Sum: 7\r\n\r\n')
    await scene.ended()
  })

  test.each([
    ['Content-Length', 'Content-Length: 5\r\n\r\nhello'],
    ['chunked', 'Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n'],
  ])('B4: an HTTP/1.0 client gets the content, ended by the connection: %s', async (_, answer) => {
    await using scene = await modified({ body: upper })
    const { client, connection } = await scene.ask('/', { version: '1.0', extra: 'Connection: keep-alive\r\n' })
    void connection.write(head + answer)
    expect((await client.readAll()).toString()).toBe(`${head}Connection: close\r\n\r\nHELLO`)
    expect(await client.closed).toBe('fin')
    const flow = await scene.ended()
    expect(flow.error).toBeUndefined()
    expect(flow.response).toMatchObject({ delivered: 5 })
  })

  test('A9: without a body no modifier is called, and no terminator is sent', async () => {
    const modifiers = new InProcessModifiers({ body: upper })
    await using scene = await openScene({}, { modifiers })
    const client = await scene.client()
    for (const [method, answer] of [
      ['HEAD', `${head}Content-Length: 5\r\n\r\n`],
      ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
      ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
      ['GET', `${head}Content-Length: 0\r\n\r\n`],
    ] as const) {
      void client.write(scene.requestText('/', { method }))
      const { connection } = await scene.origin.request()
      void connection.write(answer.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
      expect(await client.readText(answer.length)).toBe(answer)
      const flow = await scene.ended()
      expect(flow.delivery).toMatchObject({ mode: 'buffered', reason: 'no body' })
      expect(flow).toMatchObject({ modifiers: undefined, modifiedBody: undefined, notes: [] })
    }
    expect(modifiers.list[0]?.opened).toBe(0)
    expect(client.peek()).toBe('')
  })

  test('B4: a 206 passes unmodified, visibly', async () => {
    await using scene = await modified({ name: 'upper', body: upper })
    const { client, connection } = await scene.ask()
    const answer = 'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/9\r\nContent-Length: 5\r\n\r\nhello'
    void connection.write(answer)
    expect(await client.readText(answer.length)).toBe(answer)
    const flow = await scene.ended()
    expect(flow.notes).toEqual(['modifier upper not applied: a part of a body (206) passes unmodified'])
    expect(flow.modifiers).toBeUndefined()
  })
})

describe('B8: content codings', () => {
  const replace: Snippet = async function* (chunks) {
    let text = ''
    for await (const bytes of chunks) text += bytes.toString()
    yield text.replaceAll('foo', 'bar')
  }
  const text = 'foo and foo'
  const codings: [coding: string, bytes: Buffer][] = [
    ['gzip', zlib.gzipSync(text)],
    ['x-gzip', zlib.gzipSync(text)],
    ['deflate', zlib.deflateSync(text)],
    ['deflate', zlib.deflateRawSync(text)],
    ['br', zlib.brotliCompressSync(text)],
    ['zstd', zlib.zstdCompressSync(text)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(text))],
  ]

  test.each(codings)('%s: it sees content, and the client gets what comes of it', async (coding, bytes) => {
    await using scene = await modified({ body: replace })
    const { client, connection } = await scene.ask()
    const cut = Math.floor(bytes.length / 2)
    void connection.write(`${head}Transfer-Encoding: chunked\r\nContent-Encoding: ${coding}\r\n\r\n`)
    void connection.write(Buffer.concat([chunk(bytes.subarray(0, cut)), chunk(bytes.subarray(cut))]))
    void connection.write('0\r\n\r\n')
    expect(await client.readText('\r\n\r\n')).toBe(`${head}Transfer-Encoding: chunked\r\n\r\n`)
    expect(await client.readText(21)).toBe('b\r\nbar and bar\r\n0\r\n\r\n')
    const flow = await scene.ended()
    // What came is recorded as it came.
    expect((await scene.proxy.body(flow))?.equals(bytes)).toBe(true)
    expect((await scene.proxy.body(flow, 'delivered'))?.toString()).toBe('bar and bar')
    expect(flow.response).toMatchObject({ bytes: bytes.length, delivered: 11 })
  })

  test('what one chunk decodes to is one chunk, at once', async () => {
    const { seen, body } = noting()
    await using scene = await modified({ body })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n`)
    await client.readUntil('\r\n\r\n')
    const gzip = zlib.createGzip()
    for (const word of ['one', 'two', 'three']) {
      gzip.write(word)
      await new Promise<void>((resolve) => gzip.flush(zlib.constants.Z_SYNC_FLUSH, resolve))
      void connection.write(chunk(gzip.read() as Buffer))
      const sent = chunk(word)
      expect(await client.readText(sent.length)).toBe(sent.toString())
    }
    expect(seen).toEqual(['one', 'two', 'three'])
    gzip.destroy()
    connection.end()
    await client.readAll()
    expect((await scene.ended()).error?.code).toBe('ORIGIN_CLOSED')
  })

  test.each([
    ['gzip', zlib.gunzipSync],
    ['deflate', zlib.inflateSync],
    ['br', zlib.brotliDecompressSync],
    ['zstd', zlib.zstdDecompressSync],
  ] as const)('recode: %s goes out again, each chunk decodable as it arrives', async (coding, decode) => {
    await using scene = await modified({ body: upper, recode: true })
    const { client, connection } = await scene.ask('/', { version: '1.0' })
    const encode = {
      gzip: zlib.gzipSync,
      deflate: zlib.deflateSync,
      br: zlib.brotliCompressSync,
      zstd: zlib.zstdCompressSync,
    }
    const bytes = encode[coding]('hello')
    void connection.write(`${head}Content-Encoding: ${coding}\r\nContent-Length: ${bytes.length}\r\n\r\n`)
    void connection.write(bytes)
    expect(await client.readText('\r\n\r\n')).toBe(`${head}Content-Encoding: ${coding}\r\nConnection: close\r\n\r\n`)
    expect(decode(await client.readAll()).toString()).toBe('HELLO')
    await scene.ended()
  })

  test('decode = false gives wire bytes', async () => {
    const { seen, body } = noting()
    await using scene = await modified({ body, decode: false })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nwire`)
    expect(await client.readText('\r\n\r\n')).toContain('Content-Encoding: gzip')
    expect(await client.readText(14)).toBe('4\r\nwire\r\n0\r\n\r\n')
    expect(seen).toEqual(['wire'])
    await scene.ended()
  })

  test('behind one that had them decoded it gives decoded bytes, and the flow says so', async () => {
    const { seen, body } = noting()
    await using scene = await modified([
      { name: 'content', body: identity },
      { name: 'wire', body, decode: false },
    ])
    const { client, connection } = await scene.ask()
    const bytes = zlib.gzipSync('hello')
    void connection.write(`${head}Content-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`)
    void connection.write(bytes)
    expect(await client.readText('\r\n\r\n')).not.toContain('Content-Encoding')
    expect(await client.readText(15)).toBe('5\r\nhello\r\n0\r\n\r\n')
    expect(seen).toEqual(['hello'])
    const { notes } = await scene.ended()
    expect(notes).toEqual(['modifier wire gets decoded bytes: modifier content before it had them decoded'])
  })

  test('an unknown coding: not applied, visibly, but for those that want wire bytes', async () => {
    const list = [
      { name: 'wire', body: upper, decode: false },
      { name: 'content', body: upper },
    ]
    await using scene = await modified(list)
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Encoding: snappy\r\nContent-Length: 2\r\n\r\nxy`)
    expect(await client.readText('\r\n\r\n')).toContain('Content-Encoding: snappy')
    expect(await client.readText(12)).toBe('2\r\nXY\r\n0\r\n\r\n')
    const flow = await scene.ended()
    expect(flow.notes).toEqual(['modifier content not applied: the content coding "snappy" is not known'])
    expect(flow.delivery?.reason).toBe('modifier wire')
  })

  test('a corrupt one is the fault of the origin, and seen as a cut', async () => {
    await using scene = await modified({ body: identity })
    const { client, connection } = await scene.ask()
    void connection.write(
      `${head}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nnot gzip\r\n`.replace('7', '8'),
    )
    await client.readUntil('\r\n\r\n')
    expect((await client.readAll()).toString()).toBe('')
    expect(await connection.closed).not.toBe('here')
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({ code: 'BAD_RESPONSE', side: 'origin', phase: 'response-body' })
    expect(flow.error?.message).toContain('not what its content coding says: it is broken')
  })

  test('one that is cut short as well, though the body is complete', async () => {
    await using scene = await modified({ body: identity })
    const bytes = zlib.gzipSync('hello world').subarray(0, -4)
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`)
    void connection.write(bytes)
    await client.readUntil('\r\n\r\n')
    expect((await client.readAll()).toString()).not.toContain('0\r\n\r\n')
    expect((await scene.ended()).error?.message).toContain('it is cut short')
  })
})

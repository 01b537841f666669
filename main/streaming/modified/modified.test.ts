/** A7, A8, B4, B5, B14 for responses that a modifier has: what it is handed, and what the client gets. */
import { describe, expect, test } from 'vitest'
import { patterned } from '../../testing/bytes.ts'
import type { Snippet } from '../../testing/in-process-modifier.ts'
import { identity, noting, openModified, upper } from '../../testing/modified-scene.ts'

const head = 'HTTP/1.1 200 OK\r\n'
describe.each([false, true])('TLS %s', (tls) => {
  test.each([
    ['Content-Length', 'Content-Length: 10\r\n\r\n', 'hello', 'world', 'Transfer-Encoding: chunked\r\n'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n', '5\r\nhello\r\n', '5\r\nworld\r\n0\r\n\r\n', undefined],
    ['until close', '\r\n', 'hello', 'world', 'Transfer-Encoding: chunked\r\n'],
  ])(
    '%s: the head at once, then chunk by chunk, before the origin may send on',
    async (name, fields, first, last, added) => {
      await using scene = await openModified({ name: 'upper', body: upper }, {}, { tls })
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
    await using scene = await openModified({ body, matches: (path) => path !== '/plain' }, {}, { tls })
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
    await using scene = await openModified({ body })
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
    await using scene = await openModified({ body })
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
    await using scene = await openModified({ body: identity })
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
    await using scene = await openModified({ body })
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
    await using scene = await openModified({ body })
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
    await using scene = await openModified(list)
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
    await using scene = await openModified({ body: upper })
    const { client, connection } = await scene.ask()
    const digests = 'Content-MD5: x\r\nDigest: x\r\ncontent-digest: x\r\nRepr-Digest: x\r\n'
    void connection.write(`${head}X-One: 1\r\n${digests}Content-Length: 1\r\nETag: "x"\r\n\r\nx`)
    expect(await client.readText('\r\n\r\n')).toBe(`${head}X-One: 1\r\nETag: "x"\r\nTransfer-Encoding: chunked\r\n\r\n`)
    await client.readUntil('0\r\n\r\n')
    await scene.ended()
  })

  test('B14: trailers pass, behind the last byte of what came of the body', async () => {
    await using scene = await openModified({ body: upper })
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
    await using scene = await openModified({ body: upper })
    const { client, connection } = await scene.ask('/', { version: '1.0', extra: 'Connection: keep-alive\r\n' })
    void connection.write(head + answer)
    expect((await client.readAll()).toString()).toBe(`${head}Connection: close\r\n\r\nHELLO`)
    expect(await client.closed).toBe('fin')
    const flow = await scene.ended()
    expect(flow.error).toBeUndefined()
    expect(flow.response).toMatchObject({ delivered: 5 })
  })

  test('A9: without a body no modifier is called, and no terminator is sent', async () => {
    await using scene = await openModified({ body: upper })
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
    expect(scene.modifier.opened).toBe(0)
    expect(client.peek()).toBe('')
  })

  test('B4: a 206 passes unmodified, visibly', async () => {
    await using scene = await openModified({ name: 'upper', body: upper })
    const { client, connection } = await scene.ask()
    const answer = 'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/9\r\nContent-Length: 5\r\n\r\nhello'
    void connection.write(answer)
    expect(await client.readText(answer.length)).toBe(answer)
    const flow = await scene.ended()
    expect(flow.notes).toEqual(['modifier upper not applied: a part of a body (206) passes unmodified'])
    expect(flow.modifiers).toBeUndefined()
  })
})

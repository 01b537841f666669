/** B8 for responses that a modifier has: it is handed content, and the client gets what comes of it. */
import * as zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { chunk } from '../../testing/bytes.ts'
import type { Snippet } from '../../testing/in-process-modifier.ts'
import { identity, noting, openModified, upper } from '../../testing/modified-scene.ts'

const head = 'HTTP/1.1 200 OK\r\n'
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
  await using scene = await openModified({ body: replace })
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
  await using scene = await openModified({ body })
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
  await using scene = await openModified({ body: upper, recode: true })
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
  await using scene = await openModified({ body, decode: false })
  const { client, connection } = await scene.ask()
  void connection.write(`${head}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nwire`)
  expect(await client.readText('\r\n\r\n')).toContain('Content-Encoding: gzip')
  expect(await client.readText(14)).toBe('4\r\nwire\r\n0\r\n\r\n')
  expect(seen).toEqual(['wire'])
  await scene.ended()
})

test('behind one that had them decoded it gives decoded bytes, and the flow says so', async () => {
  const { seen, body } = noting()
  await using scene = await openModified([
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
  await using scene = await openModified(list)
  const { client, connection } = await scene.ask()
  void connection.write(`${head}Content-Encoding: snappy\r\nContent-Length: 2\r\n\r\nxy`)
  expect(await client.readText('\r\n\r\n')).toContain('Content-Encoding: snappy')
  expect(await client.readText(12)).toBe('2\r\nXY\r\n0\r\n\r\n')
  const flow = await scene.ended()
  expect(flow.notes).toEqual(['modifier content not applied: the content coding "snappy" is not known'])
  expect(flow.delivery?.reason).toBe('modifier wire')
})

test('a corrupt one is the fault of the origin, and seen as a cut', async () => {
  await using scene = await openModified({ body: identity })
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
  await using scene = await openModified({ body: identity })
  const bytes = zlib.gzipSync('hello world').subarray(0, -4)
  const { client, connection } = await scene.ask()
  void connection.write(`${head}Content-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`)
  void connection.write(bytes)
  await client.readUntil('\r\n\r\n')
  expect((await client.readAll()).toString()).not.toContain('0\r\n\r\n')
  expect((await scene.ended()).error?.message).toContain('it is cut short')
})

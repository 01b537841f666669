/** Modifiers as users have them, from their file to the client: real sandbox processes, real sockets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ModifierEntry } from '../../model/modifier.ts'
import type { Flow } from '../../model/flow.ts'
import type { Settings } from '../../model/settings.ts'
import { testLauncher } from '../../modifiers/testing/launcher.ts'
import { chunk, patterned } from '../../testing/bytes.ts'
import { openScene, type Scene, type SceneOptions } from '../../testing/scene.ts'

const head = 'HTTP/1.1 200 OK\r\n'
const chunked = `${head}Transfer-Encoding: chunked\r\n`
const MiB = 1024 * 1024

const folder = mkdtempSync(join(tmpdir(), 'spillway-sandboxed-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

/** A file with this source. */
function modifier(source: string, name = `m${++files}`): string {
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, source)
  return file
}

type Wanted = Partial<Settings> & { entry?: Partial<ModifierEntry> }

async function sandboxed(sources: string | string[], { entry, ...wanted }: Wanted = {}, options: SceneOptions = {}) {
  const modifiers = [sources].flat().map((source) => ({ file: modifier(source), ...entry }))
  const scene = await openScene({ ...wanted, modifiers }, { ...options, launchSandbox: await testLauncher() })
  await scene.proxy.engine.modifiers.loaded()
  return scene
}

const replace = `
import { replace } from 'spillway'
export default (chunks: AsyncIterable<Uint8Array>) => replace(chunks, 'foo', 'bar')
`
const identity = `export default async function* (chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) yield chunk
}
`

/** Reads a body in transfer chunks to its end; rejects when it is cut. */
async function body(client: Awaited<ReturnType<Scene['client']>>): Promise<{ chunks: Buffer[]; text: string }> {
  const chunks: Buffer[] = []
  for (;;) {
    const size = Number.parseInt(await client.readText('\r\n'), 16)
    const bytes = await client.readUntil(size + 2)
    if (size === 0) return { chunks, text: Buffer.concat(chunks).toString() }
    chunks.push(bytes.subarray(0, size))
  }
}

describe.each([false, true])('the "foo → bar" of the old documentation, TLS %s', (tls) => {
  const text = 'a foo, a fo-foo and a f'
  const codings: [coding: string, bytes: Buffer][] = [
    ['identity', Buffer.from(text)],
    ['gzip', zlib.gzipSync(text)],
    ['deflate', zlib.deflateSync(text)],
    ['br', zlib.brotliCompressSync(text)],
    ['zstd', zlib.zstdCompressSync(text)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(text))],
  ]

  let scene: Scene
  beforeAll(async () => {
    scene = await sandboxed(replace, {}, { tls })
  })
  afterAll(() => scene[Symbol.asyncDispose]())

  test.each(codings)('whichever two chunks it straddles: %s', async (coding, bytes) => {
    const client = await scene.client()
    // Where coded bytes are cut decides nothing more; see coding.test.ts.
    const step = coding === 'identity' && !tls ? 1 : Math.ceil(bytes.length / 4)
    for (let cut = 1; cut < bytes.length; cut += step) {
      void client.write(scene.requestText(`/${cut}`))
      const { connection } = await scene.origin.request()
      void connection.write(`${chunked}Content-Encoding: ${coding}\r\nConnection: close\r\n\r\n`)
      void connection.write(chunk(bytes.subarray(0, cut)))
      await client.readUntil('\r\n\r\n')
      void connection.write(Buffer.concat([chunk(bytes.subarray(cut)), Buffer.from('0\r\n\r\n')]))
      expect((await body(client)).text).toBe('a bar, a fo-bar and a f')
      expect((await scene.ended()).error).toBeUndefined()
    }
  })

  test('an HTTP/1.0 client', async () => {
    const { client, connection } = await scene.ask('/', { version: '1.0' })
    void connection.write(`${head}Content-Length: 8\r\n\r\na f`)
    await client.readUntil('\r\n\r\n')
    void connection.write('oo b!')
    expect((await client.readAll()).toString()).toBe('a bar b!')
    await scene.ended()
  })

  test('large bodies arrive byte for byte', async () => {
    await using another = await sandboxed(identity, {}, { tls })
    const bytes = patterned(20 * MiB + 3)
    const { client, connection } = await another.ask()
    void connection.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`)
    void connection.write(bytes)
    await client.readUntil('\r\n\r\n')
    expect(Buffer.concat((await body(client)).chunks).equals(bytes)).toBe(true)
    expect((await another.ended()).modifiers).toMatchObject([{ bytesIn: bytes.length, bytesOut: bytes.length }])
  })
})

test('what is recoded can be decoded as it arrives', async () => {
  await using scene = await sandboxed(replace, { entry: { recode: true } })
  const { client, connection } = await scene.ask()
  void connection.write(`${chunked}Content-Encoding: gzip\r\n\r\n`)
  await client.readUntil('\r\n\r\n')
  const gzip = zlib.createGzip()
  const gunzip = zlib.createGunzip()
  for (const word of ['a foo ', 'and more ']) {
    gzip.write(word)
    await new Promise<void>((resolve) => gzip.flush(zlib.constants.Z_SYNC_FLUSH, resolve))
    void connection.write(chunk(gzip.read() as Buffer))
    const size = Number.parseInt(await client.readText('\r\n'), 16)
    const bytes = await client.readUntil(size + 2)
    gunzip.write(bytes.subarray(0, size))
    const got = await new Promise<string>((resolve) => gunzip.once('data', (data: Buffer) => resolve(data.toString())))
    expect(got).toBe(word.replace('foo', 'bar'))
  }
  gzip.destroy()
  gunzip.destroy()
  connection.end()
  await client.readAll()
  await scene.ended()
})

describe('B6: what it does wrong ends its flow, visibly, and nobody else', () => {
  const wrong: [what: string, source: string, code: string, line: number | undefined][] = [
    ['a throw', `throw new Error('no more')`, 'MODIFIER_THREW', 5],
    ['something else than bytes', `yield 5 as never`, 'MODIFIER_YIELD', undefined],
    ['a loop', `for (;;) {}`, 'MODIFIER_HUNG', undefined],
    ['a hang', `await new Promise(() => undefined)`, 'MODIFIER_HUNG', undefined],
    [
      'too much memory',
      `for (const all: Uint8Array[] = []; ;) all.push(new Uint8Array(1e7).fill(1))`,
      'MODIFIER_MEMORY',
      undefined,
    ],
  ]

  test.each(wrong)('%s', async (_, source, code, line) => {
    const bad = `export const match = { path: '/bad' }
export default async function* (chunks: AsyncIterable<Uint8Array>) {
  let seen = 0
  for await (const chunk of chunks) { yield chunk
    if (++seen === 2) ${source}
  }
}
`
    const good = `export const match = { path: '/good' }\n${identity}`
    await using scene = await sandboxed([bad, good], { modifierHangMs: 1500 })
    const neighbour = await scene.ask('/good')
    void neighbour.connection.write(`${chunked}Connection: close\r\n\r\n5\r\nhello\r\n`)
    await neighbour.client.readUntil('5\r\nhello\r\n')
    const { client, connection } = await scene.ask('/bad')
    void connection.write(`${chunked}\r\n5\r\nhello\r\n`)
    await client.readUntil('5\r\nhello\r\n')
    void connection.write('5\r\nworld\r\n')
    // What it had given when it stopped for good may have left, or not.
    expect(['', '5\r\nworld\r\n']).toContain((await client.readAll()).toString())
    expect(await connection.closed).not.toBe('here')
    const flow = await scene.ended(({ url }) => url.endsWith('/bad'))
    expect(flow.error).toMatchObject({
      side: 'modifier',
      code,
      phase: 'response-body',
      file: expect.stringMatching(/m\d+\.ts$/) as string,
    })
    if (line !== undefined) expect(flow.error?.line).toBe(line)
    // Others go on.
    void neighbour.connection.write('5\r\nworld\r\n0\r\n\r\n')
    expect(await neighbour.client.readText(15)).toBe('5\r\nworld\r\n0\r\n\r\n')
    expect((await scene.ended(({ url }) => url.endsWith('/good'))).error).toBeUndefined()
    // So does the modifier itself, in a new sandbox if it has to.
    const again = await scene.ask('/bad')
    void again.connection.write(`${chunked}\r\n2\r\nok\r\n`)
    await again.client.readUntil('2\r\nok\r\n')
    again.client.destroy()
    await scene.ended()
  })
})

test('what a modifier that was switched off by itself would have changed says so, on each flow', async () => {
  // A redaction that was ended three times turned itself off, and what it was to hide passed without a trace.
  const secretive = `export const match = { path: '/secret*' }
export default async function* (chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) for (;;) ;
}
`
  await using scene = await sandboxed(secretive, { modifierHangMs: 300 })
  const ask = async (path: string): Promise<Flow> => {
    const { connection } = await scene.ask(path)
    void connection.write(`${head}Content-Length: 5\r\nConnection: close\r\n\r\nhello`)
    return await scene.ended()
  }
  for (let count = 1; count <= 3; count++) expect((await ask('/secret')).error?.code).toBe('MODIFIER_HUNG')
  const { error, modifiers, notes } = await ask('/secret')
  expect({ error, modifiers, notes }).toEqual({
    error: undefined,
    modifiers: undefined,
    notes: [
      expect.stringMatching(
        /^modifier m\d+ not applied: it was switched off after it had been ended three times in a minute$/,
      ),
    ],
  })
  expect((await ask('/other')).notes).toEqual([])
})

test('responseHead tags responses for streaming, edits their head, and may bring a generator', async () => {
  const source = `
import { text } from 'spillway'
export function responseHead(head: Head, flow: Flow) {
  head.headers.push(['X-Tag', flow.request.method])
  if (flow.request.url.endsWith('/stream')) return 'stream'
  if (flow.request.url.endsWith('/upper')) return async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const part of text(chunks)) yield part.toUpperCase()
  }
}
`
  await using scene = await sandboxed(source)
  for (const [path, first, mode, reason] of [
    ['/stream', 'hello', 'streamed', /^responseHead of modifier m\d+$/],
    ['/upper', '5\r\nHELLO\r\n', 'streamed', /^modifier m\d+$/],
    ['/plain', 'helloworld', 'buffered', /^no rule streams it$/],
  ] as const) {
    const { client, connection } = await scene.ask(path)
    void connection.write(`${head}Content-Length: 10\r\nConnection: close\r\n\r\nhello`)
    if (mode === 'buffered') void connection.write('world')
    expect(await client.readText('\r\n\r\n')).toContain('X-Tag: GET\r\n')
    expect(await client.readText(first.length)).toBe(first)
    if (mode === 'streamed') void connection.write('world')
    await client.readUntil(path === '/upper' ? '0\r\n\r\n' : mode === 'streamed' ? 'world' : '')
    const flow = await scene.ended()
    expect(flow.delivery).toMatchObject({ mode, reason: expect.stringMatching(reason) as string })
    expect(flow.modifiers).toMatchObject([{ editedHead: true }])
  }
})

test('an edit of the file applies to the next response; a running one keeps the version it began with', async () => {
  const upper = (mark: string) => `export default async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) { yield '${mark}'; yield chunk }
  }`
  await using scene = await sandboxed(upper('1'))
  const running = await scene.ask('/running')
  void running.connection.write(`${chunked}\r\n1\r\na\r\n`)
  await running.client.readUntil('1\r\n1\r\n1\r\na\r\n')
  const [state] = scene.proxy.engine.modifiers.states()
  writeFileSync(state!.entry.file, upper('2'))
  await scene.proxy.engine.modifiers.refresh()
  const next = await scene.ask('/next')
  void next.connection.write(`${head}Content-Length: 1\r\n\r\nb`)
  await next.client.readUntil('\r\n\r\n')
  expect((await body(next.client)).text).toBe('2b')
  void running.connection.write('1\r\nb\r\n0\r\n\r\n')
  expect((await body(running.client)).text).toBe('1b')
  expect((await scene.ended(({ url }) => url.endsWith('/next'))).modifiers).toMatchObject([{ version: 2 }])
  expect((await scene.ended(({ url }) => url.endsWith('/running'))).modifiers).toMatchObject([{ version: 1 }])
})

test('fifty at once through one modifier progress fairly', async () => {
  await using scene = await sandboxed(identity)
  const piece = patterned(64 * 1024)
  const asked = await Promise.all(Array.from({ length: 50 }, (_, n) => scene.ask(`/${n}`)))
  for (const { connection } of asked) {
    void connection.write(`${head}\r\n`)
    for (let n = 0; n < 16; n++) void connection.write(piece)
    connection.end()
  }
  const progress: number[][] = []
  const done = Promise.all(
    asked.map(async ({ client }) => {
      await client.readUntil('\r\n\r\n')
      const { chunks } = await body(client)
      progress.push(scene.proxy.engine.running().map(({ response }) => response?.delivered ?? 0))
      return Buffer.concat(chunks).length
    }),
  )
  expect(new Set(await done)).toEqual(new Set([MiB]))
  // When the first one was through, no other one had been left behind.
  expect(Math.min(...progress[0]!)).toBeGreaterThan(MiB / 8)
  await scene.proxy.settled()
})

/** B3, B3a: what cannot be held is not lost: the buffer limit, and a temporary file that cannot be written. */
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Rule } from '../model/rule.ts'
import { chunk, patterned } from '../testing/bytes.ts'
import { eventually } from '../testing/eventually.ts'
import { openScene } from '../testing/scene.ts'

const KiB = 1024
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const buffer: Rule[] = [{ name: 'whole', delivery: 'buffer' }]

describe('the buffer limit', () => {
  test.each<[string, Rule[], string[]]>([
    ['nobody asked', [], []],
    ['a rule wanted it whole', buffer, ['rule "whole" not applied: larger than the buffer limit of 1000b']],
  ])('unknown length crosses over at it: %s', async (_, rules, notes) => {
    await using scene = await openScene({ bufferLimit: 1000, rules })
    const { client, connection } = await scene.ask()
    const content = patterned(1501)
    void connection.write(chunkedHead)
    void connection.write(chunk(content.subarray(0, 1000)))
    await scene.hasReceived(1000)
    expect(client.received).toBe(0)
    void connection.write(chunk(content.subarray(1000, 1001)))
    await client.readUntil(chunkedHead)
    const first = Buffer.concat([chunk(content.subarray(0, 1000)), chunk(content.subarray(1000, 1001))])
    expect((await client.readUntil(first.length)).equals(first)).toBe(true)
    void connection.write(chunk(content.subarray(1001)))
    void connection.write('0\r\n\r\n')
    await client.readUntil('\r\n0\r\n\r\n')
    const flow = await scene.ended()
    const reason = 'larger than the buffer limit of 1000b'
    expect(flow.delivery).toEqual({ mode: 'streamed', reason, crossoverAt: 1000 })
    expect(flow.notes).toEqual(notes)
    expect(flow.response?.body).toMatchObject({ state: 'partial', length: 1000 })
    expect((await scene.proxy.body(flow))?.equals(content.subarray(0, 1000))).toBe(true)
  })

  test.each<[string, Rule[], string[]]>([
    ['nobody asked', [], []],
    ['a rule wanted it whole', buffer, ['rule "whole" not applied: larger than the buffer limit of 1000b']],
  ])('a known length above it is not held at all: %s', async (_, rules, notes) => {
    await using scene = await openScene({ bufferLimit: 1000, rules })
    const { client, connection } = await scene.ask()
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\nx')
    await client.readUntil('x')
    void connection.write('y'.repeat(1000))
    await client.readUntil(1000)
    const flow = await scene.ended()
    const reason = 'larger than the buffer limit of 1000b'
    expect(flow.delivery).toEqual({ mode: 'streamed', reason, crossoverAt: undefined })
    expect(flow.notes).toEqual(notes)
    expect(flow.response?.body).toMatchObject({ state: 'partial', length: 1000 })
  })
})

describe('a temporary file that cannot be written', () => {
  /** Where no folder can be made, whoever asks. */
  const unwritable = (): Disposable & { path: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'spillway-test-'))
    const path = join(folder, 'file')
    writeFileSync(path, '')
    return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
  }

  test.each<[string, boolean, Rule[], string[]]>([
    ['chunked', true, [], []],
    ['until close', false, [], []],
    ['wanted whole', false, buffer, ['rule "whole" not applied: the temporary file could not be written (ENOTDIR)']],
  ])('the body crosses over and nothing is lost: %s', async (_, framed, rules, notes) => {
    using place = unwritable()
    await using scene = await openScene({ rules }, { tmp: place.path })
    const { client, connection } = await scene.ask()
    const content = patterned(3000 * KiB)
    const frame = (from: number, to: number): Buffer => {
      const part = content.subarray(from, to)
      return framed ? chunk(part) : part
    }
    const [first, last] = [frame(0, 1000 * KiB), frame(1000 * KiB, content.length)]
    void connection.write(framed ? chunkedHead : 'HTTP/1.1 200 OK\r\n\r\n')
    void connection.write(first)
    await client.readUntil('\r\n\r\n')
    expect((await client.readUntil(first.length)).equals(first)).toBe(true)
    void connection.write(last)
    expect((await client.readUntil(last.length)).equals(last)).toBe(true)
    if (framed) void connection.write('0\r\n\r\n')
    else connection.end()
    const flow = await scene.ended()
    expect(flow.error).toBeUndefined()
    const reason = 'the temporary file could not be written (ENOTDIR)'
    expect(flow.delivery).toMatchObject({ mode: 'streamed', reason })
    expect(flow.notes).toEqual(notes)
    expect(flow.response).toMatchObject({ bytes: content.length, delivered: content.length })
    // What is in memory is recorded, as its first part.
    const kept = flow.response!.body
    expect(kept).toMatchObject({ state: 'partial', length: 256 * KiB })
    expect((await scene.proxy.body(flow))?.equals(content.subarray(0, kept.length))).toBe(true)
  })

  test('costs a streamed body its record only', async () => {
    using place = unwritable()
    await using scene = await openScene({}, { tmp: place.path })
    const { client, connection } = await scene.ask()
    const content = patterned(9000 * KiB)
    void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n')
    connection.end(content)
    await client.readUntil('\r\n\r\n')
    expect((await client.readUntil(content.length)).equals(content)).toBe(true)
    const flow = await scene.ended()
    expect(flow.delivery?.reason).toBe('live type text/event-stream')
    expect(flow.response?.body).toMatchObject({ state: 'partial', length: 256 * KiB })
  })
})

describe('a disk that fails under way', () => {
  afterEach(() => vi.restoreAllMocks())
  const MiB = 1024 * KiB

  test.each([true, false])(
    'full in the middle: what is in the file and what is not goes out, chunked %s',
    async (framed) => {
      await using scene = await openScene()
      const { client, connection } = await scene.ask()
      const content = patterned(8 * MiB)
      await diskTakes(2 * MiB)
      const all = framed ? Buffer.concat([chunk(content), Buffer.from('0\r\n\r\n')]) : content
      void connection.write(framed ? chunkedHead : 'HTTP/1.1 200 OK\r\n\r\n')
      void connection.write(all.subarray(0, 6 * MiB))
      await client.readUntil('\r\n\r\n')
      expect((await client.readUntil(6 * MiB)).equals(all.subarray(0, 6 * MiB))).toBe(true)
      connection.end(all.subarray(6 * MiB))
      expect((await client.readUntil(all.length - 6 * MiB)).equals(all.subarray(6 * MiB))).toBe(true)
      const flow = await scene.ended()
      expect(flow.error).toBeUndefined()
      const reason = 'the temporary file could not be written (ENOSPC)'
      expect(flow.delivery).toMatchObject({ mode: 'streamed', reason })
      const { body } = flow.response!
      expect(body.state).toBe('partial')
      expect((await scene.proxy.body(flow))?.equals(content.subarray(0, body.length))).toBe(true)
    },
  )

  test('a file that has lost what was written to it: the client sees a cut, and the flow ends in an error', async () => {
    await using scene = await openScene()
    const { client, connection } = await scene.ask()
    const content = patterned(6 * MiB)
    void connection.write('HTTP/1.1 200 OK\r\n\r\n')
    void connection.write(content)
    await scene.hasReceived(content.length)
    const [file] = scene.proxy.temporaryFiles()
    // Whole blocks are written as they come; a last part of one stays in memory.
    await eventually(() => statSync(file!).size > content.length - 64 * KiB)
    truncateSync(file!, 1 * MiB)
    connection.end()
    const got = await client.readAll()
    expect(await client.closed).toBe('rst')
    expect(got.length).toBeLessThan(content.length)
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({ code: 'INTERNAL', side: 'proxy', phase: 'response-body' })
    expect(flow.response?.body).toMatchObject({ state: 'partial', length: 0 })
  })

  /** From so many bytes on, every write to a file says that there is no space left. */
  async function diskTakes(bytes: number): Promise<void> {
    const file = await open(import.meta.filename)
    const prototype = Object.getPrototypeOf(file) as FileHandle
    await file.close()
    let written = 0
    vi.spyOn(prototype, 'writev').mockImplementation(async function (this: FileHandle, buffers, position) {
      if (written >= bytes) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      const all = Buffer.concat(buffers.map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength)))
      const { bytesWritten } = await this.write(all, 0, all.length, position)
      written += bytesWritten
      return { bytesWritten, buffers }
    })
  }
})

test('a body that is held and fits goes through a file whole, with its record complete', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  const content = patterned(20_000 * KiB)
  const sent: Buffer[] = []
  for (let at = 0; at < content.length; at += 777_777) sent.push(chunk(content.subarray(at, at + 777_777)))
  void connection.write(chunkedHead)
  for (const bytes of sent) void connection.write(bytes)
  void connection.write('0\r\n\r\n')
  const all = Buffer.concat([...sent, Buffer.from('0\r\n\r\n')])
  await client.readUntil(chunkedHead)
  expect((await client.readUntil(all.length)).equals(all)).toBe(true)
  const flow = await scene.ended()
  expect(flow.delivery).toEqual({ mode: 'buffered', reason: 'no rule streams it', crossoverAt: undefined })
  expect(flow.response?.body).toMatchObject({ state: 'complete', length: content.length })
  expect((await scene.proxy.body(flow))?.equals(content)).toBe(true)
  // What was held goes; the record stays with its flow.
  await eventually(() => scene.proxy.temporaryFiles().length === 1)
})

/** B3, B3a: what cannot be held is not lost: the buffer limit, and a temporary file that cannot be written. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Rule } from '../model/rule.ts'
import { chunk, patterned } from '../testing/bytes.ts'
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
  // What was held is gone; the record stays with its flow.
  expect(scene.proxy.temporaryFiles().length).toBe(1)
})

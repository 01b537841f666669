/**
 * Whoever sends without end is refused, in bounded time and memory: of the gigabyte that is offered, little more is taken
 * than what the operating system holds of itself.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectClient } from '../../testing/raw-client.ts'
import { openScene, type Scene } from '../../testing/scene.ts'
import type { WireEnd } from '../../testing/wire-end.ts'

const MiB = 1024 * 1024
const GiB = 1024 * MiB
/** Of two sockets' buffers on the way, and the largest bound of ours. */
const taken = 16 * MiB

/** Offers a gigabyte of this; returns how much of it was taken before the other side had enough. */
async function flood(end: WireEnd, text: string): Promise<number> {
  const piece = Buffer.from(text.repeat(Math.ceil((64 * 1024) / text.length)), 'latin1')
  let sent = 0
  while (sent < GiB && end.closing === undefined && end.peek() === '') {
    await Promise.race([end.write(piece), end.closed])
    sent += piece.length
  }
  return sent
}

const chunked = 'Transfer-Encoding: chunked\r\n'

test.each([
  ['an extension', `POST URL HTTP/1.1\r\n${chunked}\r\n1;a=`, 'x', 400],
  ['extensions', `POST URL HTTP/1.1\r\n${chunked}\r\n1`, ';a', 400],
  ['a quoted extension', `POST URL HTTP/1.1\r\n${chunked}\r\n1;a="`, ' ', 400],
  ['digits of a size', `POST URL HTTP/1.1\r\n${chunked}\r\n`, '0', 400],
  ['a trailer', `POST URL HTTP/1.1\r\n${chunked}\r\n0\r\nA: `, 'x', 431],
  ['trailers', `POST URL HTTP/1.1\r\n${chunked}\r\n0\r\n`, 'A: b\r\n', 431],
  ['fields', 'GET URL HTTP/1.1\r\n', 'A: b\r\n', 431],
  ['a field', 'GET URL HTTP/1.1\r\nA: ', 'x', 431],
  ['a name', 'GET URL HTTP/1.1\r\n', 'x', 431],
  ['a target', 'GET URL', 'x', 431],
  ['a method', '', 'X', 431],
  ['empty lines', '', '\r\n', 400],
])('a request with %s of a gigabyte', async (_, begin, text, status) => {
  await using scene = await openScene()
  await using client = await connectClient(scene.proxy.port)
  void client.write(begin.replace('URL', `http://${scene.origin.authority}/`))
  expect(await flood(client, text)).toBeLessThan(taken)
  expect((await client.readSome()).toString()).toContain(`HTTP/1.1 ${status} `)
  expect((await scene.ended()).error?.code).toBe('BAD_REQUEST')
})

const ok = 'HTTP/1.1 200 OK\r\n'

test.each([
  ['an extension', `${ok}${chunked}\r\n1;a=`, 'x'],
  ['extensions', `${ok}${chunked}\r\n1`, ';a'],
  ['digits of a size', `${ok}${chunked}\r\n`, '0'],
  ['trailers', `${ok}${chunked}\r\n0\r\n`, 'A: b\r\n'],
  ['fields', ok, 'A: b\r\n'],
  ['a field', `${ok}A: `, 'x'],
  ['a reason', 'HTTP/1.1 200 ', 'x'],
  ['empty lines', '', '\r\n'],
  ['interim heads', '', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ['large interim heads', '', `HTTP/1.1 103 Early Hints\r\nA: ${'x'.repeat(60_000)}\r\n\r\n`],
])('an answer with %s of a gigabyte', async (_, begin, text) => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  void connection.write(begin)
  expect(await flood(connection, text)).toBeLessThan(taken)
  expect((await client.readUntil('(from Spillway)\n')).toString()).toContain('HTTP/1.1 502 ')
  const { error, informational } = await scene.ended()
  expect(error?.code).toBe('BAD_RESPONSE')
  // They are kept with the flow.
  expect(informational.join('').length).toBeLessThanOrEqual(256 * 1024)
})

function onDisk(scene: Scene): number {
  const folder = join(scene.proxy.folder, 'tmp')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}

// What was held was measured by its content alone: a byte in each chunk, with an extension of 16 KiB behind its size,
// would have filled the disk with a terabyte before the buffer limit of 64 MiB was reached.
test('a held body whose framing is most of it turns streamed, like any that is too large', async () => {
  const bufferLimit = MiB
  await using scene = await openScene({ bufferLimit, rules: [{ delivery: 'buffer' }] })
  const { client, connection } = await scene.ask()
  client.pause()
  void connection.write(`${ok}${chunked}\r\n`)
  const piece = Buffer.from(`1;a=${'x'.repeat(16_000)}\r\nx\r\n`.repeat(16))
  const written = (async () => {
    while (connection.accepted < 60 * bufferLimit && connection.closing === undefined)
      await Promise.race([connection.write(piece), connection.closed])
  })()
  const crossed = scene.proxy.delivery(({ delivery }) => delivery?.mode === 'streamed')
  const flow = await Promise.race([crossed, written])
  expect(flow?.delivery).toMatchObject({ mode: 'streamed', reason: 'larger than the buffer limit of 1m' })
  expect(flow?.notes.join()).toContain('rule 1 not applied')
  expect(onDisk(scene)).toBeLessThan(20 * bufferLimit)
  client.destroy()
  await scene.ended()
  await written
})

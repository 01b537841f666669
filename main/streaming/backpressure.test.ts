/** B10, B16: a slow reader slows whoever sends to it, and nobody else. */
import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { patterned } from '../testing/bytes.ts'
import { eventually } from '../testing/eventually.ts'
import { openScene, type Scene } from '../testing/scene.ts'
import type { WireEnd } from '../testing/wire-end.ts'

const MiB = 1024 * 1024
const large = patterned(40 * MiB)
const fast = large.subarray(0, 20 * MiB)
/** What the buffers of two connections and our own may hold together: the system's grow to some megabytes each. */
const bound = 28 * MiB

/** A neighbour takes many bytes through the same proxy, from end to end. Until then the slow one could have moved, too. */
async function fastNeighbour(scene: Scene): Promise<void> {
  const { client, connection } = await scene.ask('/fast')
  void connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${fast.length}\r\n\r\n`)
  void connection.write(fast)
  await client.readUntil('\r\n\r\n')
  expect((await client.readUntil(fast.length)).equals(fast)).toBe(true)
  const flow = await scene.ended(({ url }) => url.endsWith('/fast'))
  expect(flow.response).toMatchObject({ bytes: fast.length, delivered: fast.length })
}

describe.each([false, true])('a client that does not read slows its origin, TLS %s', (tls) => {
  test('streaming', async () => {
    await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls })
    const { client, connection } = await scene.ask('/slow')
    client.pause()
    void connection.write('HTTP/1.1 200 OK\r\n\r\n')
    void connection.write(large)
    await fastNeighbour(scene)
    expect(scene.running.response!.bytes).toBeLessThan(bound)
    expect(connection.accepted).toBeLessThan(bound)
    await expectAll(scene, client, connection)
  })

  // What is held waits on the disk; what follows it waits with the origin, or a slow client would fill the disk.
  test.each(['busy', 'quiet'])('replaying from a file, the disk is %s', async (disk) => {
    const streamSize = 20 * MiB
    await using scene = await openScene({ streamSize }, { tls })
    const { client, connection } = await scene.ask('/slow')
    client.pause()
    void connection.write('HTTP/1.1 200 OK\r\n\r\n')
    void connection.write(large.subarray(0, streamSize))
    if (disk === 'quiet') {
      await scene.hasReceived(streamSize)
      const [file] = scene.proxy.temporaryFiles()
      await eventually(() => statSync(file!).size > streamSize - 64 * 1024)
    }
    void connection.write(large.subarray(streamSize))
    await fastNeighbour(scene)
    expect(scene.running.delivery).toMatchObject({ mode: 'streamed', crossoverAt: streamSize })
    expect(scene.running.response!.bytes).toBeLessThan(streamSize + MiB)
    expect(scene.running.response!.delivered).toBeLessThan(streamSize - 2 * MiB)
    await expectAll(scene, client, connection)
  })
})

async function expectAll(scene: Scene, client: WireEnd, connection: WireEnd): Promise<void> {
  connection.end()
  client.resume()
  await client.readUntil('\r\n\r\n')
  expect((await client.readUntil(large.length)).equals(large)).toBe(true)
  const flow = await scene.ended()
  expect(flow.error).toBeUndefined()
  expect(flow.response).toMatchObject({ bytes: large.length, delivered: large.length })
}

// The buffers of reads are lent: used again for the next read, unless what was read last still waits for the client.
test('bytes that wait for a slow client are not overwritten by the next ones', async () => {
  await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' })
  const { client, connection } = await scene.ask()
  client.pause()
  void connection.write('HTTP/1.1 200 OK\r\n\r\n')
  const piece = 6000
  let sent = 0
  // Read by read, until the proxy does not read any more.
  for (let reading = true; reading;) {
    void connection.write(large.subarray(sent, sent + piece))
    sent += piece
    for (let turn = 0; turn < 200 && scene.proxy.engine.running()[0]?.response?.bytes !== sent; turn++)
      await setImmediate()
    reading = scene.running.response?.bytes === sent
  }
  connection.end()
  client.resume()
  await client.readUntil('\r\n\r\n')
  expect((await client.readAll()).equals(large.subarray(0, sent))).toBe(true)
  await scene.ended()
})

test.each([false, true])('B16: an origin that does not read slows its client, TLS %s', async (tls) => {
  await using scene = await openScene({}, { tls })
  const extra = `Content-Length: ${large.length}\r\n`
  const { client, connection } = await scene.ask('/up', { method: 'PUT', extra })
  connection.pause()
  for (let at = 0; at < large.length; at += MiB) void client.write(large.subarray(at, at + MiB))
  await fastNeighbour(scene)
  expect(scene.running.request.bytes).toBeLessThan(bound)
  expect(client.accepted).toBeLessThan(bound)
  connection.resume()
  expect((await connection.readUntil(large.length)).equals(large)).toBe(true)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  await client.readUntil('\r\n\r\n')
  const flow = await scene.ended()
  expect(flow.request).toMatchObject({ bytes: large.length, delivered: large.length })
  // The record never slows anybody: what a disk could not keep up with is missing at its end.
  const body = await scene.proxy.body(flow, 'request')
  expect(body?.equals(large.subarray(0, flow.request.body.length))).toBe(true)
})

test('an upload begins before there is an origin to take it, in bounded memory, and arrives whole', async () => {
  await using scene = await openScene()
  const client = await scene.client()
  const head = scene.requestText('/', { method: 'POST', extra: `Content-Length: ${large.length}\r\n` })
  void client.write(head)
  void client.write(large)
  const { connection } = await scene.origin.request()
  expect((await connection.readUntil(large.length)).equals(large)).toBe(true)
  void connection.write('HTTP/1.1 204 No Content\r\n\r\n')
  await client.readUntil('\r\n\r\n')
  expect((await scene.ended()).request.bytes).toBe(large.length)
})

test('a client that pipelines without end is not read without end', async () => {
  await using scene = await openScene()
  const client = await scene.client()
  const request = scene.requestText('/', { extra: `X-Pad: ${'x'.repeat(900)}\r\n` })
  for (let piece = 0; piece < 600; piece++) void client.write(request.repeat(64))
  const { connection } = await scene.origin.request()
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  // Each answer may let in what it takes away, and no more: it once let in another read of 64 KiB.
  for (let answered = 0; answered < 400; answered++) {
    if (answered > 0) await connection.readUntil('\r\n\r\n')
    void connection.write(ok)
    await client.readUntil(ok)
  }
  // It cannot be seen to leave while it is not read; the next write tells.
  client.reset()
  void connection.write(ok)
  await scene.ended((flow) => flow.error?.code === 'CLIENT_CLOSED')
  // The system's buffers take some megabytes, whatever we do.
  expect(client.accepted).toBeLessThan(16 * MiB)
})

/** B12 while the client is not read: its end comes behind bytes that nobody wants yet, and is noticed all the same. */
import { createHash } from 'node:crypto'
import { expect, test, describe } from 'vitest'
import { watchHeldBuffers } from '../../testing/held-buffers.ts'
import { openScene, type Asked, type Scene } from '../../testing/scene.ts'
import { inTime } from '../../testing/slowness.ts'
import { standsStill } from '../../testing/stands-still.ts'
import type { WireEnd } from '../../testing/wire-end.ts'

const KiB = 1024
const MiB = 1024 * KiB
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
const piece = Buffer.alloc(64 * KiB, 'x')

/** Milliseconds until it has happened. */
async function time(happening: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await happening
  return performance.now() - start
}

/** An upload to an origin that does not read. */
async function stalledUpload(scene: Scene, length: number): Promise<Asked> {
  const asked = await scene.ask('/up', { method: 'POST', extra: `Content-Length: ${length}\r\n` })
  asked.connection.pause()
  return asked
}

/** Sends as much as the proxy takes, and no more. Returns how much that is. */
async function fill(scene: Scene, client: WireEnd): Promise<number> {
  const { request } = scene.running
  let sent = 0
  for (let stalled = false; !stalled;) {
    while (request.bytes === sent) {
      await client.write(piece)
      sent += piece.length
      const deadline = performance.now() + 40
      while (request.bytes < sent && performance.now() < deadline) await new Promise(setImmediate)
    }
    const before = request.bytes
    await standsStill(() => request.bytes)
    stalled = before === request.bytes && before < sent
  }
  return sent
}

/** A response that has begun and says nothing more for now. */
async function quietStream(scene: Scene): Promise<Asked> {
  const asked = await scene.ask('/events')
  void asked.connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n')
  await asked.client.readUntil('data: 1\n\n')
  return asked
}

const fins = ['end', 'destroy'] as const
const all = [...fins, 'reset'] as const

// Retried, because a machine that stands still for a second is not our failure.
describe.each([
  ['plain', false],
  ['under TLS', true],
])('%s', { retry: 2, timeout: 20_000 }, (_, tls) => {
  test.each(all)('an upload whose origin does not read, then the client leaves: %s', async (leave) => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await stalledUpload(scene, 1024 * MiB)
    await fill(scene, client)
    // More than a paused socket reads by itself.
    await client.write(Buffer.alloc(600 * KiB))
    client[leave]()
    expect(await inTime(await time(scene.proxy.until(() => scene.proxy.engine.running().length === 0)), 1000)).toBe(
      'in time',
    )
    const { error } = await scene.ended()
    expect(error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client', phase: 'request-body' })
    connection.resume()
    expect(await connection.closed).not.toBe('here')
  })

  test('an upload whose origin does not read, then a reset behind all that the kernels hold', async () => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await stalledUpload(scene, 1024 * MiB)
    for (let size = 0; size < 64 * MiB; size += piece.length) void client.write(piece)
    await standsStill(() => client.accepted)
    expect(client.accepted).toBeLessThan(40 * MiB)
    client.reset()
    expect(await inTime(await time(scene.proxy.until(() => scene.proxy.engine.running().length === 0)), 1000)).toBe(
      'in time',
    )
    expect((await scene.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', phase: 'request-body' })
    connection.resume()
    expect(await connection.closed).not.toBe('here')
  })

  test.each(all)('requests behind a quiet stream, then the client leaves: %s', async (leave) => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await quietStream(scene)
    await client.write(scene.requestText('/', { extra: `X: ${'x'.repeat(20 * KiB)}\r\n` }).repeat(35))
    client[leave]()
    expect(await inTime(await time(connection.closed), 1000)).toBe('in time')
    expect((await scene.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', phase: 'response-body' })
    // What was still to come is nobody's wish any more.
    expect(scene.proxy.engine.flows.size).toBe(1)
    expect(scene.origin.accepted).toBe(1)
  })

  test('requests behind a quiet stream, then a reset behind all that the kernels hold', async () => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await quietStream(scene)
    const one = scene.requestText('/', { extra: `X: ${'x'.repeat(20 * KiB)}\r\n` })
    void client.write(one.repeat(3000))
    await standsStill(() => client.accepted)
    expect(client.accepted).toBeLessThan(40 * MiB)
    client.reset()
    expect(await inTime(await time(connection.closed), 1000)).toBe('in time')
    expect((await scene.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', phase: 'response-body' })
  })

  test('an upload that goes on after it stood still arrives whole, and so does the request behind it', async () => {
    await using scene = await openScene({}, { tls })
    const total = 48 * MiB
    const { client, connection } = await stalledUpload(scene, total)
    // No two places alike, so that nothing can be lost, repeated or swapped unseen.
    const body = Buffer.alloc(total)
    for (let at = 0; at < total; at += 4) body.writeUInt32LE((at * 2654435761) >>> 0, at)
    const sent = client.write(Buffer.concat([body, Buffer.from(scene.requestText('/next'))]))
    const hash = createHash('sha256')
    let arrived = 0
    connection.socket.removeAllListeners('data')
    const whole = new Promise<void>((resolve) => {
      connection.socket.on('data', (bytes: Buffer) => {
        // It stands still twice more on its way.
        const stop = [16 * MiB, 32 * MiB].find((at) => arrived < at && arrived + bytes.length >= at)
        arrived += bytes.length
        hash.update(bytes)
        if (stop !== undefined) {
          connection.pause()
          void standsStill(() => client.accepted).then(() => connection.resume())
        }
        if (arrived >= total) resolve()
      })
    })
    await standsStill(() => client.accepted)
    expect(client.accepted).toBeLessThan(total)
    connection.resume()
    await Promise.all([sent, whole])
    expect(arrived).toBe(total)
    expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
    connection.socket.removeAllListeners('data')
    const next = new Promise<string>((resolve) => {
      connection.socket.on('data', (bytes: Buffer) => resolve(bytes.toString('latin1')))
    })
    void connection.write(ok)
    expect(await next).toContain('/next')
    void connection.write(ok)
    await client.readUntil(2 * ok.length)
    const upload = await scene.ended(({ method }) => method === 'POST')
    expect(upload).toMatchObject({ error: undefined, request: { bytes: total, delivered: total } })
    expect((await scene.ended()).error).toBeUndefined()
  })
})

test('what is read ahead of clients whose origins do not read is bounded', { timeout: 20_000 }, async () => {
  await using scene = await openScene()
  const stalled: Asked[] = []
  for (let n = 0; n < 8; n++) stalled.push(await stalledUpload(scene, 1024 * MiB))
  const held = watchHeldBuffers()
  // The same bytes again and again: nothing of them is the test's memory.
  for (const { client } of stalled) for (let size = 0; size < 64 * MiB; size += piece.length) void client.write(piece)
  await standsStill(() => stalled.reduce((sum, { client }) => sum + client.accepted, 0))
  await held.below(4 * MiB * stalled.length)
  for (const { client } of stalled) client.reset()
  await scene.proxy.until(() => scene.proxy.engine.running().length === 0)
  for (const { connection } of stalled) connection.destroy()
})

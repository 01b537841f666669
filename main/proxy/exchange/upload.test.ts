/** Request bodies pass as they come, of any size, framed as they were, and with memory that stays flat (B16). */
import { once } from 'node:events'
import { createServer as createHttp, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { makeCertificate } from '../../certificates/testing.ts'
import { connectClient, connectSecure } from '../../testing/raw-client.ts'
import { watchHeldBuffers } from '../../testing/held-buffers.ts'
import { openScene, type Scene } from '../../testing/scene.ts'
import { originCa } from '../../testing/scripted-origin.ts'
import { standsStill } from '../../testing/stands-still.ts'
import type { WireEnd } from '../../testing/wire-end.ts'
import { startTrusting } from '../../testing/trusting.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
const MiB = 1024 * 1024
const chunked = { method: 'POST', extra: 'Transfer-Encoding: chunked\r\n' }
const both = [
  ['plain', false],
  ['under TLS', true],
] as const

/** Writes `total` bytes in pieces, as fast as they are taken. Resolves when all are, or the connection has ended. */
async function pour(client: WireEnd, total: number): Promise<void> {
  const piece = Buffer.alloc(256 * 1024, 'x')
  for (let sent = 0; sent < total && client.closing === undefined; sent += piece.length) await client.write(piece)
}

test.each(both)('%s: an origin that does not read slows the client, and nothing is held in between', async (_, tls) => {
  await using scene = await openScene({}, { tls })
  const total = (tls ? 100 : 300) * MiB
  const { client, connection } = await scene.ask('/up', { method: 'POST', extra: `Content-Length: ${total}\r\n` })
  connection.pause()
  const held = watchHeldBuffers()
  const poured = pour(client, total)
  await standsStill(() => client.accepted)
  // What the kernels hold on both ways (up to 6 MiB each) and the queues of three sockets.
  expect(client.accepted).toBeLessThan(32 * MiB)
  await held.below(8 * MiB)
  // The test keeps nothing of it either.
  let arrived = connection.peek().length
  connection.socket.removeAllListeners('data')
  const all = new Promise<void>((resolve) => {
    connection.socket.on('data', (bytes: Buffer) => {
      arrived += bytes.length
      if (arrived === total) resolve()
    })
  })
  connection.resume()
  await Promise.all([poured, all])
  void connection.write(ok)
  await client.readUntil('hi')
  const flow = await scene.ended()
  expect(flow.request).toMatchObject({ bytes: total, delivered: total })
  // As every body, it is recorded up to the limit, or up to where the disk could not keep up.
  expect(flow.request.body.state).toBe('partial')
  expect(flow.request.body.length).toBeLessThanOrEqual(64 * MiB)
})

test('the chunks of an upload arrive as they were, extensions and trailers included', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask('/up', chunked)
  const parts = ['5\r\nhello\r\n', '0001;a=b;c="d e"\r\nX\r\n', 'A\r\n0123456789\r\n', '0\r\nX-Sum: 1\r\n\r\n']
  for (const part of parts) {
    void client.write(part)
    // Each before the next one is sent.
    expect(await connection.readText(part.length)).toBe(part)
  }
  void connection.write(ok)
  await client.readUntil('hi')
  const flow = await scene.ended()
  expect(flow.request).toMatchObject({ bytes: 16, delivered: 16, chunks: 3, trailers: 'X-Sum: 1\r\n' })
  expect((await scene.proxy.body(flow, 'request'))?.toString()).toBe('helloX0123456789')
})

test('an upload that is cut at every byte arrives as it was', async () => {
  await using scene = await openScene()
  const body = '5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n'
  const text = scene.requestText('/up', chunked) + body
  const head = scene.requestText('/up', chunked).length
  for (let cut = head - 3; cut < text.length; cut++) {
    const client = await scene.client()
    await client.write(text.slice(0, cut))
    // The first part is there when the head has gone on, which it does with the first read.
    if (cut >= head) {
      const { connection } = await scene.origin.request()
      void client.write(text.slice(cut))
      expect(await connection.readText(body.length)).toBe(body)
      connection.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
    } else {
      void client.write(text.slice(cut))
      const { connection } = await scene.origin.request()
      expect(await connection.readText(body.length)).toBe(body)
      connection.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
    }
    await client.readUntil('hi')
    await scene.ended()
  }
})

test('the answer streams while the request is still under way', async () => {
  await using scene = await openScene({ streamSize: 0 })
  const { client, connection } = await scene.ask('/echo', chunked)
  void client.write('3\r\none\r\n')
  await connection.readUntil('one\r\n')
  void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nONE\r\n')
  expect(await client.readText('ONE\r\n')).toContain('200 OK')
  void client.write('3\r\ntwo\r\n')
  await connection.readUntil('two\r\n')
  void connection.write('3\r\nTWO\r\n')
  await client.readUntil('TWO\r\n')
  void client.write('0\r\n\r\n')
  await connection.readUntil('0\r\n\r\n')
  void connection.write('0\r\n\r\n')
  await client.readUntil('0\r\n\r\n')
  // Not the scene's: here the answer's first byte comes before the request's last.
  const flow = await scene.proxy.ended()
  expect(flow).toMatchObject({ error: undefined, request: { bytes: 6, chunks: 2 }, response: { bytes: 6, chunks: 2 } })
})

test.each(both)('%s: an origin that answers early and closes is heard', async (_, tls) => {
  await using scene = await openScene({}, { tls })
  const extra = `Content-Length: ${100 * MiB}\r\n`
  const { client, connection } = await scene.ask('/up', { method: 'POST', extra })
  const poured = pour(client, 100 * MiB)
  await connection.readSome()
  connection.pause()
  connection.end('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
  const answer = await client.readText('hi')
  expect(answer).toMatch(/^HTTP\/1\.1 413 Too Large\r\n/)
  // The rest of the request would be taken for the next one.
  expect(answer).toContain('Connection: close')
  const flow = await scene.ended()
  expect(flow.error).toBeUndefined()
  expect(flow.notes).toEqual([
    'the origin answered before the request was complete; the rest of the request was not read',
  ])
  expect(flow.request.body.state).toBe('truncated')
  await poured
})

// curl heard 413 from the origin, and 502 from us nine times out of ten: the origin closes with our bytes unread, its
// system resets the connection, our next write fails, and the stream took the answer, which had arrived, along.
test.each(both)('%s: an origin that answers early, and whose system then resets, is heard', async (_, tls) => {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
  const answer = (_request: unknown, response: ServerResponse): void => {
    response.writeHead(413, { connection: 'close' }).end('too big')
  }
  const server = tls ? createHttps({ cert: pem, key: keyPem }, answer) : createHttp(answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo // not a pipe, so an address
  await using proxy = await startTrusting()
  const authority = `localhost:${port}`
  for (const size of [200_000, 5 * MiB, 5 * MiB, 5 * MiB]) {
    await using client = await (tls ? connectSecure(proxy.port, authority, proxy.ca) : connectClient(proxy.port))
    const target = tls ? '/' : `http://${authority}/`
    void client.write(`POST ${target} HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: ${size}\r\n\r\n`)
    const poured = pour(client, size)
    expect(await client.readText('too big')).toMatch(/^HTTP\/1\.1 413 /)
    expect((await proxy.ended()).error).toBeUndefined()
    client.destroy()
    await poured
  }
  server.close()
})

test.each(both)('%s: a client that leaves in the middle of its upload releases the origin', async (_, tls) => {
  await using scene = await openScene({}, { tls })
  for (const leave of ['destroy', 'end', 'reset'] as const) {
    const { client, connection } = await scene.ask('/up', { method: 'POST', extra: 'Content-Length: 1000000\r\n' })
    await client.write(Buffer.alloc(1000))
    await connection.readUntil(1000)
    client[leave]()
    expect(await connection.closed).not.toBe('here')
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client', phase: 'request-body' })
    expect(flow.request).toMatchObject({ bytes: 1000, body: { state: 'truncated', length: 1000 } })
  }
})

test('Expect: 100-continue: the body waits for the origin, whose word it is', async () => {
  await using scene = await openScene()
  const extra = 'Expect: 100-continue\r\nContent-Length: 4\r\n'
  const { client, connection, head } = await scene.ask('/up', { method: 'POST', extra })
  expect(head).toContain('Expect: 100-continue\r\n')
  void connection.write('HTTP/1.1 100 Continue\r\n\r\n')
  expect(await client.readText('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  void client.write('body')
  await connection.readUntil('body')
  void connection.write(ok)
  expect(await client.readText('hi')).toBe(ok)
  expect((await scene.ended()).informational).toHaveLength(1)
})

test('bad chunks in an upload: 400 when nothing was answered, and the origin sees a cut', async () => {
  const bad = [
    'zz\r\n',
    '1\r\nab',
    '1;=\r\nx\r\n',
    '1\nx\r\n',
    '-1\r\n',
    '0x1\r\n',
    '11111111111111111\r\n',
    '0\r\nbad name: x\r\n\r\n',
  ]
  await using scene = await openScene()
  for (const part of bad) {
    const { client, connection } = await scene.ask('/up', chunked)
    void client.write(`2\r\nok\r\n${part}`)
    expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    // Nothing of what was not understood has been passed on, and no end.
    expect((await connection.readAll()).toString()).toMatch(/^(2\r\nok\r\n)?(1\r\na)?$/)
    expect((await scene.ended()).error).toMatchObject({ code: 'BAD_REQUEST', side: 'client', phase: 'request-body' })
  }
})

test('bad chunks in an upload whose answer has begun: the client sees a cut', async () => {
  await using scene: Scene = await openScene({ streamSize: 0 })
  const { client, connection } = await scene.ask('/up', chunked)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345')
  await client.readUntil('12345')
  void client.write('zz\r\n')
  expect(await client.closed).toBe('rst')
  expect(await connection.closed).not.toBe('here')
  expect((await scene.ended()).error).toMatchObject({ code: 'BAD_REQUEST', side: 'client' })
})

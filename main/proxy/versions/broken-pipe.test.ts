/**
 * A peer resets in the moment in which we write to it: the write fails before anybody has read the reset. Inside TLS,
 * node:http2 takes that for success, and node:tls takes every write behind it for one that is under way; nothing is
 * read any more, and nobody told. The soak found it: flows ran for ever, and their sockets stayed.
 */
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { http2Over, startHttp2Origin } from '../../testing/http2-ends.ts'
import { connectSecure, connectTunnel } from '../../testing/raw-client.ts'
import type { WireEnd } from '../../testing/wire-end.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

/** More than goes into one write. */
const piece = Buffer.alloc(48 * 1024)

test('a client that resets while it is written to has left, and its origin is let go', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startOrigin({ tls: true })
  const { socket } = await connectTunnel(proxy.port, origin.authority)
  socket.removeAllListeners()
  const secure = connectTls({ socket, ca: proxy.ca, servername: 'localhost', ALPNProtocols: ['h2'] })
  await once(secure, 'secureConnect')
  await using client = await http2Over(secure, origin.authority)
  const stream = client.ask('/')
  const { connection } = await origin.request()
  void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nfirst')
  await once(stream, 'data')
  // Between the read of these bytes and the write that they become.
  proxy.engine.watchBody(proxy.engine.running()[0]!.id, () => socket.resetAndDestroy())
  void connection.write(piece)
  await connection.closed
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
})

test('an origin that resets while it is asked has ended, and its client is told', async () => {
  await using proxy = await startTrusting({ streamSize: 0 })
  await using origin = await startHttp2Origin((stream) => stream.resume())
  const open = (): Promise<WireEnd> => connectSecure(proxy.port, origin.authority, proxy.ca)
  await using first = await open()
  await using second = await open()
  const upload = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${piece.length}\r\n\r\n`
  void first.write(upload)
  await proxy.begun()
  await once(origin.sessions[0]!, 'stream')
  proxy.engine.onFlow(({ kind }) => {
    // Before the request that begins here is written.
    if (kind === 'begun') for (const socket of origin.open) socket.resetAndDestroy()
  })
  void second.write(upload + piece.toString('latin1'))
  expect(await second.readText('\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /)
  expect(await first.readText('\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /)
  for (const error of [(await proxy.ended()).error, (await proxy.ended()).error])
    expect(error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin' })
})

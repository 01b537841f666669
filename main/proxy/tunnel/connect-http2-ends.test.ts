/** How tunnels within HTTP/2 end and stall: each by itself, in words or by a reset. */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { connectHttp2Proxy } from '../../testing/http2-ends.ts'
import {
  ack,
  endHeaders,
  endStream,
  frame,
  FrameEnd,
  frameTypes,
  literal,
  preface,
} from '../../testing/http2-frames.ts'
import { askTunnel, tunnelEnd, tunnelSocket } from '../../testing/http2-tunnels.ts'
import { streamClosed } from '../../testing/http2-web-sockets.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import type { WireEnd } from '../../testing/wire-end.ts'
import { freePort } from '../testing.ts'

const CONNECT_ERROR = 10

test('an origin that is not there is told in words where words are understood, else by a reset', async () => {
  await using proxy = await startEngine()
  const authority = `127.0.0.1:${await freePort()}`
  await using client = await connectHttp2Proxy(proxy.port, authority)
  await using asks = await tunnelEnd(client, authority)
  void asks.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect((await asks.readAll()).toString()).toMatch(/^HTTP\/1\.1 502 /)
  const stream = askTunnel(client, authority)
  stream.write('\0')
  await streamClosed(stream)
  expect(stream.rstCode).toBe(CONNECT_ERROR)
  for (let count = 0; count < 2; count++) expect((await proxy.ended()).error?.code).toBe('CONNECT_REFUSED')
})

test('one that dies is reset, in both directions, and those beside it go on', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  const open = async () => {
    const end = await tunnelEnd(client, origin.authority)
    void end.write('\0')
    const server = await origin.accept()
    await server.readUntil(1)
    return { end, server }
  }
  const [dies, left, killed, stays] = [await open(), await open(), await open(), await open()]
  dies.server.reset()
  await streamClosed(dies.end.socket as never)
  expect(dies.end.socket).toMatchObject({ rstCode: CONNECT_ERROR })
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'tunnel' })
  // Node would send END_STREAM first, as if it were through.
  Object.defineProperty(left.end.socket, 'end', { value: () => undefined })
  ;(left.end.socket as never as { close(code: number): void }).close(8)
  expect(await left.server.closed).toBe('rst')
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client', phase: 'tunnel' })
  expect(proxy.engine.kill(proxy.engine.running()[0]!.id)).toBe(true)
  await Promise.all([streamClosed(killed.end.socket as never), killed.server.closed])
  expect((await proxy.ended()).error?.code).toBe('KILLED')
  void stays.server.write('here')
  expect(await stays.end.readText('here')).toBe('here')
  stays.end.end()
  await stays.server.closed
  stays.server.end()
  expect((await proxy.ended()).error).toBeUndefined()
})

test('a client that leaves with its connection has left all of them', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  const servers: WireEnd[] = []
  for (let count = 0; count < 3; count++) {
    void (await tunnelEnd(client, origin.authority)).write('\0')
    servers.push(await origin.accept())
    await servers.at(-1)!.readUntil(1)
  }
  client.session.destroy()
  expect(await Promise.all(servers.map(({ closed }) => closed))).not.toContain('here')
  for (let count = 0; count < 3; count++) expect((await proxy.ended()).error?.code).toBe('CLIENT_CLOSED')
})

// Its origin went on sending for ever, and the flow went on counting.
test('a client that has ended its direction and then leaves has left, too', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  await using end = await tunnelEnd(client, origin.authority)
  const server = await origin.accept()
  end.end('\0')
  await server.readUntil(1)
  // More than its windows hold: something waits to be written when it leaves.
  for (let n = 0; n < 64; n++) void server.write(Buffer.alloc(64 * 1024))
  await end.readUntil(1)
  client.session.destroy()
  expect(await server.closed).not.toBe('here')
  expect((await proxy.ended()).error?.code).toBe('CLIENT_CLOSED')
})

test('a capture that stops ends them all, and none looks as if it had ended well', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectClient(proxy.port)
  const frames = new FrameEnd(client)
  frames.send(preface, frame(frameTypes.settings, ack, 0))
  const servers: WireEnd[] = []
  for (const stream of [1, 3]) {
    const asked = Buffer.concat([literal(':method', 'CONNECT'), literal(':authority', origin.authority)])
    frames.send(frame(frameTypes.headers, endHeaders, stream, asked))
    expect((await frames.of(frameTypes.headers)).flags & endStream).toBe(0)
    frames.send(frame(frameTypes.data, 0, stream, Buffer.of(0)))
    servers.push(await origin.accept())
    await servers.at(-1)!.readUntil(1)
  }
  await proxy.engine.stop(0)
  expect(await Promise.all(servers.map(({ closed }) => closed))).toEqual(['rst', 'rst'])
  await expect(frames.of(frameTypes.data)).rejects.toThrow()
  for (let count = 0; count < 2; count++) expect((await proxy.ended()).error?.code).toBe('SHUTDOWN')
})

test('a tunnel that nobody reads stalls its own origin, and no other', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectHttp2Proxy(proxy.port, origin.authority)
  const MiB = 1024 * 1024
  const open = async () => {
    const socket = await tunnelSocket(client, origin.authority)
    socket.write('\0')
    const server = await origin.accept()
    await server.readUntil(1)
    return { socket, server }
  }
  const [stalled, flows] = [await open(), await open()]
  const total = 32 * MiB
  const all = stalled.server.write(Buffer.alloc(total))
  let came = 0
  flows.socket.on('data', (bytes: Buffer) => (came += bytes.length))
  flows.server.end(Buffer.alloc(total))
  await once(flows.socket, 'end')
  expect(came).toBe(total)
  // Windows, the queues between them, and what the system keeps of two sockets.
  expect(stalled.server.accepted).toBeLessThan(24 * MiB)
  let rest = 0
  stalled.socket.on('data', (bytes: Buffer) => (rest += bytes.length))
  await all
  stalled.server.end()
  await once(stalled.socket, 'end')
  expect(rest).toBe(total)
  // And an upload that its origin does not read.
  const upload = await open()
  upload.server.pause()
  let taken = 0
  for (let count = 0; count < 32; count++) upload.socket.write(Buffer.alloc(MiB), () => taken++)
  const beside = await open()
  void beside.server.write('hello')
  expect(String((await once(beside.socket, 'data'))[0])).toBe('hello')
  expect(taken).toBeLessThan(24)
  for (const { socket } of [flows, stalled, upload, beside]) socket.destroy()
  await proxy.settled()
})

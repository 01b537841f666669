/** Opaque tunnels carry what TCP carries: bytes, each direction's own end, resets, and nobody's impatience. */
import { expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectTunnel } from '../../testing/raw-client.ts'
import { startOrigin, type ScriptedOrigin } from '../../testing/scripted-origin.ts'
import { standsStill } from '../../testing/stands-still.ts'
import type { WireEnd } from '../../testing/wire-end.ts'

/** A tunnel through which one byte has passed. */
async function openTunnel(proxy: TestEngine, origin: ScriptedOrigin): Promise<{ client: WireEnd; server: WireEnd }> {
  const client = await connectTunnel(proxy.port, origin.authority)
  void client.write('\0')
  const server = await origin.accept()
  await server.readUntil(1)
  return { client, server }
}

test('the end of one direction passes, and the other goes on', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const first = await openTunnel(proxy, origin)
  first.client.end('last words')
  expect((await first.server.readAll()).toString()).toBe('last words')
  expect(await first.server.closed).toBe('fin')
  void first.server.write('one')
  expect(await first.client.readText('one')).toBe('one')
  first.server.end('two')
  expect((await first.client.readAll()).toString()).toBe('two')

  const second = await openTunnel(proxy, origin)
  second.server.end('last words')
  expect((await second.client.readAll()).toString()).toBe('last words')
  void second.client.write('one')
  expect(await second.server.readText('one')).toBe('one')
  second.client.end('two')
  expect((await second.server.readAll()).toString()).toBe('two')
  expect((await proxy.ended()).error).toBeUndefined()
  expect((await proxy.ended()).error).toBeUndefined()
})

test('a reset passes as a reset, in both directions', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const first = await openTunnel(proxy, origin)
  first.server.reset()
  expect(await first.client.closed).toBe('rst')
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'tunnel' })
  const second = await openTunnel(proxy, origin)
  second.client.reset()
  expect(await second.server.closed).toBe('rst')
  expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client', phase: 'tunnel' })
})

test('what both sides have ended still arrives at the one that reads slowly', async () => {
  // The tunnel was closed once both ends had been seen, although one direction was still on its way.
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  for (const endsFirst of ['client', 'server'] as const) {
    const { client, server } = await openTunnel(proxy, origin)
    const size = 24 * 1024 * 1024
    client.pause()
    if (endsFirst === 'client') client.end()
    server.end(Buffer.alloc(size, 'x'))
    // Both ends are there; the bytes are not.
    if (endsFirst === 'server') client.end()
    await server.closed
    client.resume()
    expect((await client.readAll()).length).toBe(size)
    expect(client.closing).toBe('fin')
    expect((await proxy.ended()).error).toBeUndefined()
  }
})

test('a side that does not read slows the other one', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  for (const slow of ['client', 'server'] as const) {
    const ends = await openTunnel(proxy, origin)
    const [from, to] = slow === 'client' ? [ends.server, ends.client] : [ends.client, ends.server]
    to.pause()
    const before = to.received
    const piece = Buffer.alloc(64 * 1024)
    const total = 64 * 1024 * 1024
    for (let size = 0; size < total; size += piece.length) void from.write(piece)
    await standsStill(() => from.accepted)
    // What the kernels hold on both sides, and a little of ours.
    expect(from.accepted).toBeLessThan(24 * 1024 * 1024)
    to.resume()
    from.end()
    await to.closed
    expect(to.received - before).toBe(total)
    to.end()
    await from.closed
    expect((await proxy.ended()).error).toBeUndefined()
  }
})

test('a tunnel is counted while it runs, and can be killed', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const { client, server } = await openTunnel(proxy, origin)
  void server.write('abc')
  await client.readUntil('abc')
  const [flow] = proxy.engine.running()
  expect([flow?.request.bytes, flow?.response?.bytes]).toEqual([1, 3])
  expect(proxy.engine.kill(flow!.id)).toBe(true)
  expect(await client.closed).toBe('rst')
  expect(await server.closed).toBe('rst')
  expect((await proxy.ended()).error).toMatchObject({ code: 'KILLED', side: 'proxy' })
  expect(proxy.engine.kill(flow!.id)).toBe(false)
})

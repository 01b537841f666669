/** B12 in tunnels: a client that resets while its bytes wait for the other side ends the tunnel at once. */
import { describe, expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectTunnel } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { inTime } from '../../testing/slowness.ts'
import { startOrigin, type ScriptedOrigin } from '../../testing/scripted-origin.ts'
import { standsStill } from '../../testing/stands-still.ts'
import type { WireEnd } from '../../testing/wire-end.ts'

const MiB = 1024 * 1024
const piece = Buffer.alloc(64 * 1024, 'x')

async function time(happening: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await happening
  return performance.now() - start
}

/** Writes until nothing more is taken; `to` does not read. */
async function stall(from: WireEnd, to: WireEnd): Promise<void> {
  to.pause()
  for (let size = 0; size < 64 * MiB; size += piece.length) void from.write(piece)
  await standsStill(() => from.accepted)
  expect(from.accepted).toBeLessThan(40 * MiB)
}

async function openTunnel(proxy: TestEngine, origin: ScriptedOrigin): Promise<{ client: WireEnd; server: WireEnd }> {
  const client = await connectTunnel(proxy.port, origin.authority)
  void client.write('\0')
  const server = await origin.accept()
  await server.readUntil(1)
  return { client, server }
}

// Retried, because a machine that stands still for a second is not our failure.
describe('a client that resets behind bytes that its origin does not read', { retry: 2, timeout: 20_000 }, () => {
  test.each([
    ['neither TLS nor HTTP', []],
    ['passthrough', ['*']],
  ])('%s', async (reason, passthrough) => {
    await using proxy = await startEngine({ passthrough })
    await using origin = await startOrigin()
    const { client, server } = await openTunnel(proxy, origin)
    await stall(client, server)
    client.reset()
    expect(await inTime(await time(proxy.until(() => proxy.engine.running().length === 0)), 1000)).toBe('in time')
    const flow = await proxy.ended()
    expect(flow.error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client', phase: 'tunnel' })
    expect(flow.delivery?.reason).toContain(reason)
    server.resume()
    expect(await server.closed).toBe('rst')
  })

  test.each([
    ['plain', false],
    ['under TLS', true],
  ])('upgraded, %s', async (_, tls) => {
    await using scene = await openScene({}, { tls })
    const extra = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
    const { client, connection } = await scene.ask('/', { extra })
    void connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await client.readUntil('\r\n\r\n')
    await stall(client, connection)
    client.reset()
    expect(await inTime(await time(scene.proxy.until(() => scene.proxy.engine.running().length === 0)), 1000)).toBe(
      'in time',
    )
    expect((await scene.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client', phase: 'tunnel' })
    connection.resume()
    expect(await connection.closed).not.toBe('here')
  })
})

test('a client that ends behind such bytes has them delivered, and its end behind them', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  const { client, server } = await openTunnel(proxy, origin)
  server.pause()
  const total = 32 * MiB
  for (let size = 0; size < total; size += piece.length) void client.write(piece)
  client.end()
  await standsStill(() => client.accepted)
  server.resume()
  expect((await server.readAll()).length).toBe(total)
  expect(server.closing).toBe('fin')
  server.end()
  await client.closed
  expect((await proxy.ended()).error).toBeUndefined()
})

/** Where it listens, for whom, and how it stops. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { blackHole } from '../testing.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

test('a given port that is taken is an error', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo // not a pipe
  await expect(startEngine({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `Port ${port} on 127.0.0.1 is taken by another program. Choose another port, or none to take the next free one.`,
  })
  other.close()
})

test('without a given port it is 8080, or the next free one', async () => {
  await using first = await startEngine({ listen: { host: '127.0.0.1', port: undefined } })
  await using second = await startEngine({ listen: { host: '127.0.0.1', port: undefined } })
  expect(first.port).toBeGreaterThanOrEqual(8080)
  expect(second.port).toBeGreaterThan(first.port)
})

test('listening beyond loopback has to be allowed', async () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.1']) {
    await expect(startEngine({ listen: { host, port: 0 } })).rejects.toMatchObject({ code: 'LAN_NOT_ALLOWED' })
  }
  await using proxy = await startEngine({ listen: { host: '0.0.0.0', port: 0 }, allowLan: true })
  expect(proxy.port).toBeGreaterThan(0)
})

test('an address that is not ours cannot be listened on', async () => {
  await expect(startEngine({ listen: { host: '192.0.2.1', port: 0 }, allowLan: true })).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
  })
})

test('[::1] may be written with brackets', async () => {
  await using proxy = await startEngine({ listen: { host: '[::1]', port: 0 } })
  expect(proxy.port).toBeGreaterThan(0)
})

test('stop closes idle clients, lets running flows finish, and then says so', async () => {
  const scene = await openScene()
  const idle = await scene.client()
  const fed = await scene.ask('/fed')
  void fed.connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n12')
  const waiting = await scene.ask('/waiting')
  const stopped = scene.proxy.engine.stop(60_000)
  expect(await idle.closed).toBe('fin')
  // No new clients.
  await expect(connectClient(scene.proxy.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  void fed.connection.write('34')
  expect(await fed.client.readText('1234')).toContain('1234')
  expect(await fed.client.closed).toBe('fin')
  void waiting.connection.write(ok)
  expect(await waiting.client.readText('hi')).toContain('Connection: close')
  expect(await waiting.client.closed).toBe('fin')
  await stopped
  await scene[Symbol.asyncDispose]()
})

test('what is still running after the grace is ended as SHUTDOWN, and nothing is left', async () => {
  await using hole = await blackHole()
  const scene = await openScene({ streamSize: 0 })
  const errors: unknown[] = []
  scene.proxy.engine.onFlow(({ kind, flow }) => {
    if (kind === 'ended') errors.push(flow.error?.code)
  })
  const waiting = await scene.ask('/waiting')
  const fed = await scene.ask('/fed')
  void fed.connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n12')
  await fed.client.readUntil('12')
  const tunnel = await connectTunnel(scene.proxy.port, scene.origin.authority)
  void tunnel.write('\0')
  await scene.origin.accept()
  const silent = await connectTunnel(scene.proxy.port, hole.authority)
  const connecting = await connectClient(scene.proxy.port)
  void connecting.write(`GET http://${hole.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  await scene.proxy.begun((flow) => flow.url.includes(hole.authority))
  await scene.proxy.engine.stop(20)
  await Promise.all([waiting, fed].map(({ client }) => client.closed))
  for (const client of [tunnel, silent, connecting]) {
    await client.closed
    client.destroy()
  }
  expect(errors).toEqual(['SHUTDOWN', 'SHUTDOWN', 'SHUTDOWN', 'SHUTDOWN'])
  await scene[Symbol.asyncDispose]()
})

test('a tunnel whose origin is ready and waits for its first request does not outlive the engine', async () => {
  const scene = await openScene({}, { tls: true })
  await scene.client()
  const prepared = await scene.origin.accept()
  await scene.proxy.engine.stop(0)
  await prepared.closed
  await scene[Symbol.asyncDispose]()
})

test('settings apply to the next response head', async () => {
  await using scene = await openScene()
  const first = await scene.ask('/a')
  const second = await scene.ask('/b')
  void first.connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n12')
  await scene.proxy.delivery((flow) => flow.url.endsWith('/a'))
  scene.proxy.update({ streamSize: 0 })
  void second.connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n12')
  await second.client.readUntil('12')
  expect(first.client.peek()).toBe('')
  void first.connection.write('34')
  void second.connection.write('34')
  await first.client.readUntil('1234')
  await second.client.readUntil('34')
  const modes = [await scene.ended(), await scene.ended()].map(({ url, delivery }) => [url.slice(-1), delivery?.mode])
  expect(modes.sort()).toEqual([
    ['a', 'buffered'],
    ['b', 'streamed'],
  ])
})

test('a killed flow ends at once for both sides, and its client asks nothing more', async () => {
  await using scene = await openScene()
  for (const begun of [false, true]) {
    const client = await scene.client()
    void client.write(scene.requestText('/killed') + scene.requestText('/pipelined'))
    const { connection } = await scene.origin.request()
    if (begun) {
      scene.proxy.update({ streamSize: 0 })
      void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n12')
      await client.readUntil('12')
    }
    const [flow] = scene.proxy.engine.running()
    expect(scene.proxy.engine.kill(flow!.id)).toBe(true)
    await Promise.all([client.closed, connection.closed])
    expect((await scene.ended()).error).toMatchObject({ code: 'KILLED', side: 'proxy' })
  }
  expect(scene.origin.accepted).toBe(2)
  expect(scene.proxy.engine.flows.size).toBe(2)
})

test('a client that connects and leaves without a word leaves nothing', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  for (const leave of ['end', 'destroy', 'reset'] as const) {
    const client = await connectClient(proxy.port)
    client[leave]()
    if (leave === 'end') await client.closed
    client.destroy()
  }
  expect(origin.accepted).toBe(0)
  expect(proxy.engine.flows.size).toBe(0)
})

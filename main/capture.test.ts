/** Start, stop and close, in whatever order somebody asks for them. */
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectClient } from './testing/raw-client.ts'
import { openScene, type Scene } from './testing/scene.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

/** One flow through the proxy at this port. */
async function flowThrough(scene: Scene, port: number, path: string): Promise<void> {
  await using client = await connectClient(port)
  void client.write(scene.requestText(path))
  const { connection } = await scene.origin.request()
  void connection.write(ok)
  await client.readUntil('hi')
  await scene.ended((flow) => flow.url.endsWith(path))
}

async function refused(port: number): Promise<void> {
  await expect(connectClient(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
}

test('stopped, it can be started again: flows, bodies and listeners stay, ids go on', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  let { port } = scene.proxy
  for (let round = 1; round <= 3; round++) {
    await flowThrough(scene, port, `/${round}`)
    await engine.stop(1000)
    await refused(port)
    expect(engine.flows.size).toBe(round)
    ;({ port } = await engine.start())
  }
  const flows = engine.flows.list(0, 10)
  expect(flows.map(({ id, url }) => [id, url.slice(-2)])).toEqual([
    [1, '/1'],
    [2, '/2'],
    [3, '/3'],
  ])
  const connections = flows.flatMap(({ client, origin }) => [client.id, origin?.id])
  expect(new Set(connections).size).toBe(6)
  expect((await engine.flows.readBody(1, 'response', 0, 10))?.toString()).toBe('hi')
})

test('settings that were changed while it was stopped hold from the start on', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  await engine.stop(0)
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo // not a pipe
  scene.proxy.update({ listen: { host: '127.0.0.1', port }, streamSize: 1 })
  await expect(engine.start()).rejects.toMatchObject({ code: 'PORT_TAKEN' })
  await expect(engine.start()).rejects.toMatchObject({ code: 'PORT_TAKEN' })
  taken.close()
  await once(taken, 'close')
  expect(await engine.start()).toEqual({ host: '127.0.0.1', port, reverse: [] })
  await flowThrough(scene, port, '/a')
  expect(engine.flows.get(1)?.delivery?.reason).toBe('larger than 1b')
})

test('a damaged CA is an error, and once it is gone the start works', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  await engine.stop(0)
  const caDir = join(scene.proxy.folder, 'damaged')
  mkdirSync(caDir)
  writeFileSync(join(caDir, 'ca.pem'), 'no certificate')
  writeFileSync(join(caDir, 'ca-key.pem'), 'no key')
  scene.proxy.update({ caDir })
  await expect(engine.start()).rejects.toMatchObject({ code: 'CA_DAMAGED' })
  await engine.stop(0)
  scene.proxy.update({})
  const { port } = await engine.start()
  await flowThrough(scene, port, '/a')
})

test('start while it is started or starting is the same start', async () => {
  await using scene = await openScene()
  const { engine, port } = scene.proxy
  expect((await engine.start()).port).toBe(port)
  await engine.stop(0)
  const [one, two] = await Promise.all([engine.start(), engine.start()])
  expect(one).toEqual(two)
  await engine.stop(0)
  await refused(one.port)
})

test('stop while it is stopped does nothing', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  await Promise.all([engine.stop(0), engine.stop(0)])
  await engine.stop(0)
  await flowThrough(scene, (await engine.start()).port, '/a')
})

test('calls in one breath take effect in their order', async () => {
  await using scene = await openScene()
  const { engine, port } = scene.proxy
  const calls = [engine.stop(0), engine.start(), engine.stop(0), engine.start()] as const
  const [, second, , fourth] = await Promise.all(calls)
  expect(new Set([port, second.port, fourth.port]).size).toBe(3)
  await refused(port)
  await refused(second.port)
  await flowThrough(scene, fourth.port, '/a')
  const last = engine.start()
  await engine.stop(0)
  await refused((await last).port)
})

test('a second stop may be in more of a hurry, also when a start is waiting', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  for (const startInBetween of [false, true]) {
    const client = await connectClient((await engine.start()).port)
    void client.write(scene.requestText('/slow'))
    await scene.origin.request()
    const patient = engine.stop(3_600_000)
    const started = startInBetween ? engine.start() : undefined
    await engine.stop(0)
    await patient
    await client.closed
    client.destroy()
    expect((await scene.ended()).error?.code).toBe('SHUTDOWN')
    if (started) await refused((await started).port)
  }
})

test('a running flow may finish while it stops, and the next start waits for it', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  const { client, connection } = await scene.ask('/slow')
  const stopped = engine.stop(3_600_000)
  const started = engine.start()
  await refused(scene.proxy.port)
  void connection.write(ok)
  await client.readUntil('hi')
  await stopped
  await flowThrough(scene, (await started).port, '/next')
  expect(engine.flows.list(0, 9).map(({ error }) => error)).toEqual([undefined, undefined])
})

test('close forgets everything, is for good, and may be called twice', async () => {
  const scene = await openScene()
  const { engine } = scene.proxy
  const { client, connection } = await scene.ask()
  void connection.write(`HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`)
  await client.readUntil('x'.repeat(1000))
  await scene.ended()
  expect(scene.proxy.temporaryFiles().length).toBe(1)
  await Promise.all([engine.close(1000), engine.close(0)])
  expect(engine.flows.size).toBe(0)
  expect(scene.proxy.temporaryFiles()).toEqual([])
  expect(existsSync(scene.proxy.folder)).toBe(true)
  await expect(engine.start()).rejects.toThrow('closed')
  await scene[Symbol.asyncDispose]()
})

test('clear and remove forget ended flows with their files; running ones go on', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  const body = 'x'.repeat(300_000)
  const respond = async (path: string): Promise<number> => {
    const { client, connection } = await scene.ask(path)
    void connection.write(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    await client.readUntil('\r\n\r\n')
    await client.readUntil(body.length)
    return (await scene.ended((flow) => flow.url.endsWith(path))).id
  }
  const first = await respond('/1')
  const running = await scene.ask('/running')
  const { id } = scene.running
  const third = await respond('/3')
  expect(engine.remove([first, id, 4711])).toEqual([first])
  expect([engine.flows.size, engine.flows.get(first), engine.flows.get(third)?.id]).toEqual([1, undefined, third])
  await expect.poll(() => scene.proxy.temporaryFiles().length).toBe(1)
  engine.clear()
  expect([engine.flows.size, engine.flows.dropped]).toEqual([0, 0])
  await expect.poll(() => scene.proxy.temporaryFiles().length).toBe(0)
  void running.connection.write(ok)
  await running.client.readUntil('hi')
  expect((await scene.ended()).id).toBe(id)
  expect(engine.flows.list(0, 9).map((flow) => flow.id)).toEqual([id])
})

test('a listener of notices that throws hurts neither the engine nor the others', async () => {
  await using scene = await openScene()
  const { engine } = scene.proxy
  const heard: string[] = []
  const stop = engine.onNotice(() => {
    throw new Error('mine')
  })
  engine.onNotice((sentence) => heard.push(sentence))
  engine.onFlow(({ kind }) => {
    if (kind === 'begun') throw new Error('planted')
  })
  await flowThrough(scene, scene.proxy.port, '/a')
  expect(heard).toEqual([expect.stringContaining('planted')])
  scene.proxy.notices.length = 0
  stop()
})

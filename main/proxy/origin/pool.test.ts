/** Connections to origins are used again when that is safe, and a request is repeated only when that is. */
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { openScene, type Asked, type Scene } from '../../testing/scene.ts'
import { originCa } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { freePort, startTls } from '../testing.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

/** One exchange, after which the origin's connection is idle. */
async function first(scene: Scene, answer = ok): Promise<Asked> {
  const asked = await scene.ask('/first')
  void asked.connection.write(answer)
  await asked.client.readUntil('hi')
  await scene.ended()
  return asked
}

/** Asks over the client and answers over whichever connection it comes. */
async function next(scene: Scene, client: WireEnd, connection: WireEnd, options = {}): Promise<void> {
  void client.write(scene.requestText('/next', options))
  await connection.readUntil('\r\n\r\n')
  void connection.write(ok)
  await client.readUntil('hi')
}

test('a connection is used again, also for another client', async () => {
  await using scene = await openScene()
  const { client, connection } = await first(scene)
  await next(scene, client, connection)
  await next(scene, await scene.client(), connection)
  for (const client of [1, 2]) {
    const flow = await scene.ended()
    expect(flow.originReused).toBe(true)
    expect([flow.timings.dns, flow.timings.connect]).toEqual([undefined, undefined])
    expect(client).toBeGreaterThan(0)
  }
  expect(scene.origin.accepted).toBe(1)
})

test('the last one in is the first one out', async () => {
  await using scene = await openScene()
  const [a, b] = [await scene.ask('/a'), await scene.ask('/b')]
  for (const { client, connection } of [a, b]) {
    void connection.write(ok)
    await client.readUntil('hi')
    await scene.ended()
  }
  await next(scene, a.client, b.connection)
  expect((await scene.ended()).originReused).toBe(true)
})

const notAgain: [title: string, answer: string][] = [
  ['the origin says close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi'],
  [
    'the origin says close among other things',
    'HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nhi',
  ],
  ['it is HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
  ['bytes follow the answer', `${ok}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`],
  ['bytes follow the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nX'],
]

test.each(notAgain)('it is not used again when %s', async (_, answer) => {
  await using scene = await openScene()
  const { client, connection } = await first(scene, answer)
  await connection.closed
  const { connection: another } = await scene.askAgain(client)
  void another.write(ok)
  await client.readUntil('hi')
  expect((await scene.ended()).originReused).toBe(false)
})

test('an idle connection on which bytes come is dropped', async () => {
  await using scene = await openScene()
  const { client, connection } = await first(scene)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil')
  await connection.closed
  const { connection: another } = await scene.askAgain(client)
  void another.write(ok)
  expect(await client.readText('hi')).toBe(ok)
})

test('a Keep-Alive of one second is believed: the connection goes before the origin closes it', async () => {
  await using scene = await openScene()
  const { connection } = await first(scene, 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nhi')
  expect(await connection.closed).toBe('fin')
})

test('GET is repeated on a new connection when the kept one turns out to be dead', async () => {
  await using scene = await openScene()
  const { client, connection } = await first(scene)
  void client.write(scene.requestText('/again'))
  // It had come before the origin closed: nobody can know whether it was carried out, which GET does not mind.
  await connection.readUntil('\r\n\r\n')
  connection.reset()
  const { connection: another, head } = await scene.origin.request()
  expect(head).toMatch(/^GET \/again /)
  void another.write(ok)
  expect(await client.readText('hi')).toBe(ok)
  const flow = await scene.ended()
  expect(flow.originReused).toBe(false)
  expect(flow.error).toBeUndefined()
})

test('GET is repeated once: a new connection that dies as well is an answer', async () => {
  await using scene = await openScene()
  const { client, connection } = await first(scene)
  void client.write(scene.requestText('/again'))
  await connection.readUntil('\r\n\r\n')
  connection.destroy()
  const { connection: another } = await scene.origin.request()
  another.destroy()
  expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 /)
  expect((await scene.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'response-head' })
  expect(scene.origin.accepted).toBe(2)
})

test('a GET whose answer has begun is not repeated', async () => {
  await using scene = await openScene()
  const { client, connection } = await first(scene)
  void client.write(scene.requestText('/again'))
  await connection.readUntil('\r\n\r\n')
  connection.end('HTTP/1.1 2')
  expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 /)
  await scene.ended()
  expect(scene.origin.accepted).toBe(1)
})

const unrepeatable: [method: string, extra: string][] = [
  ['POST', 'Content-Length: 0\r\n'],
  ['PATCH', ''],
  ['PUT', 'Content-Length: 2\r\n'],
]

test.each(unrepeatable)('%s (%j) on a kept connection that dies is not repeated', async (method, extra) => {
  await using scene = await openScene()
  const { client, connection } = await first(scene)
  void client.write(scene.requestText('/do', { method, extra }))
  await connection.readUntil('\r\n\r\n')
  connection.destroy()
  expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 /)
  expect((await scene.ended()).error?.code).toBe('ORIGIN_CLOSED')
  expect(scene.origin.accepted).toBe(1)
})

test('POST is not risked on a connection that has been idle for a while', async () => {
  await using scene = await openScene()
  const { client, connection } = await first(scene)
  await new Promise((resolve) => setTimeout(resolve, 1100))
  const { connection: another } = await scene.askAgain(client, '/', { method: 'POST', extra: 'Content-Length: 0\r\n' })
  void another.write(ok)
  await client.readUntil('hi')
  expect((await scene.ended()).originReused).toBe(false)
  expect(connection.peek()).toBe('')
})

test('a connection opened with a tunnel that was closed while it waited is replaced by a new one', async () => {
  // The request was written to the dead one, and nobody ever answered.
  await using scene = await openScene({}, { tls: true })
  const client = await scene.client()
  const prepared = await scene.origin.accept()
  prepared.end()
  // We close our side when we have seen it.
  await prepared.closed
  const { connection } = await scene.askAgain(client)
  void connection.write(ok)
  await client.readUntil('hi')
  expect((await scene.ended()).error).toBeUndefined()
})

test('a GET over a connection opened with the tunnel is repeated when that dies under it', async () => {
  await using scene = await openScene({}, { tls: true })
  const client = await scene.client()
  const prepared = await scene.origin.accept()
  void client.write(scene.requestText('/x'))
  await prepared.readUntil('\r\n\r\n')
  prepared.destroy()
  const { connection } = await scene.origin.request()
  void connection.write(ok)
  await client.readUntil('hi')
  expect((await scene.ended()).error).toBeUndefined()
})

test('an origin that could not be reached when the tunnel was opened is tried again for a later request', async () => {
  await using proxy = await startEngine()
  const port = await freePort()
  const tunnel = await connectTunnel(proxy.port, `localhost:${port}`)
  tunnel.socket.removeAllListeners()
  const secure = connectTls({ socket: tunnel.socket, ca: proxy.ca, servername: 'localhost' })
  await using client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  await new Promise((resolve) => setTimeout(resolve, 1100))
  await using origin = await startTls({ cert: (await originCa()).pem, key: (await originCa()).keyPem }, port)
  void client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  // It was reached, if not trusted.
  await client.readUntil('(from Spillway)\n')
  expect((await proxy.ended()).error?.code).toBe('ORIGIN_CERTIFICATE')
  expect(origin.heads).toEqual([])
})

test('a tunnel that was opened in advance and not used leaves its connection to the next client', async () => {
  await using scene = await openScene({}, { tls: true })
  const client = await scene.client()
  const prepared = await scene.origin.accept()
  client.end()
  await client.closed
  const another = await scene.client()
  await next(scene, another, prepared)
  expect(scene.origin.accepted).toBe(1)
  await scene.ended()
  await scene.ended()
})

test('trust that was changed holds for connections that are in use, too', async () => {
  // A connection made while nothing was verified came back into the pool afterwards.
  await using scene = await openScene({ insecure: true }, { tls: true })
  const asked = await scene.ask()
  scene.proxy.update({ insecure: false, originCas: [] })
  void asked.connection.write(ok)
  await asked.client.readUntil('hi')
  await asked.connection.closed
  void asked.client.write(scene.requestText())
  expect(await asked.client.readText('(from Spillway)\n')).toContain('502 Bad Gateway')
  await scene.ended()
  expect((await scene.ended()).error?.code).toBe('ORIGIN_CERTIFICATE')
})

// The host reads the files of CAs anew whenever any setting changes: every change ended all idle connections.
test('the same trust, read anew, keeps the connections that were made under it', async () => {
  await using scene = await openScene({ originCas: ['one'] })
  const { client, connection } = await scene.ask()
  void connection.write(ok)
  await client.readUntil('hi')
  scene.proxy.update({ originCas: ['one'], holdMs: 1 })
  void client.write(scene.requestText('/again'))
  await connection.readUntil('\r\n\r\n')
  void connection.write(ok)
  await client.readUntil('hi')
  expect(scene.origin.accepted).toBe(1)
})

test('streams that run at the same time are not limited, and idle connections are', async () => {
  await using scene = await openScene()
  const asked: Asked[] = []
  for (let count = 0; count < 300; count++) asked.push(await scene.ask(`/${count}`))
  // All of them are under way before the first one ends.
  expect(scene.proxy.engine.running()).toHaveLength(300)
  for (const { client, connection } of asked) {
    void connection.write(ok)
    await client.readUntil('hi')
  }
  await scene.proxy.until(() => scene.proxy.engine.running().length === 0)
  const idle = (): number => asked.filter(({ connection }) => connection.closing === undefined).length
  await expect.poll(idle).toBe(128)
})

test('a client that goes away takes its connection along, which is not used again', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  client.destroy()
  await connection.closed
  expect((await scene.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED' })
  await using other = await connectClient(scene.proxy.port)
  const { connection: another } = await scene.askAgain(other)
  void another.write(ok)
  await other.readUntil('hi')
})

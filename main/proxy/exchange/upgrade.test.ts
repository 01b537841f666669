/** 101: the connection becomes a tunnel, and its flow lasts as long as that; nobody looks into what is no WebSocket. */
import { expect, test } from 'vitest'
import { openScene, type Scene } from '../../testing/scene.ts'

const asking = { extra: 'Connection: Upgrade\r\nUpgrade: lines\r\n' }
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n'

const both = [
  ['plain', false],
  ['under TLS', true],
] as const

test.each(both)('%s: bytes that come along with the 101 are not lost', async (_, tls) => {
  await using scene = await openScene({}, { tls })
  const { client, connection, head } = await scene.ask('/chat', asking)
  expect(head).toContain(asking.extra)
  void connection.write(`${switching}first bytes`)
  expect(await client.readText('first bytes')).toBe(`${switching}first bytes`)
  void client.write('\x81\x85frame')
  expect(await connection.readText('frame')).toBe('\x81\x85frame')
  void connection.write('pong')
  await client.readUntil('pong')
  const [running] = scene.proxy.engine.running()
  expect(running).toMatchObject({ delivery: { mode: 'tunnelled', reason: 'upgraded to lines' } })
  expect([running?.request.bytes, running?.response?.bytes]).toEqual([7, 15])
  expect(scene.proxy.engine.watchMessages(running!.id, () => undefined)).toBeUndefined()
  expect(await scene.proxy.engine.readRunning(running!.id, 'response', 0, 10)).toBeUndefined()
  client.end()
  await connection.closed
  connection.end()
  const flow = await scene.ended()
  expect(flow).toMatchObject({ error: undefined, response: { status: 101, delivered: 15 }, request: { delivered: 7 } })
  expect(flow.response?.body.state).toBe('missing')
  expect(flow).toMatchObject({ messages: undefined, messageCounts: undefined, notes: [] })
})

test('what the client sends before the 101 is neither lost nor read as a request', async () => {
  await using scene = await openScene()
  const client = await scene.client()
  const early = 'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n'
  void client.write(scene.requestText('/chat', asking) + early)
  const { connection } = await scene.origin.request()
  void connection.write(switching)
  expect(await connection.readText(early.length)).toBe(early)
  await client.readUntil('\r\n\r\n')
  client.end()
  await connection.closed
  connection.end()
  expect((await scene.ended()).request.bytes).toBe(early.length)
})

test('when the upgrade is declined, what the client has sent is the next request', async () => {
  await using scene = await openScene()
  const client = await scene.client()
  void client.write(scene.requestText('/chat', asking) + scene.requestText('/next'))
  const { connection } = await scene.origin.request()
  void connection.write(
    'HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: h9\r\nContent-Length: 0\r\n\r\n',
  )
  const declined = await client.readText('\r\n\r\n')
  expect(declined).toContain('Upgrade: h9\r\n')
  expect(declined).toContain('Connection: upgrade\r\n')
  expect(await connection.readText('\r\n\r\n')).toMatch(/^GET \/next /)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  await client.readUntil('hi')
  expect((await scene.ended()).delivery?.mode).toBe('buffered')
  await scene.ended()
})

test.each(both)('%s: each direction ends by itself', async (_, tls) => {
  await using scene = await openScene({}, { tls })
  for (const first of ['client', 'connection'] as const) {
    const asked = await scene.ask('/chat', asking)
    void asked.connection.write(switching)
    await asked.client.readUntil('\r\n\r\n')
    const [one, other] = first === 'client' ? [asked.client, asked.connection] : [asked.connection, asked.client]
    one.end('last words')
    expect((await other.readAll()).toString()).toBe('last words')
    other.end('answer')
    expect((await one.readAll()).toString()).toBe('answer')
    expect((await scene.ended()).error).toBeUndefined()
  }
})

test('an origin that breaks an upgraded connection resets it for the client, who is told on the flow', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask('/chat', asking)
  void connection.write(switching)
  await client.readUntil('\r\n\r\n')
  connection.reset()
  expect(await client.closed).toBe('rst')
  const flow = await scene.ended()
  expect(flow.error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'tunnel' })
})

/** What the origin gets of a request with these fields; it answers 101 all the same. */
async function forced(scene: Scene, extra: string, version = '1.1'): Promise<{ head: string; answer: string }> {
  const { client, connection, head } = await scene.ask('/', { extra, version })
  void connection.write(switching)
  const answer = await client.readText('(from Spillway)\n')
  await connection.closed
  return { head, answer }
}

const notAsked: [title: string, extra: string, version?: string][] = [
  ['nobody asked', ''],
  ['Connection does not name it', 'Upgrade: websocket\r\n'],
  ['it was h2c', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'],
  ['h2c was among what was asked for', 'Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n'],
  ['HTTP/1.0 asked', 'Connection: Upgrade\r\nUpgrade: websocket\r\n', '1.0'],
]

test.each(notAsked)('a 101 is a bad answer when %s', async (_, extra, version) => {
  await using scene = await openScene()
  const { head, answer } = await forced(scene, extra, version)
  expect(head).not.toMatch(/upgrade|http2/i)
  expect(answer).toMatch(/^HTTP\/1\.1 502 /)
  const flow = await scene.ended()
  expect(flow.error).toMatchObject({ code: 'BAD_RESPONSE', side: 'origin', phase: 'response-head' })
  expect(flow.error?.message).toBe('The origin switched to another protocol (101) without having been asked')
})

test('an upgraded connection is ended by a kill, at once and for both sides', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask('/chat', asking)
  void connection.write(switching)
  await client.readUntil('\r\n\r\n')
  expect(scene.proxy.engine.kill(scene.proxy.engine.running()[0]!.id)).toBe(true)
  await Promise.all([client.closed, connection.closed])
  expect((await scene.ended()).error?.code).toBe('KILLED')
})

test('a request with a body is not passed on as an upgrade: nobody could tell where the body ends', async () => {
  await using scene = await openScene()
  const extra = `${asking.extra}Content-Length: 6\r\n`
  const { client, connection, head } = await scene.ask('/chat', { method: 'POST', extra })
  expect(head).not.toMatch(/upgrade/i)
  void client.write('abcdef')
  await connection.readUntil('abcdef')
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  await client.readUntil('hi')
  expect((await scene.ended()).request.body).toMatchObject({ state: 'complete', length: 6 })
})

/** Passthrough hosts are tunnelled untouched: nobody decrypts, the client sees the original certificate. */
import { once } from 'node:events'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { originCa, startOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { freePort } from '../testing.ts'

/** TLS through the proxy; trusts both CAs, so that it tells whose certificate came. */
async function secure(proxy: TestEngine, authority: string, servername: string): Promise<[WireEnd, string]> {
  const { socket } = await connectTunnel(proxy.port, authority)
  socket.removeAllListeners()
  const ca = [proxy.ca, (await originCa()).pem]
  const tls: TLSSocket = connectTls({ socket, ca, servername })
  const client = new WireEnd(tls)
  await once(tls, 'secureConnect')
  return [client, tls.getPeerX509Certificate()?.issuer ?? '']
}

const byTarget: [passthrough: string, targetHost: string, serverName: string][] = [
  ['localhost', 'localhost', 'localhost'],
  ['LOCAL*', 'LocalHost', 'localhost'],
  ['localhost:PORT', 'localhost', 'localhost'],
  ['127.0.0.1:PORT', '127.0.0.1', 'localhost'],
  // The target is an address; what the client calls it is in its hello.
  ['localhost', '127.0.0.1', 'localhost'],
]

test.each(byTarget)('%s: the original certificate reaches the client (%s, %s)', async (pattern, host, name) => {
  await using origin = await startOrigin({ tls: true })
  await using proxy = await startEngine({ passthrough: [pattern.replace('PORT', String(origin.port))] })
  const [client, issuer] = await secure(proxy, `${host}:${origin.port}`, name)
  expect(issuer).toContain('Test origin CA')
  const server = await origin.accept()
  void client.write('GET / HTTP/1.1\r\n\r\n')
  await server.readUntil('\r\n\r\n')
  server.end('HTTP/1.1 200 OK\r\n\r\nhi')
  await client.readUntil('hi')
  client.end()
  await client.closed
  const flow = await proxy.ended()
  expect(flow).toMatchObject({ method: 'CONNECT', url: `${host.toLowerCase()}:${origin.port}`, error: undefined })
  expect(flow.delivery).toMatchObject({ mode: 'tunnelled' })
  expect(flow.delivery?.reason).toMatch(/^passthrough (localhost|LOCAL\*|127)/)
  expect(flow.request.bytes).toBeGreaterThan(200)
  expect(flow.response?.bytes).toBeGreaterThan(500)
  expect(flow.response?.body.state).toBe('missing')
  await client[Symbol.asyncDispose]()
})

test('other hosts, and the same host on another port, are intercepted', async () => {
  await using scene = await openScene({ passthrough: ['other.example', 'localhost:1'] }, { tls: true })
  const [client, issuer] = await secure(scene.proxy, scene.origin.authority, 'localhost')
  expect(issuer).toContain('Spillway CA')
  client.destroy()
  await scene.ended()
})

test('patterns can be changed while it runs', async () => {
  await using scene = await openScene({}, { tls: true })
  scene.proxy.update({ passthrough: ['localhost'], originCas: [(await originCa()).pem] })
  const [client, issuer] = await secure(scene.proxy, scene.origin.authority, 'localhost')
  expect(issuer).toContain('Test origin CA')
  const server = await scene.origin.accept()
  client.destroy()
  await server.closed
  server.destroy()
  expect((await scene.ended()).delivery?.reason).toBe('passthrough localhost')
})

test('plain HTTP sent to the proxy is never passed through', async () => {
  await using scene = await openScene({ passthrough: ['*'] })
  const { connection, client } = await scene.ask('/')
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  await client.readUntil('hi')
  expect((await scene.ended()).delivery?.mode).toBe('buffered')
})

test('a passed-through host that cannot be reached is told by the end of the tunnel, and on the flow', async () => {
  await using proxy = await startEngine({ passthrough: ['*'] })
  await using client = await connectClient(proxy.port)
  const port = await freePort()
  void client.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await client.readUntil('\r\n\r\n')
  await client.closed
  const flow = await proxy.ended()
  expect(flow.error).toMatchObject({ code: 'CONNECT_REFUSED', side: 'origin' })
  expect(flow.delivery?.reason).toBe('passthrough *')
})

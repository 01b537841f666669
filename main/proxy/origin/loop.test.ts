/** Spillway never talks to itself: what counts is where a connection has gone, whatever name it was given. */
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { isLoopback } from '../../model/host.ts'
import { OwnAddresses, isLanAddress, plainAddress } from '../client/own-address.ts'

/** Asks the proxy for itself; it must say so, and not have said a byte to itself. */
async function refuses(proxy: TestEngine, host: string, scheme = 'http'): Promise<void> {
  await using client = await connectClient(proxy.port)
  void client.write(`GET ${scheme}://${host}:${proxy.port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const answer = (await client.readAll()).toString()
  expect(answer).toMatch(/^HTTP\/1\.1 508 Loop Detected\r\n/)
  expect(answer).toContain('is Spillway itself: the request would go round in circles, so it was not sent')
  const flow = await proxy.ended()
  expect(flow.error).toMatchObject({ code: 'LOOP', side: 'proxy', phase: 'connect' })
  expect(flow.timings.sent).toBeUndefined()
}

/** What came in at the port would have become a flow of its own. */
function expectFlows(proxy: TestEngine, count: number): void {
  expect(proxy.engine.flows.size).toBe(count)
  expect(proxy.engine.running()).toEqual([])
}

const aliases = [
  '127.0.0.1',
  'localhost',
  'LOCALHOST',
  '0.0.0.0',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '[::ffff:127.0.0.1]',
]

test.each(aliases)('%s, listening on 127.0.0.1', async (host) => {
  await using proxy = await startEngine()
  await refuses(proxy, host)
  await refuses(proxy, host, 'https')
  expectFlows(proxy, 2)
})

test('[::1] and its names, listening there', async () => {
  await using proxy = await startEngine({ listen: { host: '::1', port: 0 } })
  const { connect } = await import('node:net')
  for (const host of ['[::1]', '[0:0:0:0:0:0:0:1]', '[::]']) {
    const socket = connect(proxy.port, '::1')
    await using client = new WireEnd(socket)
    await once(socket, 'connect')
    void client.write(`GET http://${host}:${proxy.port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 508 /)
    await proxy.ended()
  }
  expectFlows(proxy, 3)
})

const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
const outside = own.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address)

test("all of the machine's addresses, listening on all of them", async () => {
  await using proxy = await startEngine({ listen: { host: '0.0.0.0', port: 0 }, allowLan: true })
  const hosts = ['127.0.0.1', '127.0.0.2', 'localhost', '0.0.0.0', ...outside]
  for (const host of hosts) await refuses(proxy, host)
  expectFlows(proxy, hosts.length)
})

test('through CONNECT: told inside TLS, the tunnel closed for others', async () => {
  await using proxy = await startEngine()
  const tunnel = await connectTunnel(proxy.port, `localhost:${proxy.port}`)
  tunnel.socket.removeAllListeners()
  const secure = connectTls({ socket: tunnel.socket, ca: proxy.ca, servername: 'localhost' })
  await using client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  void client.write(`GET / HTTP/1.1\r\nHost: localhost:${proxy.port}\r\nConnection: close\r\n\r\n`)
  expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 508 /)
  expect((await proxy.ended()).error?.code).toBe('LOOP')
  await using plain = await connectTunnel(proxy.port, `127.0.0.1:${proxy.port}`)
  void plain.write('\0')
  await plain.closed
  expect((await proxy.ended()).error?.code).toBe('LOOP')
  expectFlows(proxy, 2)
})

test('passthrough is no way around it', async () => {
  await using proxy = await startEngine({ passthrough: ['*'] })
  await using client = await connectTunnel(proxy.port, `localhost:${proxy.port}`)
  void client.write(`GET http://127.0.0.1:${proxy.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  await client.closed
  expect((await proxy.ended()).error?.code).toBe('LOOP')
  expectFlows(proxy, 1)
})

test('what the host calls its own is shunned under any alias, across stop and start', async () => {
  await using proxy = await startEngine()
  await using host = await startOrigin()
  const { engine } = proxy
  const port = Number(host.authority.split(':')[1])
  const ask = async (at: number, name: string): Promise<string> => {
    await using client = await connectClient(at)
    void client.write(`GET http://${name}:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    return (await client.readAll()).toString().slice(0, 13)
  }
  // A kept connection would be a way around it.
  const before = ask(proxy.port, '127.0.0.1')
  const { connection } = await host.request()
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  expect(await before).toBe('HTTP/1.1 200 ')
  engine.shun('127.0.0.1', port)
  await connection.closed
  for (const name of ['127.0.0.1', 'localhost', '0x7f.1', '[::ffff:127.0.0.1]']) {
    expect([name, await ask(proxy.port, name)]).toEqual([name, 'HTTP/1.1 508 '])
  }
  await engine.stop(0)
  const again = await engine.start()
  expect(await ask(again.port, 'localhost')).toBe('HTTP/1.1 508 ')
  // Where it does not listen any more, somebody else may; what was shunned stays so.
  await engine.stop(0)
  const last = await engine.start()
  const other = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
  }).listen(again.port, '127.0.0.1')
  await once(other, 'listening')
  await using client = await connectClient(last.port)
  void client.write(`GET http://127.0.0.1:${again.port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 204 /)
  other.close()
  expect(await ask(last.port, '127.0.0.1')).toBe('HTTP/1.1 508 ')
  expect(() => engine.shun('example.com', 80)).toThrow(TypeError)
})

test('another port of the same address is another server', async () => {
  await using proxy = await startEngine()
  await using origin = await startOrigin()
  await using client = await connectClient(proxy.port)
  void client.write(`GET http://${origin.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  const { connection } = await origin.request()
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  await client.readUntil('hi')
  await proxy.ended()
})

test('own addresses are those we listen on, in any way of writing them', () => {
  const loopback = new OwnAddresses()
  loopback.add('127.0.0.1', 8080)
  expect(loopback.has('127.0.0.1', 8080)).toBe(true)
  expect(loopback.has('::ffff:127.0.0.1', 8080)).toBe(true)
  expect(loopback.has('127.0.0.1', 8081)).toBe(false)
  expect(loopback.has('127.0.0.2', 8080)).toBe(false)
  expect(loopback.has('::1', 8080)).toBe(false)
  const all = new OwnAddresses()
  all.add('::', 8080)
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', ...outside]) {
    expect(all.has(address, 8080)).toBe(true)
  }
  expect(all.has('93.184.216.34', 8080)).toBe(false)
  const named = new OwnAddresses()
  named.add('localhost', 1)
  named.add('[0:0:0:0:0:0:0:1]', 2)
  expect([named.has('127.0.0.1', 1), named.has('::1', 1), named.has('::1', 2), named.has('::1', 3)]).toEqual([
    true,
    true,
    true,
    false,
  ])
  named.add('::1', 2)
  named.remove('::1', 2)
  expect(named.has('::1', 2)).toBe(true)
  named.remove('::1', 2)
  expect(named.has('::1', 2)).toBe(false)
})

test('LAN addresses are the private ones, loopback is loopback', () => {
  const lan = ['127.0.0.1', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.9.9', '192.168.1.1', '169.254.3.4']
  const more = [
    '100.64.0.1',
    '100.127.1.1',
    '::1',
    'fe80::1',
    'FE80::1%eth0',
    'febf::1',
    'fd12::1',
    'fc00::1',
    '::ffff:10.1.1.1',
  ]
  for (const address of [...lan, ...more]) expect([address, isLanAddress(address)]).toEqual([address, true])
  const open = [
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '1.10.0.1',
  ]
  const openMore = ['2001:db8::1', 'fec0::1', '::ffff:8.8.8.8', '::', 'fe7f::1', '', 'localhost']
  for (const address of [...open, ...openMore]) expect([address, isLanAddress(address)]).toEqual([address, false])
  for (const host of ['127.0.0.1', '127.8.8.8', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1']) {
    expect([host, isLoopback(host)]).toEqual([host, true])
  }
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '192.168.1.1', 'example.com', '127.0.0.1.example.com', '']) {
    expect([host, isLoopback(host)]).toEqual([host, false])
  }
  expect(plainAddress('fe80::AB%eth0')).toBe('fe80::ab')
})

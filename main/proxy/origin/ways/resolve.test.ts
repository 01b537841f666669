/** Addresses given for hosts: only what is dialled differs, names stay what they are. */
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { makeCertificate } from '../../../certificates/testing.ts'
import { startEngine } from '../../../testing/engine.ts'
import { connectClient, connectSecure, connectTunnel } from '../../../testing/raw-client.ts'
import { originCa, startOrigin } from '../../../testing/scripted-origin.ts'
import type { WireEnd } from '../../../testing/wire-end.ts'
import { freePort, startTls } from '../../testing.ts'
import { Ways } from './ways.ts'

test('the first pattern that matches host and port counts', () => {
  const resolve = ['a.example:8443=10.0.0.1', 'a.example=10.0.0.2', '*.b.example=::1', '[::2]=10.0.0.3']
  const ways = Ways.of({ resolve, upstream: undefined, noProxy: [] })
  const rows: [host: string, port: number, address: string | undefined][] = [
    ['a.example', 8443, '10.0.0.1'],
    ['a.example', 443, '10.0.0.2'],
    ['A.example.', 80, '10.0.0.2'],
    ['x.b.example', 80, '::1'],
    ['b.example', 80, undefined],
    ['::2', 80, '10.0.0.3'],
  ]
  for (const [host, port, address] of rows) expect(ways?.to(host, port, true)?.address, host).toBe(address)
  expect(Ways.of({ resolve: [], upstream: undefined, noProxy: ['x'] })).toBeUndefined()
})

test('a request goes to the address, with its own name in it, and the flow says so', async () => {
  await using proxy = await startEngine({ resolve: ['api.test=127.0.0.1'] })
  await using origin = await startOrigin()
  await using client = await connectClient(proxy.port)
  const name = `api.test:${origin.port}`
  let server: WireEnd | undefined
  for (const path of ['/1', '/2']) {
    void client.write(`GET http://${name}${path} HTTP/1.1\r\nHost: ${name}\r\n\r\n`)
    server ??= await origin.accept()
    expect(await server.readText('\r\n\r\n')).toBe(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\n\r\n`)
    void server.write('HTTP/1.1 204 No Content\r\n\r\n')
    await client.readUntil('\r\n\r\n')
    const flow = await proxy.ended()
    expect(flow).toMatchObject({
      url: `http://${name}${path}`,
      origin: { address: '127.0.0.1' },
      originReused: path === '/2',
    })
    expect(flow.notes).toEqual([`the address of ${name} was overridden: 127.0.0.1`])
  }
})

test('under TLS the name is asked for and checked, not the address', async () => {
  const { pem, keyPem } = await makeCertificate('secure.test', { names: ['secure.test'], by: await originCa() })
  await using proxy = await startEngine({
    resolve: ['*.test=127.0.0.1'],
    originCas: [(await originCa()).pem],
  })
  await using origin = await startTls({ cert: pem, key: keyPem })
  for (const [host, status] of [
    ['secure.test', '200'],
    ['wrong.test', '502'],
  ] as const) {
    await using client = await connectSecure(proxy.port, `${host}:${origin.port}`, proxy.ca)
    void client.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(await client.readText('\r\n\r\n')).toContain(`HTTP/1.1 ${status}`)
    const flow = await proxy.ended()
    if (status === '200') {
      expect(flow.origin).toMatchObject({ address: '127.0.0.1', tls: { serverName: host } })
      expect(flow.notes).toEqual([`the address of ${host}:${origin.port} was overridden: 127.0.0.1`])
    } else {
      expect(flow.error).toMatchObject({ code: 'ORIGIN_CERTIFICATE' })
      expect(flow.error?.message).toContain('is for secure.test, not for wrong.test')
    }
  }
})

test('tunnels that are not looked into go there, too', async () => {
  await using proxy = await startEngine({ resolve: ['mail.test=127.0.0.1'] })
  await using origin = await startOrigin()
  await using client = await connectTunnel(proxy.port, `mail.test:${origin.port}`)
  const server = await origin.accept()
  server.end('220 hello\r\n')
  expect((await client.readAll()).toString()).toBe('220 hello\r\n')
  client.end()
  const flow = await proxy.ended()
  expect(flow).toMatchObject({ url: `mail.test:${origin.port}`, origin: { address: '127.0.0.1' }, error: undefined })
  expect(flow.notes).toEqual([`the address of mail.test:${origin.port} was overridden: 127.0.0.1`])
})

test('a failure names the host and the address; Spillway itself stays out of reach', async () => {
  await using proxy = await startEngine({ resolve: ['*.test=127.0.0.1', 'v6=::1'] })
  const port = await freePort()
  const rows = [
    [port, 502, `gone.test:${port} (at 127.0.0.1) refused the connection`, 'CONNECT_REFUSED'],
    [proxy.port, 508, `gone.test:${proxy.port} (at 127.0.0.1) is Spillway itself`, 'LOOP'],
  ] as const
  for (const [to, status, message, code] of rows) {
    await using client = await connectClient(proxy.port)
    void client.write(`GET http://gone.test:${to}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const answer = (await client.readAll()).toString()
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(answer).toContain(message)
    expect((await proxy.ended()).error?.code).toBe(code)
  }
})

test('a change holds for the next request, and no connection that went elsewhere is used for it', async () => {
  const listenOn = async (host: string, port: number) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${host.length}\r\n\r\n${host}`))
    }).listen(port, host)
    await once(server, 'listening')
    return server
  }
  await using proxy = await startEngine({ resolve: ['api.test=127.0.0.1'] })
  await using one = await listenOn('127.0.0.1', 0)
  const { port } = one.address() as AddressInfo // not a pipe
  await using two = await listenOn('127.0.0.2', port)
  void two
  await using client = await connectClient(proxy.port)
  const ask = async (answer: string): Promise<void> => {
    void client.write(`GET http://api.test:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
    await client.readUntil(answer)
    await proxy.ended()
  }
  await ask('127.0.0.1')
  await ask('127.0.0.1')
  proxy.update({ resolve: ['api.test=127.0.0.2'] })
  await ask('127.0.0.2')
  await client[Symbol.asyncDispose]()
  await proxy.engine.stop(0)
})

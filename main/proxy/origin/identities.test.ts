/** Certificates of ours for origins that want to know who asks: shown where the user says so, and nowhere else. */
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type SecureVersion, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { makeCertificate } from '../../certificates/testing.ts'
import type { Flow } from '../../model/flow.ts'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectSecure } from '../../testing/raw-client.ts'
import { originCa } from '../../testing/scripted-origin.ts'
import { startHttpProxy } from '../../testing/upstream-proxies.ts'

const clientCa = await makeCertificate('Client CA', { ca: true })
const me = await makeCertificate('me', { by: clientCa })
const identity = (host: string) => ({ host, content: { cert: me.pem, key: me.keyPem }, passphrase: undefined })

async function serverOptions() {
  const names = ['localhost', 'one.test', 'two.test']
  const { pem, keyPem } = await makeCertificate('localhost', { names, by: await originCa() })
  return { cert: pem, key: keyPem, ca: clientCa.pem, requestCert: true }
}

/** An origin that takes nobody it does not know; `who` are the names it was shown. */
async function startWary(version: SecureVersion, who: unknown[]): Promise<AsyncDisposable & { port: number }> {
  const options = { ...(await serverOptions()), minVersion: version, maxVersion: version, rejectUnauthorized: true }
  const open = new Set<Socket>()
  const server = createServer(options, (socket: TLSSocket) => {
    who.push(socket.getPeerCertificate().subject.CN)
    socket.on('error', () => undefined)
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'))
  })
  server.on('connection', (socket: Socket) => open.add(socket)).on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // not a pipe
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function ask(proxy: TestEngine, host: string, port: number): Promise<Flow> {
  await using client = await connectSecure(proxy.port, `${host}:${port}`, proxy.ca)
  void client.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  await client.readAll()
  return await proxy.ended()
}

const resolve = ['*.test=127.0.0.1']

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: hosts that match are shown it, and no others', async (version) => {
  const who: unknown[] = []
  await using proxy = await startEngine({
    originCas: [(await originCa()).pem],
    identities: [identity('one.test:1'), identity('one.*')],
    resolve,
  })
  await using origin = await startWary(version, who)
  expect((await ask(proxy, 'one.test', origin.port)).response?.status).toBe(200)
  const { error } = await ask(proxy, 'two.test', origin.port)
  expect(error?.side).toBe('origin')
  // In TLS 1.3 it is told behind the handshake, and may be too late to be more than a closed connection.
  if (error?.code !== 'ORIGIN_CLOSED' || !error.message.includes('closed')) {
    expect(error?.message).toMatch(/client certificate.*; pass this host through/)
  }
  expect(who).toEqual(['me'])
  proxy.update({ originCas: [(await originCa()).pem], identities: [identity('two.test')], resolve })
  expect((await ask(proxy, 'two.test', origin.port)).response?.status).toBe(200)
  expect((await ask(proxy, 'one.test', origin.port)).error?.side).toBe('origin')
  expect(who).toEqual(['me', 'me'])
})

test('an upstream proxy over TLS may want one, too', async () => {
  await using proxies = await startHttpProxy({ tls: { ...(await serverOptions()), rejectUnauthorized: true } })
  const options = { originCas: [(await originCa()).pem], noProxy: ['<-loopback>'] }
  const upstream = `https://localhost:${proxies.port}`
  await using proxy = await startEngine({ ...options, upstream, identities: [identity('localhost:*')] })
  await using origin = await startWary('TLSv1.3', [])
  expect((await ask(proxy, 'localhost', origin.port)).response?.status).toBe(200)
  proxy.update({ ...options, upstream, identities: [] })
  expect((await ask(proxy, 'localhost', origin.port)).error?.message).toContain(upstream)
  expect(proxies.asked.length).toBe(1)
})

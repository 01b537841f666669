/** SSLKEYLOGFILE: what clients and origins know of their keys is in the file, for both sides of the proxy. */
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { connect as connectTls, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { makeCertificate, temporaryFolder } from '../../certificates/testing.ts'
import { createEngine } from '../../index.ts'
import { settings, startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectTunnel } from '../../testing/raw-client.ts'
import { originCa } from '../../testing/scripted-origin.ts'
import { startHttpProxy } from '../../testing/upstream-proxies.ts'
import { WireEnd } from '../../testing/wire-end.ts'

/** A TLS origin; `lines` are what it knows of the keys of its connections. */
async function startKnowing(lines: string[]): Promise<AsyncDisposable & { port: number; authority: string }> {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
  const server = createServer({ cert: pem, key: keyPem }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'))
  })
  server.on('keylog', (line: Buffer) => lines.push(line.toString())).on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // not a pipe
  const stop = async (): Promise<void> => {
    server.close()
    await once(server, 'close')
  }
  return { port, authority: `localhost:${port}`, [Symbol.asyncDispose]: stop }
}

/** One request over TLS; returns what the client knows of its keys. */
async function ask(proxy: TestEngine, authority: string): Promise<string[]> {
  const lines: string[] = []
  const { socket } = await connectTunnel(proxy.port, authority)
  socket.removeAllListeners()
  const secure = connectTls({ socket, ca: proxy.ca, servername: 'localhost' })
  secure.on('keylog', (line: Buffer) => lines.push(line.toString()))
  await using client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  void client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await client.readUntil('hi')
  await proxy.ended()
  return lines
}

const start = async (keyLog: string, upstream?: string): Promise<TestEngine> =>
  startEngine({ originCas: [(await originCa()).pem], upstream, noProxy: ['<-loopback>'] }, { keyLog })

test('the lines of both sides are in a file that only its owner can read', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'keys.log')
  const known: string[] = []
  {
    await using proxy = await start(file)
    await using origin = await startKnowing(known)
    known.push(...(await ask(proxy, origin.authority)), ...(await ask(proxy, origin.authority)))
  }
  const written = readFileSync(file, 'latin1')
  expect(known.length).toBeGreaterThan(12)
  expect(written.split(/(?<=\n)/).sort()).toEqual(known.sort())
  expect(written).toMatch(/^(?:[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]+\n)+$/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a file that is there is appended to, and stays what it is', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'keys.log')
  writeFileSync(file, '# mine\n')
  chmodSync(file, 0o644)
  {
    await using proxy = await start(file)
    await using origin = await startKnowing([])
    await ask(proxy, origin.authority)
  }
  expect(readFileSync(file, 'latin1')).toMatch(/^# mine\nSERVER_HANDSHAKE|^# mine\n[A-Z]/)
  expect(statSync(file).mode & 0o777).toBe(0o644)
})

test('TLS to an upstream proxy, and within it', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'keys.log')
  const known: string[] = []
  {
    const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
    await using proxies = await startHttpProxy({ tls: { cert: pem, key: keyPem } })
    await using proxy = await start(file, `https://localhost:${proxies.port}`)
    await using origin = await startKnowing(known)
    known.push(...(await ask(proxy, origin.authority)))
  }
  const written = readFileSync(file, 'latin1').split(/(?<=\n)/)
  expect(written).toEqual(expect.arrayContaining(known))
  // Those of the connection to the proxy: as many as of the one to the origin.
  expect(new Set(written.map((line) => line.split(' ')[1])).size).toBe(3)
})

test.each(['missing/keys.log', 'folder'])(
  'a file that cannot be written (%s) is told once, and traffic goes on',
  async (name) => {
    using folder = temporaryFolder()
    mkdirSync(join(folder.path, 'folder'))
    await using proxy = await start(join(folder.path, name))
    await using origin = await startKnowing([])
    for (let count = 0; count < 2; count++) expect(await ask(proxy, origin.authority)).not.toEqual([])
    expect(proxy.notices).toEqual([])
    // Told at the start, which is before the one above could be listened to.
    using own = temporaryFolder()
    const engine = createEngine(settings(own.path), { keyLog: join(folder.path, name) })
    const told: string[] = []
    engine.onNotice((sentence) => told.push(sentence))
    await engine.start()
    await engine.stop(0)
    await engine.start()
    await engine.close(0)
    expect(told).toEqual([expect.stringContaining(`cannot be written to ${join(folder.path, name)}: `)])
  },
)

test('a file that is taken away meanwhile harms nobody', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'keys.log')
  await using proxy = await start(file)
  await using origin = await startKnowing([])
  rmSync(file)
  await ask(proxy, origin.authority)
  expect(proxy.notices).toEqual([])
})

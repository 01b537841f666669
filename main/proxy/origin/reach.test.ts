/** Origins that cannot be reached, or not as they are asked for: every cause has its sentence and its status. */
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { makeCertificate } from '../../certificates/testing.ts'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { blackHole, freePort, startTls } from '../testing.ts'

/** What a client gets for this URL, whole. */
async function get(proxy: TestEngine, url: string, extra = ''): Promise<string> {
  await using client = await connectClient(proxy.port)
  void client.write(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${extra}\r\n`)
  return (await client.readAll()).toString()
}

async function listenOn(host: string): Promise<Server & AsyncDisposable> {
  const server = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')).listen(
    0,
    host,
  )
  await once(server, 'listening')
  return server
}

test('an IPv6 address in brackets is reached, and keeps them in Host', async () => {
  await using proxy = await startEngine()
  await using server = await listenOn('::1')
  const heads: string[] = []
  server.on('connection', (socket) => socket.on('data', (bytes) => heads.push(bytes.toString())))
  const { port } = server.address() as AddressInfo // not a pipe
  expect(await get(proxy, `http://[::1]:${port}/`)).toContain('200 OK')
  expect(heads[0]).toContain(`\r\nHost: [::1]:${port}\r\n`)
  expect((await proxy.ended()).url).toBe(`http://[::1]:${port}/`)
})

test('a port where nobody listens: 502', async () => {
  await using proxy = await startEngine()
  const port = await freePort()
  const answer = await get(proxy, `http://127.0.0.1:${port}/`)
  expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  expect(answer).toContain(`127.0.0.1:${port} refused the connection: nothing listens there`)
  const { error, response } = await proxy.ended()
  expect(error).toMatchObject({ code: 'CONNECT_REFUSED', side: 'origin', phase: 'connect' })
  expect(response).toBeUndefined()
})

test('a name that does not exist: 502', async () => {
  await using proxy = await startEngine()
  const answer = await get(proxy, 'http://no-such-host.invalid/')
  expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  expect(answer).toMatch(/The host no-such-host\.invalid was not found: (no such name|the name server)/)
  expect((await proxy.ended()).error).toMatchObject({ code: 'DNS_FAILED', side: 'origin', phase: 'dns' })
})

test('an origin that accepts and does not shake hands in time: 504', async () => {
  await using proxy = await startEngine({ connectTimeoutMs: 100 })
  await using origin = await startOrigin()
  const answer = await get(proxy, `https://${origin.authority}/`)
  expect(answer).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/)
  expect(answer).toContain(`${origin.authority} did not complete the TLS handshake within 100 ms`)
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_TIMEOUT', side: 'origin', phase: 'origin-tls' })
})

// The rest of the limit was negative: the handshake had a millisecond.
test('a process that stood still while it connected gives the handshake its time', async () => {
  const limit = 300
  const { pem, keyPem } = await makeCertificate('name', { names: ['localhost'] })
  await using secured = await startTls({ cert: pem, key: keyPem })
  // Its handshake takes a moment: what is behind it hears of the client later.
  await using origin = createServer((socket) => {
    const behind = connect(secured.port, '127.0.0.1')
    setTimeout(() => socket.pipe(behind).pipe(socket), 50)
  }).listen(0, '127.0.0.1')
  await once(origin, 'listening')
  await using proxy = await startEngine({ connectTimeoutMs: limit, insecure: true })
  proxy.engine.onFlow(({ kind }) => {
    // Behind this turn, in which the connection is begun.
    if (kind === 'begun') queueMicrotask(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * limit))
  })
  expect(await get(proxy, `https://localhost:${(origin.address() as AddressInfo).port}/`)).toMatch(/^HTTP\/1\.1 200 /)
  expect((await proxy.ended()).error).toBeUndefined()
})

test('an origin that speaks HTTP where TLS was wanted: 502 with the way out', async () => {
  await using proxy = await startEngine()
  await using server = await listenOn('127.0.0.1')
  const { port } = server.address() as AddressInfo // not a pipe
  expect(await get(proxy, `https://127.0.0.1:${port}/`)).toContain('did not answer with TLS; if the port speaks plain')
  expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_TLS', side: 'origin', phase: 'origin-tls' })
})

const day = 24 * 3600 * 1000
const certificates: [title: string, options: Parameters<typeof makeCertificate>[1], sentence: RegExp][] = [
  [
    'self-signed',
    { names: ['localhost'] },
    /is self-signed \(CN=name, O=Test\); to trust it, add its CA to the origin CAs/,
  ],
  [
    'expired',
    { names: ['localhost'], from: new Date(Date.now() - 9 * day), to: new Date('2026-01-02T03:04:05Z') },
    /expired on 2026-01-02; it has to be renewed there, or go on without verifying origins/,
  ],
  [
    'for another host',
    { names: ['other.example', 'b.example'] },
    /is for other\.example, b\.example, not for localhost/,
  ],
]

test.each(certificates)('a certificate that is %s: 502 with what to do', async (title, options, sentence) => {
  const made = await makeCertificate('name', options)
  await using origin = await startTls({ cert: made.pem, key: made.keyPem })
  await using proxy = await startEngine({ originCas: title === 'self-signed' ? [] : [made.pem] })
  const answer = await get(proxy, `https://localhost:${origin.port}/`)
  expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  expect(answer).toMatch(sentence)
  const { error } = await proxy.ended()
  expect(error).toMatchObject({ code: 'ORIGIN_CERTIFICATE', side: 'origin', phase: 'origin-tls' })
  expect(error?.message).toMatch(sentence)
  // Who does not verify is served; and nothing was sent before.
  expect(origin.heads).toEqual([])
  proxy.update({ insecure: true })
  expect(await get(proxy, `https://localhost:${origin.port}/`)).toMatch(/^HTTP\/1\.1 200 /)
  await proxy.ended()
})

test('an origin that closes before it answers, or answers something else: 502', async () => {
  await using proxy = await startEngine()
  const answers: [bytes: string, message: RegExp][] = [
    ['', /^The origin ended before it answered: it closed the connection$/],
    ['HTTP/1.1 200 OK\r\nA', /^The origin ended in the middle of the response head: it closed the connection$/],
    ['SSH-2.0-x\r\n\r\n', /^The origin's answer is not valid HTTP: the status line "SSH-2\.0-x" is not HTTP\/1$/],
    ['HTTP/2 200\r\n\r\n', /^The origin's answer is not valid HTTP: /],
  ]
  for (const [bytes, message] of answers) {
    await using origin = await startOrigin()
    const answered = get(proxy, `http://${origin.authority}/`)
    const { connection } = await origin.request()
    connection.end(bytes)
    expect(await answered).toMatch(/^HTTP\/1\.1 502 /)
    expect((await proxy.ended()).error?.message).toMatch(message)
  }
})

test('browsers are told in HTML, others in text, HEAD with the head alone', async () => {
  await using proxy = await startEngine()
  const url = `http://127.0.0.1:${await freePort()}/`
  const html = await get(proxy, url, 'Accept: text/html,application/xhtml+xml;q=0.9\r\n')
  expect(html).toMatch(/Content-Type: text\/html; charset=utf-8\r\n/)
  expect(html).toContain('<h1>502 Bad Gateway</h1>')
  expect(await get(proxy, url, 'Accept: */*\r\n')).toMatch(/Content-Type: text\/plain; charset=utf-8\r\n/)
  await using client = await connectClient(proxy.port)
  void client.write(`HEAD ${url} HTTP/1.1\r\nHost: x\r\n\r\n`)
  expect(await client.readText('\r\n\r\n')).toMatch(/Content-Length: \d{2,}/)
  // The connection is good for another request, and nothing is between the two answers.
  void client.write(`HEAD ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 502 [^]*\r\n\r\n$/)
  for (let count = 0; count < 4; count++) await proxy.ended()
})

test('a client that leaves while its origin is connected ends the attempt; TLS likewise', async () => {
  await using proxy = await startEngine()
  await using hole = await blackHole()
  await using origin = await startOrigin()
  for (const url of [`http://${hole.authority}/`, `https://${hole.authority}/`, `https://${origin.authority}/`]) {
    await using client = await connectClient(proxy.port)
    // Also behind a body, all of which has come.
    void client.write(`POST ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody`)
    await proxy.begun((flow) => flow.url === url)
    const server = url.includes(hole.authority) ? undefined : await origin.accept()
    client.destroy()
    expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
    await server?.closed
  }
})

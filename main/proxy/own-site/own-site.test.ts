/** http://spillway.local/ through the proxy: the CA's certificate and how to install it, from nowhere but here. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { wouldDeliver } from '../exchange/would-deliver.ts'
import { connectHttp2Client } from '../../testing/http2-ends.ts'
import { connectClient, connectSecure, connectTunnel } from '../../testing/raw-client.ts'

/** All that comes until the connection ends: the head as text, and the body. */
async function ask(proxy: TestEngine, request: string): Promise<{ head: string; body: Buffer }> {
  await using client = await connectClient(proxy.port)
  void client.write(request)
  const all = await client.readAll()
  expect(client.closing).toBe('fin')
  return split(all)
}

function split(all: Buffer): { head: string; body: Buffer } {
  const end = all.indexOf('\r\n\r\n')
  return { head: all.toString('latin1', 0, end), body: all.subarray(end + 4) }
}

const get = (path: string, method = 'GET'): string =>
  `${method} http://spillway.local${path} HTTP/1.1\r\nHost: spillway.local\r\n\r\n`

test('its page has the certificate, the steps, and the address under which this client has come', async () => {
  await using proxy = await startEngine()
  const { head, body } = await ask(proxy, get('/'))
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: text\/html; charset=utf-8\r\n/)
  expect(head).toContain("Content-Security-Policy: default-src 'none'")
  expect(head).toContain(`Content-Length: ${body.length}\r\n`)
  const page = body.toString()
  for (const part of ['/ca.pem', '/ca.crt', new X509Certificate(proxy.ca).fingerprint256]) expect(page).toContain(part)
  for (const system of ['macOS', 'Windows', 'Debian, Ubuntu', 'Fedora', 'iOS', 'Android', 'Firefox', 'Java']) {
    expect(page).toContain(`<h2>${system}</h2>`)
  }
  for (const name of ['NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', '--cacert']) {
    expect(page).toContain(name)
  }
  expect(page).toContain(`curl --proxy http://127.0.0.1:${proxy.port} `)
})

test.each([
  ['/ca.pem', 'application/x-pem-file', 'spillway-ca.pem'],
  ['/ca.crt', 'application/x-x509-ca-cert', 'spillway-ca.crt'],
  ['/ca.der?again', 'application/x-x509-ca-cert', 'spillway-ca.der'],
])('%s is the certificate, and never the key', async (path, type, file) => {
  await using proxy = await startEngine()
  const { head, body } = await ask(proxy, get(path))
  expect(head).toContain(`Content-Type: ${type}\r\n`)
  expect(head).toContain(`Content-Disposition: attachment; filename="${file}"`)
  expect(new X509Certificate(body).fingerprint256).toBe(new X509Certificate(proxy.ca).fingerprint256)
  if (path === '/ca.pem') expect(body.toString()).toBe(proxy.ca)
  const key = readFileSync(join(proxy.settings.caDir, 'ca-key.pem'), 'latin1').split('\n')[1]!
  expect(body.toString('latin1')).not.toContain(key)
  expect(body.toString('latin1')).not.toContain('PRIVATE')
})

test('a flow shows that we have answered, and that no origin was asked', async () => {
  await using proxy = await startEngine()
  const { head, body } = await ask(proxy, get('/ca.crt'))
  const flow = await proxy.ended()
  expect(flow).toMatchObject({
    method: 'GET',
    url: 'http://spillway.local/ca.crt',
    origin: undefined,
    error: undefined,
    notes: [],
    delivery: { mode: 'buffered', reason: 'answered by Spillway itself' },
    response: { status: 200, bytes: body.length, delivered: body.length, head: `${head}\r\n` },
  })
  expect(flow.timings.dns).toBeUndefined()
  expect(await proxy.body(flow)).toEqual(body)
  // No setting could have made it otherwise.
  expect(wouldDeliver(flow, proxy.settings)).toBeUndefined()
})

test('anything else there is not found, in a sentence; other methods are not allowed', async () => {
  await using proxy = await startEngine()
  for (const path of ['/ca-key.pem', '/../ca-key.pem', '/CA.PEM', '//', '/ca.pem/']) {
    const { head, body } = await ask(proxy, get(path))
    expect(head).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/)
    expect(body.toString()).toContain('there is only its page (/)')
    expect((await proxy.ended()).response?.status).toBe(404)
  }
  for (const method of ['POST', 'OPTIONS', 'DELETE', 'BREW']) {
    const { head, body } = await ask(proxy, get('/ca.pem', method))
    expect(head).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/)
    expect(head).toContain('\r\nAllow: GET, HEAD\r\n')
    expect(body.toString()).toContain('only answers GET and HEAD')
  }
  const { body } = await ask(proxy, get('/').replace('Host:', 'Accept: text/html\r\nHost:').replace('/ ', '/no '))
  expect(body.toString()).toMatch(/^<!doctype html>/)
})

test('HEAD gets the head alone', async () => {
  await using proxy = await startEngine()
  for (const path of ['/', '/ca.pem', '/no']) {
    const [asked, got] = [await ask(proxy, get(path, 'HEAD')), await ask(proxy, get(path))]
    expect(asked.head).toBe(got.head)
    expect(asked.body.length).toBe(0)
  }
})

test.each(['SPILLWAY.local', 'spillway.local.', 'spillway.local:8123', 'user@spillway.local'])(
  'it is known as %s, too',
  async (authority) => {
    await using proxy = await startEngine()
    const { head } = await ask(proxy, `GET http://${authority}/ca.pem HTTP/1.1\r\nHost: other.example\r\n\r\n`)
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  },
)

test('in a tunnel it answers HTTP and HTTPS, also where everything is passed through', async () => {
  await using proxy = await startEngine({ passthrough: ['*'] })
  const request = 'GET /ca.pem HTTP/1.1\r\nHost: spillway.local\r\n\r\n'
  await using plain = await connectTunnel(proxy.port, 'spillway.local:80')
  void plain.write(request)
  expect(split(await plain.readAll()).body.toString()).toBe(proxy.ca)
  expect((await proxy.ended()).url).toBe('http://spillway.local/ca.pem')
  await using secure = await connectSecure(proxy.port, 'spillway.local:443', proxy.ca)
  void secure.write(request)
  expect(split(await secure.readAll()).body.toString()).toBe(proxy.ca)
  expect((await proxy.ended()).url).toBe('https://spillway.local/ca.pem')
})

// A stream of HTTP/2 knew nothing of the socket that carries it: the page told its reader to use the proxy at ":0".
test('the page tells where the proxy is over HTTP/2, too', async () => {
  await using proxy = await startEngine()
  await using client = await connectHttp2Client(proxy.port, 'spillway.local:443', proxy.ca)
  expect((await client.get('/')).body).toContain(`curl --proxy http://127.0.0.1:${proxy.port} `)
  await proxy.ended()
})

test('a tunnel to it in which neither is spoken ends, and is sent nowhere', async () => {
  await using proxy = await startEngine()
  await using client = await connectTunnel(proxy.port, 'spillway.local:80')
  void client.write('\0')
  await client.closed
  expect((await proxy.ended()).error).toMatchObject({ code: 'LOOP', side: 'proxy' })
})

test('sent to the port itself, without a proxy, its name gets the usual advice', async () => {
  await using proxy = await startEngine()
  const { head, body } = await ask(proxy, 'GET /ca.pem HTTP/1.1\r\nHost: spillway.local\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1\.1 400 /)
  expect(body.toString()).toContain('This port is a proxy')
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
})

test('whoever asks a thousand times at once gets one answer and the end of the connection', async () => {
  await using proxy = await startEngine()
  const { head, body } = await ask(proxy, get('/ca.pem').repeat(1000))
  expect(head).toContain('\r\nConnection: close')
  expect(body.toString()).toBe(proxy.ca)
  expect(proxy.engine.flows.size).toBe(1)
})

test('what breaks HTTP is refused there as anywhere', async () => {
  await using proxy = await startEngine()
  const { head } = await ask(proxy, get('/').replace('\r\n\r\n', '\r\nContent-Length: x\r\n\r\n'))
  expect(head).toMatch(/^HTTP\/1\.1 400 /)
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
})

/** A port that stands for an origin, spoken to in TLS, and in HTTP/2 by both ways to it. */
import { once } from 'node:events'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectHttp2Proxy, http2Over, startHttp2Origin } from '../../testing/http2-ends.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { originCa, startOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { helloBytes } from '../testing.ts'

async function facing(url: string): Promise<{ proxy: TestEngine; port: number }> {
  const proxy = await startEngine({ reverse: [`0=${url}`], originCas: [(await originCa()).pem] })
  const [first] = (await proxy.engine.start()).reverse
  return { proxy, port: first!.port }
}

/** Straight to a port, trusting `ca` alone. */
async function secured(port: number, ca: string, options: ConnectionOptions): Promise<TLSSocket> {
  const { socket } = await connectClient(port)
  socket.removeAllListeners()
  const secure = connectTls({ socket, ca, ...options })
  try {
    await once(secure, 'secureConnect')
  } catch (error) {
    secure.destroy()
    throw error
  }
  return secure
}

test.each([
  ['by its address', { host: '127.0.0.1' }, '127.0.0.1'],
  ['as localhost', { servername: 'localhost' }, 'localhost'],
] as const)('addressed %s: the certificate is for that, and so is what points to the origin', async (_, how, name) => {
  await using origin = await startOrigin()
  const { proxy, port } = await facing(`http://${origin.authority}`)
  await using _proxy = proxy
  const secure = await secured(port, proxy.ca, { ...how, ALPNProtocols: ['http/1.1'] })
  expect(secure.authorized).toBe(true)
  await using client = new WireEnd(secure)
  for (let round = 0; round < 2; round++) {
    void client.write(`GET /a HTTP/1.1\r\nHost: ${name}:${port}\r\n\r\n`)
    const { connection, head } = await origin.request()
    expect(head).toBe(`GET /a HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
    const fields = `Location: http://${origin.authority}/b\r\nSet-Cookie: a=b; Secure\r\nContent-Length: 0`
    connection.end(`HTTP/1.1 302 Found\r\n${fields}\r\nConnection: close\r\n\r\n`)
    const got = await client.readText('\r\n\r\n')
    expect(got).toContain(`\r\nLocation: https://${name}:${port}/b\r\n`)
    expect(got).toContain('\r\nSet-Cookie: a=b; Secure\r\n')
    expect(await proxy.ended()).toMatchObject({
      url: `http://${origin.authority}/a`,
      client: { tls: { version: 'TLSv1.3' } },
      error: undefined,
    })
  }
})

test('HTTP/2 over TLS, to an origin that speaks it and to one that does not', async () => {
  await using speaks = await startHttp2Origin((stream) => {
    stream.respond({ ':status': 200 })
    stream.end('hello')
  })
  await using plain = await startOrigin()
  for (const url of [`https://${speaks.authority}`, `http://${plain.authority}`]) {
    const { proxy, port } = await facing(url)
    await using _proxy = proxy
    const secure = await secured(port, proxy.ca, { servername: 'localhost', ALPNProtocols: ['h2', 'http/1.1'] })
    await using client = await http2Over(secure, `localhost:${port}`)
    const answers = ['/a', '/b'].map((path) => client.get(path))
    if (url.startsWith('http:')) {
      for (let at = 0; at < 2; at++) {
        const { connection, head } = await plain.request()
        expect(head).toContain(`Host: ${plain.authority}\r\n`)
        connection.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello')
      }
    }
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(['hello', 'hello'])
    const version = url.startsWith('http:') ? '1.1' : '2'
    expect(await proxy.ended()).toMatchObject({
      url: expect.stringMatching(`^${url}/[ab]$`) as string,
      request: { httpVersion: '2' },
      response: { httpVersion: version },
    })
  }
})

test('HTTP/2 by prior knowledge: the client knows that the origin speaks it, too', async () => {
  await using origin = await startHttp2Origin(
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      stream.pipe(stream)
    },
    { plain: true },
  )
  const { proxy, port } = await facing(`http://${origin.authority}`)
  await using _proxy = proxy
  await using client = await connectHttp2Proxy(port, `localhost:${port}`)
  const stream = client.ask('/echo', { method: 'POST', body: true })
  stream.write('one')
  expect(String((await once(stream, 'data'))[0])).toBe('one')
  stream.end()
  await once(stream, 'close')
  expect(await proxy.ended()).toMatchObject({
    url: `http://${origin.authority}/echo`,
    request: { httpVersion: '2' },
    response: { httpVersion: '2', bytes: 3 },
  })
})

test('a name that anybody can have pointed here is refused in TLS, too', async () => {
  const { proxy, port } = await facing('http://127.0.0.1:1')
  await using _proxy = proxy
  const secure = await secured(port, proxy.ca, { servername: 'rebound.example' })
  await using client = new WireEnd(secure)
  void client.write('GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n')
  expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 403 /)
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
})

test('a client that does not trust our CA is told of by a flow', async () => {
  const { proxy, port } = await facing('https://api.example.com/v1')
  await using _proxy = proxy
  const { pem } = await originCa()
  await expect(secured(port, pem, { servername: 'localhost' })).rejects.toThrow(/certificate/)
  expect(await proxy.ended()).toMatchObject({
    method: 'TLS',
    url: 'api.example.com:443',
    error: { code: 'CLIENT_UNTRUSTING', message: expect.stringMatching(/^localhost: /) as string },
  })
})

test('a hello may come byte after byte; what only begins like one is refused by an alert', async () => {
  const { proxy, port } = await facing('http://127.0.0.1:1')
  await using _proxy = proxy
  await using slow = await connectClient(port)
  for (const byte of await helloBytes('localhost')) await slow.write(Buffer.from([byte]))
  expect((await slow.readUntil(1))[0]).toBe(0x16)
  slow.destroy()
  await using wrong = await connectClient(port)
  void wrong.write('\x16\x03\x01\0\x04\x02\0\0\0')
  expect((await wrong.readAll()).toString('latin1')).toBe('\x15\x03\x01\0\x02\x02\x32')
  wrong.end()
  const ended = [await proxy.ended(), await proxy.ended()]
  expect(ended.map(({ method, error }) => [method, error?.side])).toEqual([
    ['TLS', 'client'],
    ['TLS', 'client'],
  ])
})

/** Ports that stand for an origin: what an SDK's base URL is pointed at. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { chunk } from '../../testing/bytes.ts'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { originCa, startOrigin, type ScriptedOrigin } from '../../testing/scripted-origin.ts'
import { startHttpProxy } from '../../testing/upstream-proxies.ts'
import { freePort } from '../testing.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

/** An origin, the engine with a reverse listener for it, and where that listens. `path`: of its URL. */
async function facing({ path = '', tls = false } = {}) {
  const origin = await startOrigin({ tls })
  const url = `${tls ? 'https' : 'http'}://${origin.authority}${path}`
  const proxy = await startEngine({ reverse: [`0=${url}`], originCas: tls ? [(await originCa()).pem] : [] })
  return {
    ...{ origin, proxy, url, port: await reversePort(proxy) },
    async [Symbol.asyncDispose]() {
      // The origin's ends go only after the flows, and before the engine looks for what is left.
      await proxy.settled()
      await origin[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  }
}

/** While it is started, it answers at once. */
async function reversePort({ engine }: TestEngine): Promise<number> {
  const [first] = (await engine.start()).reverse
  return first!.port
}

/** Answers one request of this client, and returns the origin's and the client's view of it. */
async function exchange(origin: ScriptedOrigin, port: number, request: string, answer = ok): Promise<[string, string]> {
  await using client = await connectClient(port)
  void client.write(request)
  const { connection, head } = await origin.request()
  void connection.write(answer)
  const got = await client.readText('\r\n\r\n')
  client.end()
  await client.closed
  connection.destroy()
  return [head, got]
}

test('a request goes to the origin with its Host, behind the path of the URL, and its flow is of that URL', async () => {
  await using scene = await facing({ path: '/v1/' })
  const { origin, proxy, port } = scene
  const asked = 'POST /chat?a=/b HTTP/1.1\r\nhost: localhost:1\r\nX: y\r\nContent-Length: 2\r\n\r\n'
  await using client = await connectClient(port)
  void client.write(`${asked}hi`)
  const { connection, head } = await origin.request()
  expect(head).toBe(`POST /v1/chat?a=/b HTTP/1.1\r\nX: y\r\nContent-Length: 2\r\nHost: ${origin.authority}\r\n\r\n`)
  expect(await connection.readText(2)).toBe('hi')
  void connection.write(ok)
  expect(await client.readText('hi')).toBe(ok)
  const flow = await proxy.ended()
  expect(flow).toMatchObject({ url: `http://${origin.authority}/v1/chat?a=/b`, error: undefined })
  expect(flow.request.edit).toMatchObject({ drop: [0], add: [['Host', origin.authority]] })
  // The connection is kept on both sides.
  void client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(await connection.readText('\r\n\r\n')).toContain('GET /v1/ HTTP/1.1')
  void connection.write(ok)
  await client.readUntil('hi')
  expect((await proxy.ended()).originReused).toBe(true)
  client.end()
  await client.closed
})

// Two features met: the way out was chosen for requests to the proxy itself, and for tunnels, alone.
test('its origin is reached by the address and the upstream proxy that hosts are reached by', async () => {
  await using origin = await startOrigin()
  await using proxies = await startHttpProxy()
  const { port } = origin
  const url = `http://api.test:${port}`
  const ways = [
    { resolve: ['api.test=127.0.0.1'] },
    { noProxy: ['<-loopback>'], resolve: ['api.test=127.0.0.1'], upstream: `http://127.0.0.1:${proxies.port}` },
  ]
  for (const way of ways) {
    await using proxy = await startEngine({ reverse: [`0=${url}`], ...way })
    const [, got] = await exchange(origin, await reversePort(proxy), 'GET /p HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(got).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(await proxy.ended()).toMatchObject({ url: `${url}/p`, error: undefined, notes: [expect.any(String)] })
  }
  expect(proxies.asked).toHaveLength(1)
})

test('what points to the origin points to the listener as the client has addressed it; the flow has the edit', async () => {
  await using scene = await facing()
  const { origin, proxy, port } = scene
  const cookie = 'Set-Cookie: a=b; Domain=127.0.0.1; Secure'
  const moved = `HTTP/1.1 302 Found\r\nLocation: http://${origin.authority}/there\r\n${cookie}\r\nContent-Length: 0\r\n\r\n`
  for (const [host, shown] of [
    ['Host: Api.test:9000\r\n', 'api.test:9000'],
    ['Host:\r\n', `127.0.0.1:${port}`],
  ]) {
    const [, got] = await exchange(origin, port, `GET / HTTP/1.1\r\n${host}\r\n`, moved)
    expect(got).toBe(
      `HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://${shown}/there\r\nSet-Cookie: a=b\r\n\r\n`,
    )
    const { response } = await proxy.ended()
    expect(response?.head).toContain(`Location: http://${origin.authority}/there\r\n`)
    expect(response?.edit?.drop).toEqual([0, 1])
  }
})

test('an SSE stream through node fetch: each event before the next is sent, over TLS to the origin', async () => {
  await using scene = await facing({ tls: true, path: '/v1' })
  const { origin, proxy, port } = scene
  const pending = fetch(`http://127.0.0.1:${port}/messages`, { method: 'POST', body: '{"stream":true}' })
  const { connection, head } = await origin.request()
  expect(head).toMatch(/^POST \/v1\/messages HTTP\/1\.1\r\n/)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
  const response = await pending
  const reader = response.body!.getReader()
  for (let n = 1; n <= 5; n++) {
    void connection.write(chunk(`data: ${n}\n\n`))
    expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).toBe(`data: ${n}\n\n`)
  }
  connection.end('0\r\n\r\n')
  expect((await reader.read()).done).toBe(true)
  expect(await proxy.ended()).toMatchObject({
    url: `https://${origin.authority}/v1/messages`,
    delivery: { mode: 'streamed', reason: 'live type text/event-stream' },
    error: undefined,
  })
})

test('a WebSocket comes through, cookies and all', async () => {
  await using scene = await facing()
  const { origin, proxy, port } = scene
  await using client = await connectClient(port)
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
  void client.write(`GET /ws HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`)
  const { connection, head } = await origin.request()
  expect(head).toContain(`Host: ${origin.authority}\r\n`)
  void connection.write(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}Set-Cookie: a=b; Secure\r\n\r\n`)
  expect(await client.readText('\r\n\r\n')).toContain('Set-Cookie: a=b\r\n')
  void client.write('\x81\x80\0\0\0\0')
  expect(await connection.readText(6)).toBe('\x81\x80\0\0\0\0')
  client.end()
  connection.end()
  expect(await proxy.ended()).toMatchObject({ url: `http://${origin.authority}/ws`, error: undefined })
})

test('OPTIONS * and HTTP/1.0 without a Host go on in the origin’s name', async () => {
  await using scene = await facing({ path: '/v1' })
  const { origin, port } = scene
  const [options] = await exchange(origin, port, 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(options).toBe(`OPTIONS * HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  const [old] = await exchange(origin, port, 'GET / HTTP/1.0\r\n\r\n')
  expect(old).toBe(`GET /v1/ HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
})

test.each([
  ['GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n', 'is no proxy'],
  ['CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n', 'CONNECT to a port that is no proxy'],
  ['GET / HTTP/1.1\r\n\r\n', 'no Host field'],
  ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'several Host fields'],
  ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 'no valid host'],
  ['GET / HTTP/1.1\r\nHost: localhost@a\r\n\r\n', 'no valid host'],
  ['\x05\x01\x00', 'not valid HTTP'],
])('%j is refused', async (request, why) => {
  await using scene = await facing()
  const { origin, proxy, port } = scene
  await using client = await connectClient(port)
  void client.write(request)
  const got = (await client.readAll()).toString()
  expect(got).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(got).toContain(why)
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
  expect(origin.accepted).toBe(0)
})

test('a name that anybody can have pointed here is refused, so that no page of a browser reads through it', async () => {
  await using scene = await facing()
  const { origin, proxy, port } = scene
  await using client = await connectClient(port)
  void client.write(`GET / HTTP/1.1\r\nHost: rebound.example:${port}\r\n\r\n`)
  const got = (await client.readAll()).toString()
  expect(got).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
  expect(got).toContain('The request is refused: the Host field names rebound.example')
  expect((await proxy.ended()).error?.code).toBe('BAD_REQUEST')
  expect(origin.accepted).toBe(0)
})

test('it never leads to us', async () => {
  const port = await freePort()
  const proxy = await startEngine({ listen: { host: '127.0.0.1', port }, reverse: [`0=http://localhost:${port}`] })
  await using _ = proxy
  const response = await fetch(`http://127.0.0.1:${await reversePort(proxy)}/`)
  expect(response.status).toBe(508)
  await response.text()
  expect((await proxy.ended()).error?.code).toBe('LOOP')
})

test('without a port it takes the next free ones behind that of the proxy, with the proxy’s host', async () => {
  await using proxy = await startEngine({ reverse: ['https://a.example', 'http://b.example/v1'] })
  const { host, port, reverse } = await proxy.engine.start()
  expect(reverse.map(({ url }) => url)).toEqual(['https://a.example', 'http://b.example/v1'])
  const ports = reverse.map((one) => one.port)
  // The search starts anew where ports end.
  if (port < 65_000) expect([port, ...ports]).toEqual([port, ...ports].toSorted((a, b) => a - b))
  expect(new Set([port, ...ports]).size).toBe(3)
  for (const one of reverse) expect(one.host).toBe(host)
})

test('a port that is taken, a far address and a bad URL are errors, and leave nothing open', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = (other.address() as AddressInfo).port // not a pipe
  const port = await freePort()
  const listen = { host: '127.0.0.1', port }
  const free = await freePort()
  for (const [bad, code, message] of [
    [
      `${taken}=http://a.example`,
      'REVERSE_FAILED',
      'Choose another port, or none to take the next free one. It was to stand for http://a.example.',
    ],
    ['0.0.0.0:0=http://a.example', 'LAN_NOT_ALLOWED', '0.0.0.0'],
    ['ftp://a.example', 'BAD_SETTING', '"ftp://a.example" is not a reverse listener'],
  ] as const) {
    const starting = startEngine({ listen, reverse: [`${free}=http://a.example`, bad] })
    await expect(starting).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string })
  }
  other.close()
  await using proxy = await startEngine({ listen, reverse: [`${free}=http://a.example`] })
  expect(proxy.port).toBe(port)
})

test('stop closes it, too', async () => {
  await using scene = await facing()
  const { proxy, port } = scene
  await using idle = await connectClient(port)
  await proxy.engine.stop(60_000)
  expect(await idle.closed).toBe('fin')
  await expect(connectClient(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

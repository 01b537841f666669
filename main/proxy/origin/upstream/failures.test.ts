/** What upstream proxies do instead of opening a way: each failure names the proxy and says what it was. */
import { expect, test } from 'vitest'
import { makeCertificate } from '../../../certificates/testing.ts'
import type { Flow } from '../../../model/flow.ts'
import { startEngine, type TestEngine } from '../../../testing/engine.ts'
import { connectClient, connectTunnel } from '../../../testing/raw-client.ts'
import { startOrigin } from '../../../testing/scripted-origin.ts'
import { startHttpProxy, startSocks5 } from '../../../testing/upstream-proxies.ts'
import { blackHole, freePort } from '../../testing.ts'

/** This machine is reached by the proxy, too. */
const noProxy = ['<-loopback>']

const engineBy = (upstream: string, wanted: Parameters<typeof startEngine>[0] = {}): Promise<TestEngine> =>
  startEngine({ noProxy, upstream, ...wanted })

/** A CONNECT through the engine that fails: what it says. */
async function failureBy(proxy: TestEngine, target = 'https://origin.test:1/'): Promise<Flow> {
  await using client = await connectClient(proxy.port)
  void client.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  await client.readAll()
  return await proxy.ended()
}

test.each([
  [
    'HTTP/1.1 403 Forbidden\r\n\r\n',
    'UPSTREAM_REFUSED',
    'refused to connect to origin.test:1: it answered 403 Forbidden',
  ],
  ['HTTP/1.1 503 Down\r\n\r\n', 'UPSTREAM_REFUSED', 'could not connect to origin.test:1: it answered 503 Down'],
  [
    'HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n',
    'UPSTREAM_REFUSED',
    'wants a user name and a password (407 No; it takes Negotiate or NTLM, and Spillway knows only Basic)',
  ],
  ['HTTP/1.1 301 Elsewhere\r\nLocation: http://x/\r\n\r\n', 'UPSTREAM_REFUSED', 'it answered 301 Elsewhere'],
  ['HTTP/1.1 200', 'UPSTREAM_FAILED', 'closed the connection before it had answered'],
  ['SSH-2.0-x\r\n\r\n', 'UPSTREAM_FAILED', 'does not answer as an HTTP proxy does: the status line'],
  ['\x05\xff\x00\n', 'UPSTREAM_FAILED', 'does not answer as an HTTP proxy does'],
  [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(5000)}\r\n\r\n`, 'UPSTREAM_FAILED', 'the head is larger than 1024 bytes'],
  ['HTTP/1.1 100 Go\r\n\r\n'.repeat(20), 'UPSTREAM_FAILED', 'too many interim responses'],
  ['HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 502 No\r\n\r\n', 'UPSTREAM_REFUSED', 'it answered 502 No'],
])('an HTTP proxy that answers %j', async (answer, code, message) => {
  await using proxies = await startHttpProxy({ answer, dripping: answer.length < 100 })
  await using proxy = await engineBy(`http://127.0.0.1:${proxies.port}`, { headLimit: 1024 })
  const { error } = await failureBy(proxy)
  expect(error).toMatchObject({ code, side: 'origin', phase: 'connect' })
  expect(error?.message).toContain(`The upstream proxy http://127.0.0.1:${proxies.port} `)
  expect(error?.message).toContain(message)
})

test.each([
  [{ reply: 2 }, 'UPSTREAM_REFUSED', 'did not connect to origin.test:1: its rules do not allow it'],
  [{ reply: 5 }, 'UPSTREAM_REFUSED', 'did not connect to origin.test:1: the connection was refused there'],
  [{ reply: 77 }, 'UPSTREAM_REFUSED', 'it answered 77'],
  [{ method: [5, 0xff] }, 'UPSTREAM_REFUSED', 'wants credentials'],
  [{ method: [5, 7] }, 'UPSTREAM_FAILED', 'does not answer as a SOCKS5 server does'],
  [{ method: [5, 2] }, 'UPSTREAM_FAILED', 'does not answer as a SOCKS5 server does'],
  [{ method: [4, 90] }, 'UPSTREAM_FAILED', 'does not answer as a SOCKS5 server does'],
  [{ method: [5, 0, 5] }, 'UPSTREAM_FAILED', 'it said more than it was asked'],
  [{ method: [...Buffer.from('HTTP/1.1 400 Bad')] }, 'UPSTREAM_FAILED', 'it seems to be an HTTP proxy'],
])('a SOCKS server that does %j', async (options, code, message) => {
  await using proxies = await startSocks5(options)
  await using proxy = await engineBy(`socks5h://127.0.0.1:${proxies.port}`)
  const { error } = await failureBy(proxy)
  expect(error).toMatchObject({ code, side: 'origin', phase: 'connect' })
  expect(error?.message).toContain(`The upstream proxy socks5h://127.0.0.1:${proxies.port} `)
  expect(error?.message).toContain(message)
})

test('a proxy that cannot be reached is named', async () => {
  const port = await freePort()
  await using proxy = await engineBy(`http://127.0.0.1:${port}`)
  for (const target of ['http://origin.test/', 'https://origin.test/']) {
    const { error } = await failureBy(proxy, target)
    expect(error).toMatchObject({ code: 'CONNECT_REFUSED', side: 'origin', phase: 'connect' })
    expect(error?.message).toContain(`The upstream proxy http://127.0.0.1:${port}: 127.0.0.1:${port} refused`)
  }
})

test('silence is ended by the time for connecting: before, within and behind the answer', async () => {
  await using hole = await blackHole()
  await using mute = await startOrigin()
  const rows: [upstream: string, said: string, words: string][] = [
    [`http://127.0.0.1:${hole.port}`, '', 'did not accept a connection within 100 ms'],
    [`http://127.0.0.1:${mute.port}`, '', 'did not open a way to origin.test:1 within 100 ms'],
    [`http://127.0.0.1:${mute.port}`, 'HTTP/1.1 200 OK\r\n', 'did not open a way to origin.test:1 within 100 ms'],
    [`socks5h://127.0.0.1:${mute.port}`, '\x05', 'did not open a way to origin.test:1 within 100 ms'],
    [`https://127.0.0.1:${mute.port}`, '', 'did not complete the TLS handshake within 100 ms'],
  ]
  for (const [upstream, said, words] of rows) {
    await using proxy = await engineBy(upstream, { connectTimeoutMs: 100 })
    const accepted = upstream.includes(String(mute.port)) ? mute.accept() : undefined
    void accepted?.then((connection) => connection.write(said))
    const { error } = await failureBy(proxy)
    expect(error).toMatchObject({ code: 'CONNECT_TIMEOUT', side: 'origin', phase: 'connect' })
    expect(error?.message).toContain(`The upstream proxy ${upstream} ${words}`)
    const connection = await accepted
    await connection?.closed
    connection?.destroy()
  }
})

test('a proxy over TLS is verified as origins are', async () => {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'] })
  await using proxies = await startHttpProxy({ tls: { cert: pem, key: keyPem } })
  await using proxy = await engineBy(`https://localhost:${proxies.port}`)
  for (const target of ['http://origin.test/', 'https://origin.test/']) {
    const { error } = await failureBy(proxy, target)
    expect(error).toMatchObject({ code: 'UPSTREAM_FAILED', side: 'origin', phase: 'connect' })
    expect(error?.message).toContain(`The upstream proxy https://localhost:${proxies.port} cannot be`)
    expect(error?.message).toContain("the upstream proxy's certificate is self-signed")
    expect(error?.message).toContain('add its CA to the origin CAs')
  }
  expect(proxies.asked).toEqual([])
})

test('a plain proxy that was written as one over TLS', async () => {
  await using proxies = await startHttpProxy({ answer: 'HTTP/1.1 400 Bad Request\r\n\r\n' })
  await using mute = await startOrigin()
  await using proxy = await engineBy(`https://localhost:${mute.port}`)
  void proxies
  void mute.accept().then((connection) => connection.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const { error } = await failureBy(proxy)
  expect(error?.message).toContain(
    'the upstream proxy did not answer with TLS; if the port speaks plain HTTP, use http://',
  )
})

test('Spillway as its own upstream proxy, and its own port by way of another one, are loops', async () => {
  await using proxies = await startHttpProxy()
  await using proxy = await startEngine({ noProxy })
  for (const upstream of [`http://localhost:${proxy.port}`, `http://localhost:${proxies.port}`]) {
    proxy.update({ noProxy, upstream })
    const targets = upstream.includes(String(proxies.port))
      ? [`http://localhost:${proxy.port}/`, `https://127.0.0.1:${proxy.port}/`]
      : ['http://origin.test/', 'https://origin.test/']
    for (const target of targets) {
      const { error } = await failureBy(proxy, target)
      expect(error).toMatchObject({ code: 'LOOP', side: 'proxy' })
      expect(error?.message).toContain('is Spillway itself')
    }
  }
  expect(proxies.asked).toEqual([])
  expect(proxy.engine.flows.size).toBe(4)
})

test('a client that leaves while the proxy says nothing releases it', async () => {
  await using mute = await startOrigin()
  await using proxy = await engineBy(`http://127.0.0.1:${mute.port}`)
  for (const target of ['https://origin.test/', 'CONNECT']) {
    const client =
      target === 'CONNECT' ? await connectTunnel(proxy.port, 'origin.test:443') : await connectClient(proxy.port)
    if (target !== 'CONNECT') void client.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
    const connection = await mute.accept()
    await connection.readUntil('\r\n\r\n')
    client.destroy()
    await connection.closed
    connection.destroy()
    expect((await proxy.ended()).error?.code).toBe('CLIENT_CLOSED')
  }
})

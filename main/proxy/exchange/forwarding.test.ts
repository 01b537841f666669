/** What of a request's head reaches the origin, and what of the answer's reaches the client: byte for byte. */
import { expect, test } from 'vitest'
import { openScene, type Scene } from '../../testing/scene.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

/** Sends `request` ("ORIGIN" stands for its authority) and answers it; what the origin saw, in the same words. */
async function forwarded(scene: Scene, request: string, answer = ok): Promise<{ seen: string; got: string }> {
  const { authority } = scene.origin
  const client = await scene.client()
  void client.write(request.replaceAll('ORIGIN', authority))
  const { connection, head } = await scene.origin.request()
  connection.end(answer)
  const got = await client.readText('hi')
  return { seen: head.replaceAll(authority, 'ORIGIN'), got }
}

const requests: [title: string, request: string, seen: string][] = [
  [
    'keeps order, case and duplicates of fields, and the white space in them',
    'GET http://ORIGIN/a?b=c%20d HTTP/1.1\r\nhOST: ORIGIN\r\nX-b:  two  spaces \r\nx-A:1\r\nX-B: again\r\nEmpty:\r\n\r\n',
    'GET /a?b=c%20d HTTP/1.1\r\nhOST: ORIGIN\r\nX-b:  two  spaces \r\nx-A:1\r\nX-B: again\r\nEmpty:\r\n\r\n',
  ],
  [
    'replaces a Host that says something else',
    'GET http://ORIGIN/ HTTP/1.1\r\nHost: elsewhere.example\r\nA: b\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\r\nHost: ORIGIN\r\n\r\n',
  ],
  [
    // The first one alone was compared with the target, and the second went along.
    'sends one Host where several came, the first of them right',
    'GET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\nHost: evil.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
  ],
  [
    'sends one Host where several came, the last of them right',
    'GET http://ORIGIN/ HTTP/1.1\r\nHost: evil.example\r\nHost: ORIGIN\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
  ],
  ['adds the Host of HTTP/1.0', 'GET http://ORIGIN/ HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  [
    'drops hop-by-hop fields, and those that Connection names',
    'GET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\nConnection: X-Hop, keep-alive\r\nx-hop: 1\r\nKeep-Alive: timeout=5\r\n' +
      'Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nTE: gzip\r\nUpgrade: h2c\r\nX-End: 2\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: ORIGIN\r\nX-End: 2\r\n\r\n',
  ],
  [
    'never drops what a Connection must not name',
    'POST http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\nConnection: host, content-length, cookie, authorization\r\n' +
      'Cookie: a=b\r\nAuthorization: Basic eDp5\r\nContent-Length: 0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: ORIGIN\r\nCookie: a=b\r\nAuthorization: Basic eDp5\r\nContent-Length: 0\r\n\r\n',
  ],
  [
    'says anew that trailers are taken',
    'GET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\nTE: trailers, deflate;q=0.5\r\nConnection: TE\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: ORIGIN\r\nTE: trailers\r\nConnection: TE\r\n\r\n',
  ],
  [
    'drops user information and fragment',
    'GET http://user:secret@ORIGIN/x#y HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'GET /x HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
  ],
  [
    'asks for "/" where the URL has no path',
    'GET http://ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
  ],
  [
    'puts the "/" before a query',
    'GET HTTP://ORIGIN?q HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'GET /?q HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
  ],
  [
    // RFC 9112 §3.2.4
    'asks with "*" where OPTIONS has no path',
    'OPTIONS http://ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
  ],
  [
    'keeps the path of OPTIONS, and methods it does not know',
    'X-WHAT! http://ORIGIN/p HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'X-WHAT! /p HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
  ],
]

test.each(requests)('the request %s', async (_, request, seen) => {
  await using scene = await openScene()
  expect((await forwarded(scene, request)).seen).toBe(seen)
})

const answers: [title: string, request: string, answer: string, got: string][] = [
  [
    'keeps order, case and duplicates, drops what was for our hop',
    'GET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'HTTP/1.1 299 Quite  fine\r\nset-COOKIE: a\r\nConnection: X-Hop, keep-alive\r\nX-HOP: 1\r\nKeep-Alive: timeout=5\r\nSet-Cookie:b\r\nContent-Length: 2\r\n\r\nhi',
    'HTTP/1.1 299 Quite  fine\r\nset-COOKIE: a\r\nSet-Cookie:b\r\nContent-Length: 2\r\n\r\nhi',
  ],
  [
    'tells an HTTP/1.0 origin as HTTP/1.1, and that the connection ends the body',
    'GET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhi',
    'HTTP/1.1 200 OK\r\nServer: old\r\nConnection: close\r\n\r\nhi',
  ],
  [
    'keeps the connection of an HTTP/1.0 client that asks for it',
    'GET http://ORIGIN/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    ok,
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi',
  ],
  [
    'tells an HTTP/1.0 client without it that the connection closes',
    'GET http://ORIGIN/ HTTP/1.0\r\n\r\n',
    ok,
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
  ],
  [
    'gives an HTTP/1.0 client the content of a chunked body',
    'GET http://ORIGIN/ HTTP/1.0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\nT: 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi',
  ],
]

test.each(answers)('the answer %s', async (_, request, answer, got) => {
  await using scene = await openScene()
  expect((await forwarded(scene, request, answer)).got).toBe(got)
})

test('the flow tells heads as received and what was changed in them', async () => {
  await using scene = await openScene()
  const { authority } = scene.origin
  await forwarded(scene, 'GET http://ORIGIN/x HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n')
  const flow = await scene.ended()
  expect(flow.url).toBe(`http://${authority}/x`)
  expect(flow.request.head).toBe(`GET http://${authority}/x HTTP/1.1\r\nHost: other\r\nConnection: close\r\n`)
  expect(flow.request.edit).toEqual({ startLine: 'GET /x HTTP/1.1', drop: [0, 1], add: [['Host', authority]] })
  expect(flow.response?.head).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n')
})

test('a 204 goes out without the framing fields nobody may believe', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  void connection.write('HTTP/1.1 204 No Content\r\nA: b\r\nContent-Length: 0\r\n\r\n')
  expect(await client.readText('\r\n\r\n')).toBe('HTTP/1.1 204 No Content\r\nA: b\r\n\r\n')
})

test('HTTP/1.0 in a tunnel reaches the origin as HTTP/1.1, which needs a Host', async () => {
  await using scene = await openScene({}, { tls: true })
  const client = await scene.client()
  void client.write('GET /x HTTP/1.0\r\nA: b\r\n\r\n')
  const { connection, head } = await scene.origin.request()
  expect(head).toBe(`GET /x HTTP/1.1\r\nA: b\r\nHost: ${scene.origin.authority}\r\n\r\n`)
  void connection.write(ok)
  expect(await client.readText('hi')).toContain('Connection: close')
  expect(await client.closed).toBe('fin')
})

test('an https:// URL sent to the proxy port is fetched over TLS', async () => {
  await using scene = await openScene({}, { tls: true })
  const { connectClient } = await import('../../testing/raw-client.ts')
  await using client = await connectClient(scene.proxy.port)
  void client.write(`GET https://${scene.origin.authority}/x HTTP/1.1\r\nHost: ${scene.origin.authority}\r\n\r\n`)
  const { connection, head } = await scene.origin.request()
  expect(head).toMatch(/^GET \/x HTTP/)
  void connection.write(ok)
  await client.readUntil('hi')
  const flow = await scene.ended()
  expect(flow.url).toBe(`https://${scene.origin.authority}/x`)
  expect(flow.origin?.tls?.version).toBe('TLSv1.3')
  expect(flow.client.tls).toBeUndefined()
})

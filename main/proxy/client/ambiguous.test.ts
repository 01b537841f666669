/** What two readers could understand in two ways is refused, on both sides, and never sent on (B17). */
import { expect, test } from 'vitest'
import { connectClient } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'

const target = 'http://ORIGIN/'
const connect = 'CONNECT ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n'
const start = `POST ${target} HTTP/1.1\r\nHost: ORIGIN\r\n`

const requests: [title: string, request: string, status?: number][] = [
  ['length and chunked', `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two lengths', `${start}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`],
  ['two equal lengths', `${start}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx`],
  ['a list of lengths', `${start}Content-Length: 1, 1\r\n\r\nx`],
  ['a signed length', `${start}Content-Length: +1\r\n\r\nx`],
  ['a hexadecimal length', `${start}Content-Length: 0x1\r\n\r\nx`],
  ['an empty length', `${start}Content-Length:\r\n\r\n`],
  ['an immense length', `${start}Content-Length: 99999999999999999999\r\n\r\n`],
  ['an unknown coding', `${start}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ['chunked twice', `${start}Transfer-Encoding: chunked, chunked\r\n\r\n`],
  ['chunked in two fields', `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['a coding that is almost chunked', `${start}Transfer-Encoding: xchunked\r\n\r\n`],
  ['a vertical tab before chunked', `${start}Transfer-Encoding: \x0bchunked\r\n\r\n`],
  ['a tab behind chunked', `${start}Transfer-Encoding: chunked\t\r\n\r\n`],
  ['chunked in HTTP/1.0', `POST ${target} HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['white space before the colon', `${start}Content-Length : 1\r\n\r\nx`],
  ['white space before the first field', `POST ${target} HTTP/1.1\r\n Host: ORIGIN\r\n\r\n`],
  ['line folding', `${start}A: b\r\n c\r\n\r\n`],
  ['an empty name', `${start}: b\r\n\r\n`],
  ['no colon', `${start}nothing\r\n\r\n`],
  ['a bare LF', `${start}A: b\nB: c\r\n\r\n`],
  ['only LFs', `GET ${target} HTTP/1.1\nHost: ORIGIN\n\n`],
  ['a bare CR', `${start}A: b\rc\r\n\r\n`],
  ['NUL', `${start}A: b\0c\r\n\r\n`],
  ['a name that is no token', `${start}A(b): c\r\n\r\n`],
  ['two spaces in the request line', `GET  ${target} HTTP/1.1\r\nHost: ORIGIN\r\n\r\n`],
  ['a tab in the request line', `GET\t${target} HTTP/1.1\r\nHost: ORIGIN\r\n\r\n`],
  ['a space in the target', `GET ${target}a b HTTP/1.1\r\nHost: ORIGIN\r\n\r\n`],
  ['no version', `GET ${target}\r\n\r\n`],
  ['HTTP/2 in the version', `GET ${target} HTTP/2.0\r\nHost: ORIGIN\r\n\r\n`, 505],
  ['HTTP/1.2 in the version', `GET ${target} HTTP/1.2\r\nHost: ORIGIN\r\n\r\n`],
  ['a version in lower case', `GET ${target} http/1.1\r\nHost: ORIGIN\r\n\r\n`],
  ['another scheme', 'GET ftp://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['no host', 'GET http:/// HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['an empty host with a port', 'GET http://:80/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['a percent-encoded host', 'GET http://127%2e0.0.1:1/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['two at-signs', 'GET http://a@b@ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['a backslash in the authority', 'GET http://evil.example\\@ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['a port out of range', 'GET http://127.0.0.1:65536/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['port 0', 'GET http://127.0.0.1:0/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['an unclosed bracket', 'GET http://[::1/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  // Nobody could say whether what follows is a body or the first words in the tunnel.
  ['a body of a CONNECT', `${connect}Content-Length: 5\r\n\r\n`],
  ['user information in a CONNECT', 'CONNECT elsewhere:1@ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
  ['a chunked CONNECT', `${connect}Transfer-Encoding: chunked\r\n\r\n`],
  ['a signed length of a CONNECT', `${connect}Content-Length: +0\r\n\r\n`],
  ['a word as target', 'GET word HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'],
]

test.each(requests)(
  'a request with %s is refused, and what is pipelined behind it not executed',
  async (_, text, status) => {
    await using scene = await openScene()
    const { authority } = scene.origin
    const client = await scene.client()
    const next = `GET http://${authority}/smuggled HTTP/1.1\r\nHost: ${authority}\r\n\r\n`
    void client.write(text.replaceAll('ORIGIN', authority) + next)
    const answer = (await client.readAll()).toString()
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status ?? 400} `))
    expect(answer).toContain('Connection: close\r\n')
    expect(answer).toMatch(/The request is not valid HTTP: .{10}/)
    expect(answer.match(/^HTTP/gm)).toHaveLength(1)
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({ code: 'BAD_REQUEST', side: 'client', phase: 'request-head' })
    expect(scene.proxy.engine.flows.size).toBe(1)
    // At most a connection was begun, on which nothing was sent.
    expect(flow.timings.sent).toBeUndefined()
  },
)

const inTunnel: [title: string, request: string][] = [
  ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'],
  ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['user information in Host', 'GET / HTTP/1.1\r\nHost: localhost@elsewhere\r\n\r\n'],
  ['a Host with a bad port', 'GET / HTTP/1.1\r\nHost: a:b\r\n\r\n'],
]

test.each(inTunnel)('inside a tunnel, a request with %s is refused', async (_, text) => {
  await using scene = await openScene({}, { tls: true })
  const client = await scene.client()
  void client.write(text)
  expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 400 /)
  expect((await scene.ended()).error?.code).toBe('BAD_REQUEST')
})

test('a request sent as if to a web server is told what this port is', async () => {
  await using scene = await openScene()
  for (const text of ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n']) {
    await using client = await connectClient(scene.proxy.port)
    void client.write(text)
    const answer = (await client.readAll()).toString()
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toContain('This port is a proxy: set it as the HTTP and HTTPS proxy of your client.')
    await scene.ended()
  }
})

test('in the middle of a connection, too: what came before is answered, what comes after is not read', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask('/good')
  void client.write(`BAD\r\n\r\n${scene.requestText('/smuggled')}`)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  const all = (await client.readAll()).toString()
  expect(all).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*hiHTTP\/1\.1 400 Bad Request\r\n/)
  await scene.ended()
  expect((await scene.ended()).error?.code).toBe('BAD_REQUEST')
  expect(scene.proxy.engine.flows.size).toBe(2)
})

const answers: [title: string, answer: string][] = [
  ['length and chunked', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 5 \t5\r\n\r\nhello'],
  ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ['chunked in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['white space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello'],
  ['line folding', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'],
  ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a bare CR', 'HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\n\r\n'],
  ['NUL', 'HTTP/1.1 200 OK\r\nA: \0\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['an immense field', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(256 * 1024)}\r\n\r\n`],
  ['too many fields', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(2001)}\r\n`],
  ['bad first chunk while held', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['a bad chunk while held', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nzz\r\n'],
  [
    'a length among the trailers',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 1\r\n\r\n',
  ],
]

test.each(answers)('an answer with %s is a 502 of ours', async (_, answer) => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  void connection.write(answer)
  const got = await client.readText('(from Spillway)\n')
  expect(got).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  expect(got).toContain("The origin's answer is not valid HTTP: ")
  expect(await connection.closed).not.toBe('here')
  expect((await scene.ended()).error).toMatchObject({ code: 'BAD_RESPONSE', side: 'origin' })
  // The client's connection is as good as before.
  const { connection: next } = await scene.askAgain(client)
  void next.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  await client.readUntil('hi')
  await scene.ended()
})

const cuts: [title: string, bad: string, seen: string][] = [
  ['a bad size', 'zz\r\n', ''],
  ['a bad size that comes piece by piece', '1;x=\x01', ''],
  ['a chunk longer than its size', '1\r\nab', '1\r\na'],
  ['a bare LF behind the size', '1\nx', ''],
  ['a bad trailer', '0\r\nno colon\r\n\r\n', ''],
]

test.each(cuts)('an answer that turns out to have %s is cut for the client', async (_, bad, seen) => {
  await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' })
  const { client, connection } = await scene.ask()
  const begin = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'
  void connection.write(begin)
  await client.readUntil('abc\r\n')
  for (const byte of bad) await connection.write(byte)
  // Nothing of what is wrong, and no end; what was right before it in the same read may be missing.
  expect(['', seen]).toContain((await client.readAll()).toString())
  expect(await connection.closed).not.toBe('here')
  const flow = await scene.ended()
  expect(flow.error).toMatchObject({ code: 'BAD_RESPONSE', side: 'origin', phase: 'response-body' })
})

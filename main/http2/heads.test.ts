/** RFC 9113 §8: what becomes lines of text, and what must not. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultWireLimits, parseRequestHead, parseResponseHead } from '../http1/index.ts'
import {
  requestList,
  requestText,
  responseList,
  responseText,
  switchedText,
  trailerFields,
  trailerText,
  upgradeList,
} from './heads.ts'

const pseudo = [':method', 'GET', ':scheme', 'https', ':authority', 'a.test', ':path', '/p']

test('a request as lines of text', () => {
  expect(requestText([...pseudo, 'b', '1', 'a', '', 'b', '2'], false, false).text).toBe(
    'GET /p HTTP/1.1\r\nhost: a.test\r\nb: 1\r\na: \r\nb: 2\r\n\r\n',
  )
  expect(requestText(pseudo, true, false).text).toBe('GET https://a.test/p HTTP/1.1\r\nhost: a.test\r\n\r\n')
  expect(requestText(pseudo, false, true)).toMatchObject({
    chunked: true,
    text: 'GET /p HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n',
  })
  expect(requestText([...pseudo, 'content-length', '3'], false, true).chunked).toBe(false)
})

// A proxy asked the host "a.test*".
test('"*" is for OPTIONS alone, and as a whole URL it is that of a server', () => {
  const asked = (method: string): string[] => [':method', method, ...pseudo.slice(2, 6), ':path', '*']
  expect(requestText(asked('OPTIONS'), true, false).text).toMatch(/^OPTIONS https:\/\/a\.test HTTP\/1\.1\r\n/)
  expect(requestText(asked('OPTIONS'), false, false).text).toMatch(/^OPTIONS \* HTTP\/1\.1\r\n/)
  expect(() => requestText(asked('GET'), true, false)).toThrow('the path')
})

test('cookies that came apart are one field; Host stands in for a missing authority', () => {
  // They had been moved behind all others, even one that had come whole.
  const cookies = ['cookie', 'a=1', 'x', 'y', 'cookie', 'b=2']
  expect(requestText([...pseudo, ...cookies], false, false).text).toBe(
    'GET /p HTTP/1.1\r\nhost: a.test\r\ncookie: a=1; b=2\r\nx: y\r\n\r\n',
  )
  const without = [':method', 'GET', ':scheme', 'https', ':path', '/']
  expect(requestText([...without, 'host', 'b.test'], false, false).text).toContain('\r\nhost: b.test\r\n')
  expect(requestText([...pseudo, 'host', 'A.test'], false, false).text.match(/host/g)).toHaveLength(1)
})

test('a WebSocket has one key, and it is ours', () => {
  const asked = [':method', 'CONNECT', ':protocol', 'websocket', ...pseudo.slice(2), 'sec-websocket-key', 'theirs']
  expect(requestText(asked, false, true).text.match(/^sec-websocket-key: \S{24}\r$/gm)).toHaveLength(1)
})

test('a CONNECT is one of HTTP/1.1: for a tunnel, and for a WebSocket an upgrade', () => {
  const tunnel = [':method', 'CONNECT', ':authority', 'a.test:443', 'proxy-authorization', 'Basic x']
  expect(requestText(tunnel, true, true)).toEqual({
    text: 'CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\nproxy-authorization: Basic x\r\n\r\n',
    method: 'CONNECT',
    chunked: false,
    connects: 'tunnel',
  })
  const webSocket = [...pseudo.map((text) => (text === 'GET' ? 'CONNECT' : text)), ':protocol', 'websocket']
  const { text, ...rest } = requestText(webSocket, false, true)
  expect(rest).toEqual({ method: 'GET', chunked: false, connects: 'websocket' })
  const fields = 'host: a\\.test\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: \\S{24}\r\n\r\n'
  expect(text).toMatch(new RegExp(`^GET /p HTTP/1\\.1\r\n${fields}$`))
})

test('and back: an upgrade as a CONNECT, its answer as a switch', () => {
  const key = 'dGhlIHNhbXBsZSBub25jZQ=='
  const fields = `Host: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${key}\r\nOrigin: b\r\n`
  const head = parseRequestHead(`GET /p HTTP/1.1\r\n${fields}`, defaultWireLimits)
  const pseudo = [':method', 'CONNECT', ':protocol', 'websocket', ':scheme', 'https', ':authority', 'a.test']
  expect(upgradeList(head, 'https', 'b.test')).toEqual([...pseudo, ':path', '/p', 'origin', 'b'])
  // RFC 6455 §1.3 has this key and what accepts it.
  expect(switchedText([':status', '200', 'content-length', '0', 'sec-websocket-protocol', 'x'], key)).toBe(
    'HTTP/1.1 101 Switching Protocols\r\nsec-websocket-protocol: x\r\nconnection: Upgrade\r\n' +
      'upgrade: websocket\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
  )
})

const changed = (name: string, value: string): string[] =>
  pseudo.map((text, at) => (pseudo[at - 1] === name ? value : text))

// H2.CL, H2.TE, request tunnelling and splitting through a downgrade: J. Kettle, "HTTP/2: The Sequel is Always Worse".
const refused: [title: string, list: string[]][] = [
  ['a line break in a value', [...pseudo, 'a', 'b\r\nx: y']],
  ['a bare LF in a value', [...pseudo, 'a', 'b\nx: y']],
  ['NUL in a value', [...pseudo, 'a', 'b\0']],
  ['a line break in a name', [...pseudo, 'a: b\r\nx', 'y']],
  ['a colon in a name', [...pseudo, 'a:b', 'c']],
  ['a space in a name', [...pseudo, 'transfer-encoding ', 'chunked']],
  ['an upper-case name', [...pseudo, 'Transfer-Encoding', 'chunked']],
  ['an empty name', [...pseudo, '', 'x']],
  ['Transfer-Encoding', [...pseudo, 'transfer-encoding', 'chunked']],
  ['Connection', [...pseudo, 'connection', 'keep-alive']],
  ['Keep-Alive', [...pseudo, 'keep-alive', 'timeout=5']],
  ['Upgrade', [...pseudo, 'upgrade', 'h2c']],
  ['a method with more than itself', changed(':method', 'GET / HTTP/1.1\r\nx: y\r\n\r\nGET')],
  ['a method with a space', changed(':method', 'GET /x')],
  ['a path with a space', changed(':path', '/ HTTP/1.1')],
  ['a path with a line break', changed(':path', '/\r\nx: y')],
  ['a path that is a URL', changed(':path', 'http://b.test/')],
  ['an empty path', changed(':path', '')],
  ['another scheme', changed(':scheme', 'https://b.test/?')],
  ['an empty authority', changed(':authority', '')],
  ['user information', changed(':authority', 'b.test@a.test')],
  ['a tunnel with a path', changed(':method', 'CONNECT')],
  ['a tunnel to nowhere', [':method', 'CONNECT']],
  ['a tunnel to two hosts', [':method', 'CONNECT', ':authority', 'a.test:1', 'host', 'b.test:1']],
  ['a tunnel with a line break', [':method', 'CONNECT', ':authority', 'a.test:1 HTTP/1.1\r\nx: y']],
  ['a tunnel with a space', [':method', 'CONNECT', ':authority', 'a.test:1 x']],
  ['another Host than the authority', [...pseudo, 'host', 'b.test']],
  ['two Hosts, one of them another', [...pseudo, 'host', 'a.test', 'host', 'b.test']],
  ['a pseudo-field behind fields', [...pseudo.slice(0, 6), 'a', 'b', ':path', '/p']],
  ['a pseudo-field twice', [...pseudo, ':path', '/q']],
  ['an unknown pseudo-field', [...pseudo, ':protocol', 'websocket']],
  ['that of a response', [...pseudo, ':status', '200']],
]
test.each(refused)('refused: %s', (_, list) => {
  expect(() => requestText(list, false, true)).toThrow()
})

test('whatever is not refused is read by the codec as it was meant', () => {
  const text = fc.string({ maxLength: 12, unit: 'binary' })
  const list = fc.array(fc.tuple(text, text), { maxLength: 6 })
  fc.assert(
    fc.property(text, text, list, fc.boolean(), (authority, path, fields, body) => {
      const given = [
        ':method',
        'POST',
        ':scheme',
        'http',
        ':authority',
        authority,
        ':path',
        `/${path}`,
        ...fields.flat(),
      ]
      let made: string
      try {
        made = requestText(given, false, body).text
      } catch {
        return
      }
      const head = parseRequestHead(made.slice(0, -2), defaultWireLimits)
      expect(head.target).toBe(`/${path}`)
      const names = fields.map(([name]) => name).filter((name) => name !== 'host' && name !== 'cookie')
      const found = Array.from({ length: head.fields.length }, (_, at) => head.fields.name(at))
      expect(found.filter((name) => !['host', 'cookie', 'transfer-encoding'].includes(name))).toEqual(names)
    }),
  )
})

test('a response and back, without what is about the connection', () => {
  const list = [':status', '200', 'b', '1', 'a', '2', 'b', '3']
  const { text, chunked } = responseText(list, true)
  expect([text, chunked]).toEqual(['HTTP/1.1 200 \r\nb: 1\r\na: 2\r\nb: 3\r\ntransfer-encoding: chunked\r\n\r\n', true])
  expect(responseList(parseResponseHead(text.slice(0, -2), defaultWireLimits))).toEqual(list)
  const own = 'HTTP/1.1 200 OK\r\nConnection: x-hop, close\r\nX-Hop: 1\r\nKeep-Alive: 1\r\nX: y\r\n'
  expect(responseList(parseResponseHead(own, defaultWireLimits))).toEqual([':status', '200', 'x', 'y'])
  for (const status of ['', '99', '20', '1000', '2x0', '101'])
    expect(() => responseText([':status', status], false)).toThrow()
  expect(() => responseText([':status', '200', 'a', 'b\r\nc: d'], false)).toThrow()
})

test('a request for an origin', () => {
  const head = 'POST /p HTTP/1.1\r\nHost: A.test\r\nTE: trailers, deflate\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n'
  expect(requestList(parseRequestHead(head, defaultWireLimits), 'https', 'b.test')).toEqual([
    ...[':method', 'POST', ':scheme', 'https', ':authority', 'A.test', ':path', '/p'],
    ...['te', 'trailers', 'x-a', '1'],
  ])
})

test('trailers, both ways', () => {
  const text = trailerText(['grpc-status', '0', 'a', '1', 'a', '2'])
  expect(text).toBe('grpc-status: 0\r\na: 1\r\na: 2\r\n')
  expect({ ...trailerFields(text) }).toEqual({ 'grpc-status': ['0'], a: ['1', '2'] })
  expect(() => trailerText(['a', 'b\r\n\r\nGET'])).toThrow()
  expect(() => trailerText([':path', '/'])).toThrow()
})

/** What is said and heard, without sockets: the same however it is cut, and the bytes behind it whole. */
import { expect, test } from 'vitest'
import { defaultWireLimits } from '../../../http1/index.ts'
import { UpstreamError, type Greeting } from './greeting.ts'
import { HttpConnect } from './http-connect.ts'
import { Socks5Connect } from './socks5.ts'

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

/** All that is said, and what is left behind the last answer; or the failure. Answers come in these pieces. */
function played(greeting: Greeting, pieces: readonly Buffer[]): { said: Buffer; rest: Buffer | undefined } | string {
  const said = [greeting.first]
  let rest: Buffer | undefined
  try {
    for (const piece of pieces) {
      if (rest) {
        rest = Buffer.concat([rest, piece])
        continue
      }
      const heard = greeting.take(piece)
      if (heard && 'say' in heard) said.push(heard.say)
      else if (heard) rest = heard.rest
    }
  } catch (error) {
    if (error instanceof UpstreamError) return `${error.code}: ${error.message}`
    throw error
  }
  return { said: Buffer.concat(said), rest }
}

const credentials = { user: 'mé', password: 'x y' }
const http = (): Greeting => new HttpConnect('a.example', 443, credentials, defaultWireLimits)
const socks = (host: string) => (): Greeting => new Socks5Connect(host, 443, credentials)

/** `answers`: each comes only when the one before it was understood, as from a real server. */
const rows: [name: string, make: () => Greeting, answers: Buffer[], said: Buffer][] = [
  [
    'HTTP',
    http,
    [
      bytes(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 Connection established\r\nContent-Length: 5\r\nVia: x\r\n\r\nbanner\r\n',
      ),
    ],
    bytes(
      'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n',
      `Proxy-Authorization: Basic ${Buffer.from('mé:x y').toString('base64')}\r\n\r\n`,
    ),
  ],
  [
    'SOCKS5 with a name and credentials',
    socks('a.example'),
    [bytes([5, 2]), bytes([1, 0]), bytes([5, 0, 0, 1, 127, 0, 0, 1, 0, 80], 'banner\r\n')],
    bytes([5, 2, 0, 2, 1, 3], Buffer.from('mé').toString('latin1'), [3], 'x y', [5, 1, 0, 3, 9], 'a.example', [1, 187]),
  ],
  [
    'SOCKS5 that wants no credentials, with an IPv4 address, answering with an IPv6 one',
    socks('10.0.0.1'),
    [bytes([5, 0]), bytes([5, 0, 0, 4, ...Array.from({ length: 16 }, () => 1), 0, 80], 'banner\r\n')],
    bytes([5, 2, 0, 2, 5, 1, 0, 1, 10, 0, 0, 1, 1, 187]),
  ],
  [
    'SOCKS5 with an IPv6 address, answering with a name',
    socks('2001:db8::1:2'),
    [bytes([5, 0]), bytes([5, 0, 0, 3, 3], 'a.b', [0, 80], 'banner\r\n')],
    bytes([5, 2, 0, 2, 5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1, 187]),
  ],
]

test.each(rows)('%s, cut at every byte', (_, make, answers, said) => {
  const expected = { said, rest: bytes('banner\r\n') }
  expect(played(make(), answers)).toEqual(expected)
  expect(
    played(
      make(),
      answers.flatMap((answer) => [...answer].map((byte) => Buffer.of(byte))),
    ),
  ).toEqual(expected)
  for (const [at, answer] of answers.entries()) {
    for (let cut = 1; cut < answer.length; cut++) {
      const pieces = [...answers.slice(0, at), answer.subarray(0, cut), answer.subarray(cut), ...answers.slice(at + 1)]
      expect(played(make(), pieces)).toEqual(expected)
    }
  }
})

test('IPv6 addresses are their sixteen bytes, however they are written', () => {
  for (const [host, last] of [
    ['::', 0],
    ['::1', 1],
    ['0:0:0:0:0:0:0:1', 1],
    ['fe80::1%eth0', 1],
    ['::ffff:127.0.0.1', 1],
  ] as const) {
    const result = played(new Socks5Connect(host, 1, undefined), [bytes([5, 0])])
    expect(typeof result === 'string' ? result : [...result.said.subarray(3 + 4)]).toHaveLength(18)
    expect(typeof result === 'string' ? result : result.said.at(3 + 4 + 15)).toBe(last)
  }
})

test.each([
  ['an endless head', http, bytes(`HTTP/1.1 200 OK\r\n`, 'X: y\r\n'.repeat(100_000)), 'UPSTREAM_FAILED'],
  ['a bare LF', http, bytes('HTTP/1.1 200 OK\n\n'), 'UPSTREAM_FAILED'],
  ['101', http, bytes('HTTP/1.1 101 Switch\r\n\r\n'.repeat(17)), 'UPSTREAM_FAILED'],
  ['a reason without end', http, bytes(`HTTP/1.1 403 ${'x'.repeat(1000)}\r\n\r\n`), 'UPSTREAM_REFUSED'],
  ['SOCKS4', socks('a'), bytes([0, 90]), 'UPSTREAM_FAILED'],
])('%s', (_, make, answer, code) => {
  const result = played(make(), [answer])
  expect(result).toMatch(new RegExp(`^${code}: `))
  expect(JSON.stringify(result).length).toBeLessThan(300)
})

test('a name too long for SOCKS5, and an answer with an unknown kind of address', () => {
  expect(() => new Socks5Connect('x'.repeat(256), 1, undefined)).toThrow(UpstreamError)
  expect(played(new Socks5Connect('a', 1, undefined), [bytes([5, 0]), bytes([5, 0, 0, 9, 0])])).toContain(
    'UPSTREAM_FAILED: does not answer as a SOCKS5 server does',
  )
})

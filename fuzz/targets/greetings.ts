/**
 * What is said before bytes pass: a client's words of SOCKS5, and the answers of upstream proxies. The first byte of an
 * input says which.
 */
import { isIP } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { defaultWireLimits } from '../../main/http1/index.ts'
import { HttpConnect } from '../../main/proxy/origin/upstream/http-connect.ts'
import { Socks5Connect } from '../../main/proxy/origin/upstream/socks5.ts'
import { UpstreamError, type Greeting } from '../../main/proxy/origin/upstream/greeting.ts'
import { methods, readGreeting, readLogin, readRequest, type Read } from '../../main/proxy/socks/socks-messages.ts'
import type { Random } from '../random.ts'
import { Broken, someCuts, withoutValues, type Target } from '../target.ts'

/** As much as a client may make us hold. */
const mostOfClient = 513
const credentials = { user: 'me', password: 'secret' }

const ofClient: ((bytes: Buffer) => Read<unknown>)[] = [
  (bytes) => readGreeting(bytes),
  (bytes) => readGreeting(bytes, methods.password),
  readLogin,
  readRequest,
]
const ofProxy: (() => Greeting)[] = [
  () => new Socks5Connect('a.test', 443, undefined),
  () => new Socks5Connect('::1', 443, credentials),
  () => new HttpConnect('a.test', 443, credentials, { ...defaultWireLimits, head: 1024 }),
]

function check(input: Buffer, random: Random): string {
  const kind = (input[0] ?? 0) % (ofClient.length + ofProxy.length)
  const wire = input.subarray(1)
  const read = ofClient[kind]
  if (read) return `client ${kind} ${checkClient(read, wire, random)}`
  const open = ofProxy[kind - ofClient.length]
  return `proxy ${kind} ${open ? checkProxy(open, wire, random) : ''}`
}

function checkClient(read: (bytes: Buffer) => Read<unknown>, wire: Buffer, random: Random): string {
  const whole = read(wire)
  for (let count = 0; count < 6; count++) {
    const prefix = read(wire.subarray(0, random.below(wire.length + 1)))
    if (prefix.state !== 'partial' && !isDeepStrictEqual(prefix, whole))
      throw new Broken('what is known does not change with what comes', { prefix, whole })
  }
  if (whole.state === 'partial') {
    if (wire.length >= mostOfClient) throw new Broken('nobody is waited for beyond 513 bytes')
    return 'partial'
  }
  if (whole.state === 'refused') return withoutValues(whole.why)
  if (whole.end > wire.length) throw new Broken('what is read has come', whole)
  const { host, port } = (whole.value ?? {}) as { host?: string; port?: number }
  if (host !== undefined && isIP(host) === 0 && !/^[a-z\d._~!$&'()*+,;=-]{1,255}$/.test(host))
    throw new Broken('a host is one', host)
  if (port !== undefined && !(port > 0 && port < 65536)) throw new Broken('a port is one', port)
  return `read ${host === undefined ? '' : isIP(host)}`
}

type Outcome = { said: string; end: 'open' | 'waits' | 'fails'; why: string; rest: string }

function converse(greeting: Greeting, pieces: readonly Buffer[]): Outcome {
  let said = ''
  for (const [index, piece] of pieces.entries()) {
    // No read is empty.
    if (piece.length === 0) continue
    try {
      const heard = greeting.take(piece)
      if (heard && 'say' in heard) said += heard.say.toString('latin1')
      else if (heard)
        return {
          said,
          end: 'open',
          why: '',
          rest: Buffer.concat([heard.rest, ...pieces.slice(index + 1)]).toString('latin1'),
        }
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      return { said, end: 'fails', why: error.message, rest: '' }
    }
  }
  return { said, end: 'waits', why: '', rest: '' }
}

function checkProxy(open: () => Greeting, wire: Buffer, random: Random): string {
  const greeting = open()
  const whole = converse(greeting, [wire])
  for (const pieces of someCuts(wire, random)) {
    const cut = converse(open(), pieces)
    for (const { end, rest, said, why } of [whole, cut]) {
      if (end === 'open' && !wire.toString('latin1').endsWith(rest))
        throw new Broken('what is behind the answer is the origin’s', rest)
      if (why.includes(credentials.password) && !wire.includes(credentials.password))
        throw new Broken('credentials are in no sentence', why)
      if (said.length > 600) throw new Broken('what is said is bounded', said)
    }
    // A SOCKS5 server may not speak before it was asked, which only those who read much at once can tell.
    const early = whole.why.includes('said more than it was asked')
    if (!early && !isDeepStrictEqual(cut, whole)) throw new Broken('reads the same however it is cut', { whole, cut })
  }
  // What a proxy calls its answer is not a kind of answer.
  const why = withoutValues(whole.why).replace(/it answered .*|\(.*/s, '…')
  return `${whole.end} ${whole.said.length > 0} ${why}`
}

const bytes = (kind: number, ...rest: (number | string)[]): Buffer =>
  Buffer.concat([
    Buffer.of(kind),
    ...rest.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'latin1'))),
  ])

export const greetings: Target = {
  name: 'greetings',
  seeds: [
    bytes(0, 5, 1, 0),
    bytes(1, 5, 2, 0, 2),
    bytes(2, 1, 2, 'me', 6, 'secret'),
    bytes(3, 5, 1, 0, 1, 127, 0, 0, 1, 1, 187),
    bytes(3, 5, 1, 0, 3, 6, 'a.test', 1, 187),
    bytes(3, 5, 1, 0, 4, '\0'.repeat(15), 1, 1, 187),
    bytes(4, 5, 0, 5, 0, 0, 1, '\0'.repeat(6), 'rest'),
    bytes(5, 5, 2, 1, 0, 5, 0, 0, 3, 1, 'x', 0, 1, 'rest'),
    bytes(4, 5, 0xff),
    bytes(6, 'HTTP/1.1 200 OK\r\n\r\nrest'),
    bytes(6, 'HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n'),
  ],
  words: [
    '\x05',
    '\0',
    '\x01',
    '\x03',
    '\x04',
    '\xff',
    'a.test',
    ':',
    '\r\n',
    '\r\n\r\n',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 100 C\r\n\r\n',
    'HTTP/1.0 ',
    '503',
  ],
  most: 2048,
  check,
}

/** The TLS hello, which comes before anything else a stranger sends. */
import { isDeepStrictEqual } from 'node:util'
import { readClientHello } from '../../main/tls/client-hello.ts'
import type { Random } from '../random.ts'
import { Broken, withoutValues, type Target } from '../target.ts'

const largest = 64 * 1024

const sized = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes])
const extension = (type: number, data: Buffer): Buffer => Buffer.concat([Buffer.of(type >> 8, type & 255), sized(data)])

/** A hello in records of so many bytes. */
function hello(extensions: readonly Buffer[], recordSize: number): Buffer {
  const fixed = Buffer.concat([Buffer.of(3, 3), Buffer.alloc(32, 7), Buffer.of(0, 0, 2, 0x13, 1, 1, 0)])
  const body = Buffer.concat([fixed, ...(extensions.length > 0 ? [sized(Buffer.concat(extensions))] : [])])
  const message = Buffer.concat([Buffer.of(1, 0), sized(body)])
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += recordSize)
    records.push(Buffer.of(22, 3, 1), sized(message.subarray(at, at + recordSize)))
  return Buffer.concat(records)
}

const name = extension(0, sized(Buffer.concat([Buffer.of(0), sized(Buffer.from('a.example'))])))
const protocols = extension(16, sized(Buffer.from('\x02h2\x08http/1.1', 'latin1')))
const versions = extension(43, Buffer.of(6, 0x7a, 0x7a, 3, 4, 3, 3))

function check(input: Buffer, random: Random): string {
  const whole = readClientHello(input)
  // Whatever was known once is not different when more has come.
  for (let count = 0; count < 6; count++) {
    const prefix = readClientHello(input.subarray(0, random.below(input.length + 1)))
    if (prefix.state !== 'partial' && !isDeepStrictEqual(prefix, whole))
      throw new Broken('what is known does not change with what comes', { prefix, whole })
  }
  const more = readClientHello(Buffer.concat([input, Buffer.alloc(100, 0x17)]))
  if (whole.state !== 'partial' && !isDeepStrictEqual(more, whole))
    throw new Broken('what follows does not matter', { more, whole })
  if (whole.state === 'partial') {
    const filled = readClientHello(Buffer.concat([input, Buffer.alloc(largest + 1)]))
    if (filled.state === 'partial') throw new Broken('nobody is waited for beyond 64 KiB')
    return 'partial'
  }
  if (whole.state === 'not-tls') return withoutValues(whole.why)
  const { serverName, alpn } = whole
  if (serverName !== undefined && !/^[a-z0-9._-]{1,253}$/.test(serverName))
    throw new Broken('a server name is a name', whole)
  return `hello ${serverName === undefined} ${Math.min(3, alpn.length)} ${Math.min(3, whole.versions.length)}`
}

export const clientHello: Target = {
  name: 'client-hello',
  seeds: [
    hello([], 1000),
    hello([name, protocols, versions], 1000),
    hello([versions, name], 7),
    hello([protocols, name], 1),
  ],
  words: [
    '\x16\x03\x01',
    '\x16\x03\x01\x00\x01',
    '\0\0',
    '\0\x10',
    '\0\x2b',
    '\x01\0\0',
    '\xff\xff',
    '\0',
    '\x0a\x0a',
    'h2',
    'a.example',
    '\x16\x03\x01\x00\x00',
  ],
  most: 66_000,
  check,
}

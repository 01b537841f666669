import { connect, type SecureVersion } from 'node:tls'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { run } from '../certificates/testing.ts'
import { readClientHello } from './client-hello.ts'
import { listen } from './testing.ts'

/** What a client sends first: all that comes until it waits for an answer. */
async function captured(client: (port: number) => unknown): Promise<Buffer> {
  const got: Buffer[] = []
  let hello: (() => void) | undefined
  const complete = new Promise<void>((done) => (hello = done))
  await using server = await listen((socket) => {
    socket.on('data', (bytes) => {
      got.push(bytes)
      if (readClientHello(Buffer.concat(got)).state !== 'partial') hello?.()
    })
  })
  client(server.port)
  await complete
  return Buffer.concat(got)
}

const fromNode = (options: {
  servername?: string
  ALPNProtocols?: string[]
  maxVersion?: SecureVersion
  minVersion?: SecureVersion
}) =>
  captured((port) =>
    connect({ port, host: '127.0.0.1', ciphers: 'ALL:@SECLEVEL=0', ...options }).on('error', () => undefined),
  )
const fromProgram = (program: string, args: (port: number) => string[]) =>
  captured((port) => run(program, ...args(port)).catch(() => undefined))

const hellos = {
  node: await fromNode({ servername: 'Example.COM', ALPNProtocols: ['h2', 'http/1.1'] }),
  nodePlain: await fromNode({}),
  node12: await fromNode({ servername: 'a_b.test', maxVersion: 'TLSv1.2' }),
  node10: await fromNode({ servername: 'old.test', minVersion: 'TLSv1', maxVersion: 'TLSv1' }),
  openssl: await fromProgram('openssl', (port) => [
    's_client',
    '-connect',
    `127.0.0.1:${port}`,
    '-servername',
    's.test',
    '-alpn',
    'h2,spdy/1',
  ]),
  curl: await fromProgram('curl', (port) => ['-s', '--connect-to', `c.test:443:127.0.0.1:${port}`, 'https://c.test/']),
  curlAddress: await fromProgram('curl', (port) => ['-s', '--http1.1', `https://127.0.0.1:${port}/`]),
}

test.each([
  ['node', 'example.com', ['h2', 'http/1.1'], ['TLSv1.3', 'TLSv1.2']],
  ['nodePlain', undefined, [], ['TLSv1.3', 'TLSv1.2']],
  ['node12', 'a_b.test', [], ['TLSv1.2']],
  ['node10', 'old.test', [], ['TLSv1']],
  ['openssl', 's.test', ['h2', 'spdy/1'], ['TLSv1.3', 'TLSv1.2']],
  ['curl', 'c.test', ['h2', 'http/1.1'], ['TLSv1.3', 'TLSv1.2']],
  ['curlAddress', undefined, ['http/1.1'], ['TLSv1.3', 'TLSv1.2']],
] as const)('the hello of %s', (name, serverName, alpn, versions) => {
  const hello = readClientHello(hellos[name])
  expect(hello).toMatchObject({ state: 'hello', serverName, alpn })
  expect(hello.state === 'hello' && hello.versions.slice(0, versions.length)).toEqual(versions)
})

test.each(Object.entries(hellos))('the hello of %s, cut anywhere, is partial', (_, bytes) => {
  for (let length = 0; length < bytes.length; length++) {
    expect(readClientHello(bytes.subarray(0, length)).state).toBe('partial')
  }
})

/** The same message in records of `size` bytes. */
function split(bytes: Buffer, size: number): Buffer {
  const message = bytes.subarray(5)
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += size) {
    const fragment = message.subarray(at, at + size)
    records.push(Buffer.from([22, 3, 1, fragment.length >> 8, fragment.length & 255]), fragment)
  }
  return Buffer.concat(records)
}

test.each([1, 2, 3, 4, 5, 7, 100, 1000])('a hello in records of %i bytes, cut anywhere', (size) => {
  const bytes = split(hellos.curl, size)
  expect(readClientHello(bytes)).toEqual(readClientHello(hellos.curl))
  for (let length = 0; length < bytes.length; length += 1 + Math.floor(size / 10)) {
    expect(readClientHello(bytes.subarray(0, length)).state).toBe('partial')
  }
})

test('what follows the hello does not matter', () => {
  const bytes = Buffer.concat([hellos.curl, Buffer.alloc(100_000, 0x17)])
  expect(readClientHello(bytes)).toEqual(readClientHello(hellos.curl))
})

type Parts = { extensions?: [type: number, data: Buffer][]; tail?: Buffer; version?: number }
const u16 = (value: number) => Buffer.from([value >> 8, value & 255])
const sized = (bytes: Buffer) => Buffer.concat([u16(bytes.length), bytes])

/** A hello of our own making. */
function hello({ extensions, tail, version = 0x0303 }: Parts): Buffer {
  const fields = (extensions ?? []).map(([type, data]) => Buffer.concat([u16(type), sized(data)]))
  const block = tail ?? (extensions ? sized(Buffer.concat(fields)) : Buffer.alloc(0))
  const body = Buffer.concat([u16(version), Buffer.alloc(32), Buffer.from([0, 0, 2, 0x13, 1, 1, 0]), block])
  const message = Buffer.concat([Buffer.from([1, 0]), sized(body)])
  return split(Buffer.concat([Buffer.alloc(5), message]), 16_384)
}
const sni = (name: string, type = 0): [number, Buffer] => [
  0,
  sized(Buffer.concat([Buffer.from([type]), sized(Buffer.from(name, 'latin1'))])),
]

test.each([
  ['a.test', 'a.test'],
  ['A.Test.', 'a.test'],
  ['a'.repeat(253), 'a'.repeat(253)],
  ['a'.repeat(254), undefined],
  ['', undefined],
  ['a b', undefined],
  ['a\0.test', undefined],
  ['../etc', undefined],
  ['::1', undefined],
  ['bücher.test', undefined],
])('the server name %j counts as %j', (name, serverName) => {
  expect(readClientHello(hello({ extensions: [sni(name)] }))).toMatchObject({ state: 'hello', serverName })
})

test.each<[string, Parts, { serverName?: string; alpn?: string[]; versions?: string[] }]>([
  ['no extensions', {}, { versions: ['TLSv1.2'] }],
  ['SSL 3', { version: 0x0300 }, { versions: ['SSLv3'] }],
  ['a version to come', { version: 0x0305 }, { versions: ['0x0305'] }],
  ['a name of another type', { extensions: [sni('a.test', 1)] }, {}],
  ['an empty list of names', { extensions: [[0, Buffer.alloc(0)]] }, {}],
  ['an overlong list of protocols', { extensions: [[16, Buffer.from([0, 9, 2, 104, 50])]] }, {}],
  [
    'GREASE',
    {
      extensions: [
        [0x1a1a, Buffer.alloc(0)],
        [43, Buffer.from([6, 0x7a, 0x7a, 3, 4, 3, 3])],
        [16, Buffer.from([0, 6, 2, 0xaa, 0xaa, 2, 104, 50])],
      ],
    },
    { alpn: ['h2'], versions: ['TLSv1.3', 'TLSv1.2'] },
  ],
])('a hello with %s', (_, parts, expected) => {
  const plain = { state: 'hello', serverName: undefined, alpn: [], versions: ['TLSv1.2'] }
  expect(readClientHello(hello(parts))).toEqual({ ...plain, ...expected })
})

test.each([
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), /does not begin with a TLS handshake record/],
  ['an alert', Buffer.from([21, 3, 1, 0, 2, 2, 40]), /does not begin with a TLS handshake record/],
  ['SSL 2', Buffer.from([0x80, 46, 1, 3, 1]), /does not begin with/],
  ['another version', Buffer.from([22, 4]), /no known TLS version/],
  ['an empty record', Buffer.from([22, 3, 1, 0, 0]), /cannot be 0 bytes/],
  ['a huge record', Buffer.from([22, 3, 1, 0x40, 1]), /cannot be 16385 bytes/],
  ['a ServerHello', Buffer.from([22, 3, 1, 0, 9, 2]), /not a ClientHello/],
  ['a huge hello', Buffer.from([22, 3, 1, 0x40, 0, 1, 1, 0, 0]), /larger than 64 KiB/],
  ['another record amid the hello', Buffer.from([22, 3, 1, 0, 1, 1, 23]), /does not begin with/],
  ['an empty hello', Buffer.from([22, 3, 1, 0, 4, 1, 0, 0, 0]), /malformed/],
  ['extensions that do not fit', hello({ tail: Buffer.from([0, 9, 0]) }), /malformed/],
  ['half an extension', hello({ tail: Buffer.from([0, 3, 0, 0, 0]) }), /malformed/],
])('%s is not TLS, and says why', (_, bytes, why) => {
  expect(readClientHello(bytes)).toMatchObject({ state: 'not-tls', why: expect.stringMatching(why) as string })
})

test('a hello that trickles in tiny records is given up at 64 KiB', () => {
  const endless = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from([22, 3, 1, 0, 1, 1])))
  expect(readClientHello(endless.subarray(0, 64 * 1024)).state).not.toBe('hello')
  expect(readClientHello(endless.subarray(0, 64 * 1024 + 1)).state).toBe('not-tls')
})

test('hostile bytes never throw', () => {
  const real = fc.constantFrom(...Object.values(hellos), hello({ extensions: [sni('a.test')] }))
  const change = fc.tuple(fc.nat(), fc.nat(255))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, led) => {
      const all = led ? Buffer.concat([Buffer.from([22, 3, 1, 0, 150, 1, 0, 0, 140]), bytes]) : Buffer.from(bytes)
      expect(readClientHello(all).state).toMatch(/^(?:partial|not-tls|hello)$/)
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(real, fc.array(change, { minLength: 1, maxLength: 5 }), fc.nat(), (bytes, changes, cut) => {
      const mutated = Buffer.from(bytes)
      for (const [at, value] of changes) mutated[at % mutated.length] = value
      const found = readClientHello(mutated.subarray(0, cut % 2 ? mutated.length : cut % mutated.length))
      if (found.state === 'hello') expect(found.serverName ?? 'none').toMatch(/^[a-z0-9._-]+$/)
    }),
    { numRuns: 3000 },
  )
})

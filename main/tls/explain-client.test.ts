import { spawn } from 'node:child_process'
import { connect as connectPlain } from 'node:net'
import { connect, TLSSocket } from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import { openAuthority } from '../certificates/index.ts'
import { temporaryFolder } from '../certificates/testing.ts'
import { LeafContexts } from './contexts.ts'
import { explainClientTls } from './explain-client.ts'
import type { TlsFailure } from './explain-origin.ts'
import { listen } from './testing.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const authority = await openAuthority(folder.path)
const secureContext = await new LeafContexts(authority).get('localhost', '127.0.0.1')

type Client = (port: number) => unknown

/** How the connection of a client ended on our side. */
async function ended(client: Client): Promise<{ error: TlsFailure | undefined; secure: boolean }> {
  const outcome = Promise.withResolvers<{ error: TlsFailure | undefined; secure: boolean }>()
  await using server = await listen((raw) => {
    const socket = new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] })
    let error: TlsFailure | undefined
    let secure = false
    socket.on('secure', () => (secure = true))
    socket.on('error', (failure: Error) => (error = failure))
    socket.on('close', () => outcome.resolve({ error, secure })).resume()
  })
  client(server.port)
  return await outcome.promise
}

/** A hello of TLS 1.2, as node sends it. */
async function captureHello(): Promise<Buffer> {
  const hello = Promise.withResolvers<Buffer>()
  await using server = await listen((socket) => socket.once('data', (bytes) => hello.resolve(bytes)))
  connect(server.port, '127.0.0.1', { maxVersion: 'TLSv1.2' }).on('error', () => undefined)
  return await hello.promise
}
const hello12 = await captureHello()

const program =
  (name: string, ...args: string[]): Client =>
  (port) => {
    const filled = args.map((arg) => arg.replace('PORT', String(port)))
    // Ends its input, so that openssl s_client ends too.
    spawn(name, filled, { stdio: ['ignore', 'ignore', 'ignore'] })
  }
const sClient = (...args: string[]) => program('openssl', 's_client', '-connect', '127.0.0.1:PORT', ...args)
const sending =
  (bytes: string | Buffer): Client =>
  (port) =>
    connectPlain(port, '127.0.0.1')
      .on('error', () => undefined)
      .end(bytes)

const untrusting = 'a.test: the client does not trust the Spillway CA (not installed, or the app pins its certificates)'

test.each<[string, Client]>([
  ['curl over TLS 1.3', program('curl', '-s', '--tlsv1.3', 'https://localhost:PORT/')],
  ['curl over TLS 1.2', program('curl', '-s', '--tls-max', '1.2', 'https://localhost:PORT/')],
  ['openssl over TLS 1.3', sClient('-tls1_3', '-verify_return_error')],
  ['openssl over TLS 1.2', sClient('-tls1_2', '-verify_return_error')],
  ['Python', program('python3', '-c', 'import urllib.request as r; r.urlopen("https://localhost:PORT/")')],
])('%s refuses our certificate', async (_, client) => {
  const { error } = await ended(client)
  expect(explainClientTls(error, 'a.test')).toEqual({ code: 'CLIENT_UNTRUSTING', message: untrusting })
})

// Alerts of RFC 8446 §6.2 under the names that Node 24 (OpenSSL 3.5), older OpenSSL and Electron's BoringSSL give them.
test.each([
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
])('%s is a refusal of our certificate', (code) => {
  expect(explainClientTls({ code, message: '' }, 'a.test')).toEqual({ code: 'CLIENT_UNTRUSTING', message: untrusting })
})

test.each([42, 43, 44, 45, 46, 48, 49])(
  'alert %i, really sent, is a refusal of our certificate',
  async (description) => {
    // In the clear, in answer to the ServerHello of TLS 1.2: all that a client needs to say so.
    const { error } = await ended((port) => {
      const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined)
      socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, description])))
      socket.write(hello12)
    })
    expect(explainClientTls(error, 'a.test')).toEqual({ code: 'CLIENT_UNTRUSTING', message: untrusting })
  },
)

const closing =
  'a.test: the client closed the connection at the TLS handshake; it may not trust the Spillway CA (not installed, or the app pins its certificates)'

test.each<[string, Client]>([
  ['node over TLS 1.3', (port) => connect(port, '127.0.0.1').on('error', () => undefined)],
  ['node over TLS 1.2', (port) => connect(port, '127.0.0.1', { maxVersion: 'TLSv1.2' }).on('error', () => undefined)],
  ['a client that ends after its hello', sending(Buffer.from('160301', 'hex'))],
  [
    'a client that resets the connection',
    (port) => {
      const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined)
      socket.once('data', () => socket.resetAndDestroy()).write(hello12)
    },
  ],
])('%s closes without a word', async (_, client) => {
  const { error } = await ended(client)
  expect(explainClientTls(error, 'a.test')).toEqual({ code: 'CLIENT_UNTRUSTING', message: closing })
})

const nothingInCommon =
  'the client has no cipher, curve or signature in common with Spillway (whose certificates have P-256 keys)'
test.each<[string, Client, string]>([
  [
    'TLS 1.1',
    sClient('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'),
    'the client speaks no TLS version that Spillway accepts (1.2 and 1.3)',
  ],
  [
    'h2 alone',
    sClient('-alpn', 'h2'),
    'the client offers no protocol that Spillway speaks here (it wants HTTP/2, HTTP/1.1 or HTTP/1.0 among its ALPN protocols)',
  ],
  ['RSA certificates alone', sClient('-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'), nothingInCommon],
  ['RSA signatures alone', sClient('-tls1_3', '-sigalgs', 'RSA-PSS+SHA256'), nothingInCommon],
  ['HTTP', sending('GET / HTTP/1.1\r\n\r\n'), 'what the client sent is not a TLS handshake'],
  [
    'a broken hello',
    sending(Buffer.from('16030100050100000100', 'hex')),
    'what the client sent is not a TLS handshake',
  ],
  ['noise', sending(Buffer.from('deadbeef00112233', 'hex')), 'what the client sent is not a TLS handshake'],
])('a client with %s', async (_, client, sentence) => {
  const { error, secure } = await ended(client)
  expect(secure).toBe(false)
  expect(explainClientTls(error, 'a.test')).toEqual({ code: 'CLIENT_TLS', message: `a.test: ${sentence}` })
})

test('what has no sentence of its own is told in OpenSSL\u2019s words', () => {
  const error = { code: 'ERR_SSL_ODD', reason: 'odd', message: '40CDAD:error:odd' }
  expect(explainClientTls(error, 'a.test').message).toBe('a.test: the TLS handshake with the client failed (odd)')
})

import { once } from 'node:events'
import { type AddressInfo, connect as connectPlain, type Socket } from 'node:net'
import {
  connect,
  createSecureContext,
  createServer,
  type SecureContextOptions,
  TLSSocket,
  type TLSSocketOptions,
} from 'node:tls'
import { describe, expect, test } from 'vitest'
import { openAuthority } from '../certificates/index.ts'
import { type Made, makeCertificate, temporaryFolder } from '../certificates/testing.ts'
import { readClientHello } from './client-hello.ts'
import { explainOriginTls, type TlsFailure } from './explain-origin.ts'
import { checkCaPem, OriginTrust } from './origin.ts'
import { type SecuredOrigin, secureOrigin } from './origin-handshake.ts'
import { listen } from './testing.ts'

type Asked = { host?: string; serverName?: string; cas?: string[]; insecure?: boolean }

/** The handshake with an origin that serves so. */
async function secured(serve: (socket: Socket) => void, asked: Asked): Promise<SecuredOrigin & { transport: Socket }> {
  await using server = await listen(serve)
  const transport = connectPlain(server.port, '127.0.0.1')
  await once(transport, 'connect')
  const trust = new OriginTrust({ originCas: asked.cas ?? [], insecure: asked.insecure ?? false })
  const result = await secureOrigin(transport, trust, asked.host ?? 'a.test', asked.serverName)
  if (result.ok) result.socket.destroy()
  return { ...result, transport }
}

const serving = (made: Made, chain = '', context: SecureContextOptions = {}, options: TLSSocketOptions = {}) => {
  const secureContext = createSecureContext({ cert: made.pem + chain, key: made.keyPem, ...context })
  return (raw: Socket) => new TLSSocket(raw, { isServer: true, secureContext, ...options }).on('error', () => undefined)
}
/** Reads, then answers with these bytes and ends. */
const answering = (bytes: string | Buffer) => (socket: Socket) => socket.once('data', () => socket.end(bytes))
const alert = (description: number) => answering(Buffer.from([21, 3, 3, 0, 2, 2, description]))

const ca = await makeCertificate('Test CA', { ca: true })
const good = await makeCertificate('a.test', { names: ['a.test', '*.b.test'], by: ca })

describe('an origin is trusted', async () => {
  const intermediate = await makeCertificate('Intermediate', { ca: true, by: ca })
  const deep = await makeCertificate('a.test', { names: ['a.test'], by: intermediate })
  const selfSigned = await makeCertificate('a.test', { names: ['a.test'] })

  test.each<[string, (socket: Socket) => void, Asked]>([
    ['by a CA of the user', serving(good), { cas: [ca.pem] }],
    ['by the second certificate of a file', serving(good), { cas: [selfSigned.pem + ca.pem] }],
    ['by an intermediate of the user', serving(deep), { cas: [intermediate.pem] }],
    ['with its intermediate', serving(deep, intermediate.pem), { cas: [ca.pem] }],
    ['by its own certificate, self-signed', serving(selfSigned), { cas: [selfSigned.pem] }],
    ['by its own certificate, signed', serving(good), { cas: [good.pem] }],
    ['under a wildcard', serving(good), { cas: [ca.pem], host: 'x.b.test' }],
    ['under the name the client asked for', serving(good), { cas: [ca.pem], host: '127.0.0.1', serverName: 'a.test' }],
    ['whatever it says, when nothing is verified', serving(selfSigned), { insecure: true, host: 'z.test' }],
    ['over TLS 1.2', serving(good, '', { maxVersion: 'TLSv1.2' }), { cas: [ca.pem] }],
  ])('%s', async (_, serve, asked) => {
    expect(await secured(serve, asked)).toMatchObject({ ok: true })
  })

  test('by its address, when that is in its certificate as an address', async () => {
    using folder = temporaryFolder()
    const authority = await openAuthority(folder.path)
    const leaf = await authority.issue(['127.0.0.1', '::1'])
    const secureContext = createSecureContext({ cert: leaf.certificatePem, key: leaf.keyPem })
    const serve = (raw: Socket) => new TLSSocket(raw, { isServer: true, secureContext })
    for (const host of ['127.0.0.1', '::1', '[::1]']) {
      expect(await secured(serve, { host, cas: [authority.certificatePem] })).toMatchObject({ ok: true })
    }
    expect(await secured(serve, { host: '127.0.0.2', cas: [authority.certificatePem] })).toMatchObject({ ok: false })
  })

  test('also without our handshake, the options alone verify', async () => {
    await using server = await listen(serving(good))
    const to = { port: server.port, host: '127.0.0.1' }
    const trusting = new OriginTrust({ originCas: [ca.pem], insecure: false })
    await once(connect({ ...to, ...trusting.options('a.test', undefined) }), 'secureConnect')
    const wrong = connect({ ...to, ...trusting.options('z.test', undefined) })
    expect(await once(wrong, 'error')).toMatchObject([{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }])
    const doubting = new OriginTrust({ originCas: [], insecure: false })
    const unknown = connect({ ...to, ...doubting.options('a.test', undefined) })
    expect(await once(unknown, 'error')).toMatchObject([{ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }])
  })

  test('one context serves all origins', () => {
    const trust = new OriginTrust({ originCas: [], insecure: false })
    expect(trust.options('a.test', undefined).secureContext).toBe(trust.options('b.test', 'c.test').secureContext)
  })
})

describe('an origin is asked', () => {
  const asks = async (host: string, serverName: string | undefined) => {
    let hello: unknown
    const serve = (socket: Socket) =>
      socket.once('data', (bytes) => {
        hello = readClientHello(bytes)
        socket.destroy()
      })
    await secured(serve, { host, ...(serverName === undefined ? {} : { serverName }) })
    return hello
  }
  test('for HTTP/1.1 over TLS 1.2 or newer, by the name the client asked for', async () => {
    const versions = ['TLSv1.3', 'TLSv1.2']
    expect(await asks('10.1.1.1', 'a.test')).toEqual({
      state: 'hello',
      serverName: 'a.test',
      alpn: ['http/1.1'],
      versions,
    })
  })
  test.each([
    ['a.test', undefined, 'a.test'],
    ['10.1.1.1', undefined, undefined],
    ['[::1]', undefined, undefined],
    ['a.test', '10.1.1.1', undefined],
  ])('%s, with the server name %s of the client: by %s', async (host, serverName, expected) => {
    expect(await asks(host, serverName)).toMatchObject({ serverName: expected })
  })
})

describe('a certificate that is refused', async () => {
  const day = 24 * 60 * 60 * 1000
  const past = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2021-02-03T00:00:00Z') }
  const dated = (when: { from?: Date; to?: Date }) => makeCertificate('a.test', { names: ['a.test'], by: ca, ...when })
  const names = Array.from({ length: 8 }, (_, at) => `${at}.test`)
  const expiredCa = await makeCertificate('Old', { ca: true, by: ca, ...past })
  const trusting = { cas: [ca.pem] }
  const signed = await makeCertificate('a.test', { names: ['a.test'], by: expiredCa })
  const trustHint = 'to trust it, add its CA to the origin CAs, or verify no origin'
  const goOn = 'go on without verifying origins'

  test.each<[string, (socket: Socket) => void, Asked, string]>([
    [
      'has expired',
      serving(await dated(past)),
      trusting,
      `the origin's certificate expired on 2021-02-03; it has to be renewed there, or ${goOn}`,
    ],
    [
      'has expired further up',
      serving(signed, expiredCa.pem),
      trusting,
      `a certificate in the chain of the origin's has expired; it has to be renewed there, or ${goOn}`,
    ],
    [
      'is not yet valid',
      serving(await dated({ from: new Date('2090-01-01T00:00:00Z'), to: new Date('2091-01-01T00:00:00Z') })),
      trusting,
      `the origin's certificate is not valid before 2090-01-01; check this machine's clock, or ${goOn}`,
    ],
    [
      'is for another host',
      serving(good),
      { ...trusting, host: 'z.test' },
      `the origin's certificate is for a.test, *.b.test, not for z.test; check the address, or ${goOn}`,
    ],
    [
      'is for many others',
      serving(await makeCertificate('x', { names, by: ca })),
      trusting,
      `the origin's certificate is for 0.test, 1.test, 2.test, 3.test, 4.test and 3 more, not for a.test; check the address, or ${goOn}`,
    ],
    [
      'is for no host',
      serving(await makeCertificate('b.test', { by: ca })),
      trusting,
      `the origin's certificate is for CN=b.test, O=Test, not for a.test; check the address, or ${goOn}`,
    ],
    [
      'is for a name, not the address',
      serving(good),
      { ...trusting, host: '127.0.0.1' },
      `the origin's certificate is for a.test, *.b.test, not for 127.0.0.1; check the address, or ${goOn}`,
    ],
    [
      'is self-signed',
      serving(await makeCertificate('a.test', { names: ['a.test'] })),
      {},
      `the origin's certificate is self-signed (CN=a.test, O=Test); ${trustHint}`,
    ],
    [
      'is from an unknown CA that comes along',
      serving(good, ca.pem),
      {},
      `the origin's certificate comes from a CA this machine does not trust (CN=Test CA, O=Test); ${trustHint}`,
    ],
    [
      'is from an unknown CA',
      serving(good),
      {},
      `the issuer of the origin's certificate is unknown (CN=Test CA, O=Test), or the origin does not send its intermediate certificates; ${trustHint}`,
    ],
  ])('because it %s', async (_, serve, asked, sentence) => {
    const found = await secured(serve, asked)
    const message = `${asked.host ?? 'a.test'}: ${sentence}`
    expect(found).toMatchObject({ ok: false, code: 'ORIGIN_CERTIFICATE', message })
    expect(found.transport.destroyed).toBe(true)
  })

  test('is explained without the certificate too', () => {
    const explain = (code: string) => explainOriginTls({ code, message: 'm' }, 'a.test').message
    expect(explain('CERT_HAS_EXPIRED')).toContain("a.test: the origin's certificate has expired; ")
    expect(explain('CERT_NOT_YET_VALID')).toContain('is not valid yet; ')
    expect(explain('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('is for another host, not for a.test; ')
    expect(explain('DEPTH_ZERO_SELF_SIGNED_CERT')).toContain('is self-signed; ')
    expect(explain('CERT_REVOKED')).toBe(`a.test: the origin's certificate was refused (m); ${goOn}`)
  })

  test('nothing is sent to its origin', async () => {
    let received = 0
    const serve = serving(await dated({ to: new Date(Date.now() - day / 2) }))
    const served = (raw: Socket) => serve(raw).on('data', (bytes: Buffer) => (received += bytes.length))
    expect(await secured(served, trusting)).toMatchObject({ ok: false })
    expect(received).toBe(0)
  })
})

describe('a handshake that fails', () => {
  const old: SecureContextOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }
  const noTls = 'the origin did not answer with TLS; if the port speaks plain HTTP, use http://'
  const noVersion =
    'the origin speaks no TLS version that Spillway accepts (1.2 and 1.3); it has to be brought up to date'
  const refusing =
    /^the origin refused the handshake: it has no cipher in common with Spillway, or wants a client certificate; /
  const closing = 'the origin closed the connection during the TLS handshake; check the address and port'

  test.each<[string, (socket: Socket) => void, string | RegExp]>([
    ['with plain HTTP', answering('HTTP/1.1 400 Bad Request\r\n\r\n'), noTls],
    ['with SSH', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), noTls],
    ['with TLS 1.1', serving(good, '', old), noVersion],
    ['with an alert about the version', alert(70), noVersion],
    ['for want of a cipher', serving(good, '', { maxVersion: 'TLSv1.2', ciphers: 'PSK' }), refusing],
    ['for insufficient security', alert(71), refusing],
    [
      'for want of a client certificate',
      alert(116),
      /^the origin asks for a client certificate, .*; pass this host through$/,
    ],
    ['for the server name', alert(112), /^the origin does not serve this name/],
    [
      'with h2 alone',
      serving(good, '', {}, { ALPNProtocols: ['h2'] }),
      /^the origin speaks neither HTTP\/2 nor HTTP\/1\.1 .*; pass this host through$/,
    ],
    ['with an end', (socket) => socket.once('data', () => socket.end()), closing],
    ['with a reset', (socket) => socket.once('data', () => socket.resetAndDestroy()), closing],
    [
      'with an alert that says little',
      alert(80),
      'the TLS handshake with the origin failed (tlsv1 alert internal error)',
    ],
  ])('%s', async (_, serve, sentence) => {
    const found = await secured(serve, { insecure: true })
    expect(found).toMatchObject({
      ok: false,
      code: 'ORIGIN_TLS',
      message: expect.stringMatching(/^a\.test: /) as string,
    })
    const said = found.ok ? '' : found.message.replace('a.test: ', '')
    if (typeof sentence === 'string') expect(said).toBe(sentence)
    else expect(said).toMatch(sentence)
    expect(found.transport.destroyed).toBe(true)
  })

  test.each(['before', 'at', 'during'])('because we gave up %s the start', async (when) => {
    await using server = await listen(() => undefined)
    const transport = connectPlain(server.port, '127.0.0.1')
    await once(transport, 'connect')
    if (when === 'before') transport.destroy()
    const result = secureOrigin(transport, new OriginTrust({ originCas: [], insecure: true }), 'a.test', undefined)
    if (when === 'during') await new Promise((done) => setImmediate(done))
    transport.destroy()
    expect(await result).toEqual({ ok: false, code: 'ORIGIN_TLS', message: `a.test: ${closing}` })
  })

  test('after it seemed complete, for want of a client certificate (TLS 1.3)', async () => {
    // A tls.Server, because only its sockets refuse clients by themselves.
    const server = createServer({ cert: good.pem, key: good.keyPem, requestCert: true }).listen(0, '127.0.0.1')
    server.on('tlsClientError', () => undefined)
    await once(server, 'listening')
    const transport = connectPlain((server.address() as AddressInfo).port, '127.0.0.1') // not a pipe, so an address
    const result = await secureOrigin(
      transport,
      new OriginTrust({ originCas: [], insecure: true }),
      'a.test',
      undefined,
    )
    if (!result.ok) throw new Error(result.message)
    const failure = await new Promise<TlsFailure>((done) => result.socket.on('error', done))
    expect(explainOriginTls(failure, 'a.test')).toMatchObject({
      code: 'ORIGIN_TLS',
      message: expect.stringMatching(/^a\.test: the origin asks for a client certificate/) as string,
    })
    server.close()
  })
})

describe('a CA text', () => {
  test('with certificates gives them', () => {
    expect(checkCaPem(`# mine\n${ca.pem}${good.pem}`)).toEqual({ ok: true, value: [ca.pem, good.pem] })
  })
  test.each([
    ['', /^holds no certificate in PEM form/],
    [ca.keyPem, /^holds no certificate in PEM form/],
    [
      `${ca.pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      /^holds a certificate that cannot be read \(number 2 in it\)$/,
    ],
  ])('that is none is refused (%#)', (text, message) => {
    expect(checkCaPem(text)).toEqual({ ok: false, message: expect.stringMatching(message) as string })
  })
})

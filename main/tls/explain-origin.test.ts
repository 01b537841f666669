/** Why an origin's TLS failed, in words, as real handshakes fail. */
import { once } from 'node:events'
import { type AddressInfo, connect as connectPlain, type Socket } from 'node:net'
import { createServer, type SecureContextOptions } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../certificates/testing.ts'
import { explainOriginTls, type TlsFailure } from './explain-origin.ts'
import { secureOrigin } from './origin-handshake.ts'
import { OriginTrust } from './origin.ts'
import { type Asked, listen, secured, serving } from './testing.ts'

/** Reads, then answers with these bytes and ends. */
const answering = (bytes: string | Buffer) => (socket: Socket) => socket.once('data', () => socket.end(bytes))
const alert = (description: number) => answering(Buffer.from([21, 3, 3, 0, 2, 2, description]))

const ca = await makeCertificate('Test CA', { ca: true })
const good = await makeCertificate('a.test', { names: ['a.test', '*.b.test'], by: ca })

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

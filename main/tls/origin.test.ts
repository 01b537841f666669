import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { openAuthority } from '../certificates/index.ts'
import { makeCertificate, temporaryFolder } from '../certificates/testing.ts'
import { readClientHello } from './client-hello.ts'
import { checkCaPem, OriginTrust } from './origin.ts'
import { type Asked, listen, secured, serving } from './testing.ts'

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

  test('one context serves all origins, and all engines that trust the same', async () => {
    const contextOf = (trust: OriginTrust) => trust.options('a.test', undefined).secureContext
    const [mine, others] = [ca.pem, (await makeCertificate('Other CA', { ca: true })).pem]
    const trust = new OriginTrust({ originCas: [mine], insecure: false })
    const context = contextOf(trust)
    expect(trust.options('b.test', 'c.test').secureContext).toBe(context)
    expect(contextOf(new OriginTrust({ originCas: [mine], insecure: false }))).toBe(context)
    // Who we are, and whether we look, are a part of it.
    const identity = { host: '*', content: { cert: good.pem, key: good.keyPem }, passphrase: undefined }
    expect(contextOf(new OriginTrust({ originCas: [mine], insecure: false }, undefined, identity))).not.toBe(context)
    expect(contextOf(new OriginTrust({ originCas: [mine], insecure: true }))).not.toBe(context)
    for (const originCas of [[], [others], [mine, others]])
      expect(contextOf(new OriginTrust({ originCas, insecure: false })), String(originCas.length)).not.toBe(context)
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

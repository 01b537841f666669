/**
 * What becomes of an origin's certificate while the engine runs: it is renewed, replaced, or no good, for clients of
 * HTTP/1.1 and of HTTP/2, whose origin speaks the same.
 */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeCertificate, run, temporaryFolder, type Made } from '../../main/certificates/testing.ts'
import { startEngine } from '../../main/testing/engine.ts'
import { isSecure, kinds, openClient, startEchoOrigin, type Shown } from '../clients.ts'

const protocols = kinds.filter(isSecure)

const ca = await makeCertificate('Origin CA', { ca: true })
const localhost = (by: Made, wanted: Parameters<typeof makeCertificate>[1] = {}): Promise<Made> =>
  makeCertificate('localhost', { names: ['localhost'], by, ...wanted })

test.each(protocols)('%s: a certificate that changes while connections are kept', async (protocol) => {
  const [first, renewed] = [await localhost(ca), await localhost(ca)]
  const otherCa = await makeCertificate('Other CA', { ca: true })
  const other = await localhost(otherCa)
  await using proxy = await startEngine({ originCas: [ca.pem] })
  await using origin = await startEchoOrigin('127.0.0.1', first)
  await using client = await openClient(protocol, proxy, `localhost:${origin.port}`)
  const served = async (path: string, shown: Shown, connections: number): Promise<void> => {
    expect(await client.get(path)).toMatchObject({ status: 200, body: path })
    const { origin: info } = await proxy.ended()
    // The flow has the certificate of the connection that it went over.
    expect(info?.tls?.certificate?.sha256).toBe(new X509Certificate(shown.pem).fingerprint256)
    expect(origin.accepted()).toBe(connections)
  }
  await served('/first', first, 1)
  // Renewed by the same CA: what is kept goes on, what is new is verified anew.
  origin.show(renewed)
  await served('/kept', first, 1)
  await origin.hangUp()
  await served('/renewed', renewed, 2)
  // By a CA that is not trusted: what is kept goes on, what is new is refused, and nothing is sent to it.
  origin.show(other)
  await served('/still-kept', renewed, 2)
  await origin.hangUp()
  const sentence = "the issuer of the origin's certificate is unknown (CN=Other CA, O=Test)"
  for (const path of ['/refused', '/refused-again']) {
    const refused = await client.get(path)
    expect(refused.status).toBe(502)
    expect(refused.body).toContain(sentence)
    expect((await proxy.ended()).error).toMatchObject({
      code: 'ORIGIN_CERTIFICATE',
      side: 'origin',
      phase: 'origin-tls',
    })
  }
  expect(origin.asked).not.toContain('/refused')
  // The same client goes on, once it is trusted.
  proxy.update({ originCas: [ca.pem, otherCa.pem] })
  await served('/trusted', other, origin.accepted() + 1)
  // What clients are shown is ours, and good for the host, whatever the origin shows.
  await using later = await openClient(protocol, proxy, `localhost:${origin.port}`)
  for (const { leaf } of [client, later]) {
    expect(leaf?.checkHost('localhost')).toBe('localhost')
    expect(leaf?.verify(new X509Certificate(proxy.ca).publicKey)).toBe(true)
  }
})

const past = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2021-02-03T00:00:00Z') }
const future = { from: new Date('2090-01-01T00:00:00Z'), to: new Date('2091-01-01T00:00:00Z') }
const intermediate = await makeCertificate('Intermediate', { ca: true, by: ca })
const withChain = ({ pem, keyPem }: Made, chain: string): Shown => ({ pem: pem + chain, keyPem })
const bad: [how: string, shown: () => Promise<Shown>, sentence: string][] = [
  [
    'has expired',
    () => localhost(ca, past),
    "the origin's certificate expired on 2021-02-03; it has to be renewed there",
  ],
  ['is not yet valid', () => localhost(ca, future), "is not valid before 2090-01-01; check this machine's clock"],
  ['is for another host', () => localhost(ca, { names: ['other.test'] }), 'is for other.test, not for localhost'],
  [
    'is self-signed',
    () => makeCertificate('localhost', { names: ['localhost'] }),
    'is self-signed (CN=localhost, O=Test)',
  ],
  ['lacks its chain', () => localhost(intermediate), 'or the origin does not send its intermediate certificates'],
  [
    'has an expired chain',
    async () => {
      const old = await makeCertificate('Old', { ca: true, by: ca, ...past })
      return withChain(await localhost(old), old.pem)
    },
    "a certificate in the chain of the origin's has expired",
  ],
]

test.each(protocols.flatMap((protocol) => bad.map((row) => [protocol, ...row] as const)))(
  '%s: a certificate that %s is refused in words, and the client is served on',
  async (protocol, _, shown, sentence) => {
    await using proxy = await startEngine({ originCas: [ca.pem] })
    await using origin = await startEchoOrigin('127.0.0.1', await shown())
    await using client = await openClient(protocol, proxy, `localhost:${origin.port}`)
    const { status, body } = await client.get('/refused')
    expect(status).toBe(502)
    expect(body).toContain(sentence)
    const { error } = await proxy.ended()
    expect(error).toMatchObject({ code: 'ORIGIN_CERTIFICATE', side: 'origin', phase: 'origin-tls' })
    expect(error?.message).toContain(sentence)
    expect(origin.asked).toEqual([])
    origin.show(withChain(await localhost(intermediate), intermediate.pem))
    expect(await client.get('/mended')).toMatchObject({ status: 200, body: '/mended' })
    await proxy.ended()
  },
)

test.each(protocols)('%s: nobody is asked whether a certificate was revoked', async (protocol) => {
  using folder = temporaryFolder()
  let asked = 0
  await using lists = createHttp((_, response) => {
    asked++
    response.end()
  }).listen(0, '127.0.0.1')
  await once(lists, 'listening')
  const url = `URI:http://127.0.0.1:${(lists.address() as AddressInfo).port}/ca.crl`
  const file = (name: string): string => join(folder.path, name)
  const key = await localhost(ca)
  writeFileSync(file('ca.pem'), ca.pem)
  writeFileSync(file('ca-key.pem'), ca.keyPem)
  writeFileSync(file('key.pem'), key.keyPem)
  writeFileSync(
    file('ext'),
    `subjectAltName=DNS:localhost\ncrlDistributionPoints=${url}\nauthorityInfoAccess=OCSP;${url}\n`,
  )
  await run('openssl', 'req', '-new', '-key', file('key.pem'), '-subj', '/CN=localhost', '-out', file('csr'))
  const by = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial', '-days', '9']
  await run('openssl', 'x509', '-req', '-in', file('csr'), ...by, '-extfile', file('ext'), '-out', file('pem'))
  const pem = (await run('openssl', 'x509', '-in', file('pem'))).trim() + '\n'
  await using proxy = await startEngine({ originCas: [ca.pem] })
  await using origin = await startEchoOrigin('127.0.0.1', { pem, keyPem: key.keyPem })
  await using client = await openClient(protocol, proxy, `localhost:${origin.port}`)
  expect(await client.get('/served')).toMatchObject({ status: 200, body: '/served' })
  expect((await proxy.ended()).error).toBeUndefined()
  expect(asked).toBe(0)
})

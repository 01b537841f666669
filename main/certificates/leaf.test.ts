import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { type Authority, openAuthority } from './index.ts'
import { certificatesIn } from './pem.ts'
import { makeCertificate, run, temporaryFolder } from './testing.ts'
import { dayMs } from './validity.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const ownDir = join(folder.path, 'own')
const own = await openAuthority(ownDir, 'test')

const leafOf = async (authority: Authority, ...names: string[]) =>
  new X509Certificate((await authority.issue(names)).certificatePem)

/** As OpenSSL sees it: refused unless it may serve `host` under the rules of RFC 5280 taken strictly. */
async function accepted(authority: Authority, host: string, names: string[]): Promise<string> {
  const path = join(folder.path, `leaf-${Math.random()}.pem`)
  writeFileSync(path, (await authority.issue(names)).certificatePem)
  const asked = /^[\d.]+$|:/.test(host) ? '-verify_ip' : '-verify_hostname'
  const check = ['-x509_strict', '-purpose', 'sslserver', '-CAfile', authority.certificatePath, asked, host]
  expect(await run('openssl', 'verify', ...check, path)).toContain(': OK')
  return run('openssl', 'x509', '-in', path, '-noout', '-text')
}

test('a leaf is what browsers want of one', async () => {
  const text = await accepted(own, 'example.com', ['Example.com', '127.0.0.1', '::1', 'example.com'])
  expect(text).toMatch(/Subject: CN = example\.com\n/)
  expect(text).toMatch(/Alternative Name: \n\s+DNS:example\.com, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1\n/)
  expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
  expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/)
  expect(text).toMatch(/Extended Key Usage: \n\s+TLS Web Server Authentication\n/)
  const ca = await run('openssl', 'x509', '-in', own.certificatePath, '-noout', '-ext', 'subjectKeyIdentifier')
  const identifier = /(?:[0-9A-F]{2}:){19}[0-9A-F]{2}/.exec(ca)![0]
  expect(text).toMatch(new RegExp(`Authority Key Identifier: \\n\\s+${identifier}`))
})

test('it began a day ago and ends within 398', async () => {
  const leaf = await leafOf(own, 'a.test')
  expect(Date.now() - leaf.validFromDate.getTime()).toBeGreaterThanOrEqual(dayMs)
  expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBeLessThan(398 * dayMs)
  expect(leaf.validToDate.getTime() - Date.now()).toBeGreaterThan(390 * dayMs)
})

test('the chain is the leaf and the CA; all leaves of a session have one key, and each its own serial', async () => {
  const [one, two] = [await own.issue(['a.test']), await own.issue(['a.test'])]
  expect(certificatesIn(one.certificatePem)).toHaveLength(2)
  expect(certificatesIn(one.certificatePem)[1]).toBe(own.certificatePem)
  expect(one.keyPem).toBe(two.keyPem)
  const serials = [one, two].map((leaf) => new X509Certificate(leaf.certificatePem).serialNumber)
  expect(serials[0]).toMatch(/^[4-7][0-9A-F]{31}$/)
  expect(serials[0]).not.toBe(serials[1])
  expect((await (await openAuthority(ownDir)).issue(['a.test'])).keyPem).not.toBe(one.keyPem)
})

test.each(['127.0.0.1', '2001:db8::7', '::ffff:1.2.3.4'])('the address %s is accepted as one', async (address) => {
  await accepted(own, address, [address])
})

test('a name of 64 characters is the common name; a longer one is in the alternative names alone, critical', async () => {
  const at = `${'a'.repeat(59)}.test`
  const over = `${'a'.repeat(60)}.test`
  expect(await accepted(own, at, [at])).toContain(`Subject: CN = ${at}\n`)
  const text = await accepted(own, over, [over, 'b.test'])
  expect(text).toMatch(/Subject: \n/)
  expect(text).toMatch(/Subject Alternative Name: critical\n/)
})

// See pem.test.ts: which lengths hit the trap depends on the CA and on the signature's own length, so try them all.
test('names of every length make a certificate OpenSSL takes', async () => {
  for (let length = 1; length <= 253; length++) {
    const leaf = await own.issue(['a'.repeat(length)])
    expect(() => createSecureContext({ cert: leaf.certificatePem, key: leaf.keyPem })).not.toThrow()
  }
})

test('names that are none are left out, and refused when nothing remains', async () => {
  expect((await leafOf(own, 'a b', 'a.test', '*.test', '')).subjectAltName).toBe('DNS:a.test')
  for (const names of [[], [''], ['a\0b'], ['*.test'], ['x'.repeat(300)]]) {
    await expect(own.issue(names)).rejects.toThrow('no certificate can be made for')
  }
})

describe('a CA of the user', () => {
  const opened = async (name: string, ca: Awaited<ReturnType<typeof makeCertificate>>) => {
    const dir = join(folder.path, name)
    await openAuthority(dir)
    writeFileSync(join(dir, 'ca.pem'), ca.pem)
    writeFileSync(join(dir, 'ca-key.pem'), ca.keyPem)
    return openAuthority(dir)
  }

  test.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'sha256WithRSAEncryption'],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'ecdsa-with-SHA384'],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey, 'ecdsa-with-SHA512'],
  ])('with an %s key signs leaves', async (kind, key, algorithm) => {
    const authority = await opened(kind, await makeCertificate('Mine', { ca: true, key }))
    const leaf = await leafOf(authority, 'a.test')
    expect(leaf.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true)
    const path = join(folder.path, `${kind}.pem`)
    writeFileSync(path, leaf.toString())
    expect(await run('openssl', 'verify', '-CAfile', authority.certificatePath, path)).toContain(': OK')
    expect(await run('openssl', 'x509', '-in', path, '-noout', '-text')).toContain(`Signature Algorithm: ${algorithm}`)
  })

  test('made by openssl works, down to its name', async () => {
    const paths = { pem: join(folder.path, 'o.pem'), key: join(folder.path, 'o.key') }
    const subject = '/C=DE/O=Häuser \\& Söhne/OU=a+CN=b'
    await run(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-utf8',
      '-subj',
      subject,
      '-days',
      '9',
      '-addext',
      'keyUsage=keyCertSign',
      '-keyout',
      paths.key,
      '-out',
      paths.pem,
    )
    const dir = join(folder.path, 'openssl')
    await openAuthority(dir)
    await run('cp', paths.pem, join(dir, 'ca.pem'))
    await run('cp', paths.key, join(dir, 'ca-key.pem'))
    await accepted(await openAuthority(dir), 'a.test', ['a.test'])
  })

  test('that is short-lived bounds its leaves', async () => {
    const from = new Date(Date.now() - dayMs / 2)
    const to = new Date(Date.now() + 3 * dayMs)
    const authority = await opened('short', await makeCertificate('Short', { ca: true, from, to }))
    const [leaf, ca] = [await leafOf(authority, 'a.test'), new X509Certificate(authority.certificatePem)]
    expect([leaf.validFrom, leaf.validTo]).toEqual([ca.validFrom, ca.validTo])
  })

  test('that outlives 2049 is read and signs', async () => {
    const authority = await opened(
      'long',
      await makeCertificate('Long', { ca: true, to: new Date('2060-05-06T07:08:09Z') }),
    )
    expect(new X509Certificate(authority.certificatePem).validToDate.toISOString()).toBe('2060-05-06T07:08:09.000Z')
    expect((await leafOf(authority, 'a.test')).checkHost('a.test')).toBe('a.test')
  })

  test('without a key identifier signs all the same', async () => {
    const authority = await opened('bare', await makeCertificate('Bare', { ca: true, bare: true }))
    const leaf = await leafOf(authority, 'a.test')
    expect(leaf.checkIssued(new X509Certificate(authority.certificatePem))).toBe(true)
  })
})

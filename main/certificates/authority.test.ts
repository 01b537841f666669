import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAuthority } from './index.ts'
import { makeCertificate, run, temporaryFolder } from './testing.ts'
import { dayMs } from './validity.ts'

let folder: ReturnType<typeof temporaryFolder>
let dir: string
beforeEach(() => {
  folder = temporaryFolder()
  dir = join(folder.path, 'new', 'ca')
})
afterEach(() => folder[Symbol.dispose]())

const file = (name: 'ca.pem' | 'ca-key.pem' | '.first-run') => join(dir, name)
const put = (files: { certificate?: string; key?: string }) => {
  mkdirSync(dir, { recursive: true })
  if (files.certificate !== undefined) writeFileSync(file('ca.pem'), files.certificate)
  if (files.key !== undefined) writeFileSync(file('ca-key.pem'), files.key)
}
const index = new URL('./index.ts', import.meta.url).href

describe('the first run', () => {
  test('makes a CA that OpenSSL reads as one', async () => {
    const authority = await openAuthority(dir, 'workbench')
    expect(authority.subject).toBe('CN=Spillway CA workbench')
    expect(authority.certificatePath).toBe(file('ca.pem'))
    expect(authority.certificatePem).toBe(readFileSync(file('ca.pem'), 'latin1'))
    const certificate = new X509Certificate(authority.certificatePem)
    expect(certificate.ca).toBe(true)
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    const age = Date.now() - certificate.validFromDate.getTime()
    expect(age).toBeGreaterThanOrEqual(dayMs)
    expect(age).toBeLessThan(dayMs + 60_000)
    expect(certificate.validToDate.getUTCFullYear()).toBe(certificate.validFromDate.getUTCFullYear() + 10)
    const text = await run('openssl', 'x509', '-in', file('ca.pem'), '-noout', '-text')
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/)
    expect(text).toMatch(/Subject Key Identifier:\s+(?:[0-9A-F]{2}:){19}/)
    await run('openssl', 'verify', '-x509_strict', '-CAfile', file('ca.pem'), file('ca.pem'))
  })

  test('leaves a key that only its owner reads, in a folder only its owner opens, and nothing else', async () => {
    const before = process.umask(0) // the modes must not lean on it
    try {
      await openAuthority(dir)
    } finally {
      process.umask(before)
    }
    expect(statSync(file('ca-key.pem')).mode & 0o777).toBe(0o600)
    expect(statSync(file('ca.pem')).mode & 0o777).toBe(0o644)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dir).sort()).toEqual(['ca-key.pem', 'ca.pem'])
  })

  test.each([
    ['a'.repeat(100), `CN=Spillway CA ${'a'.repeat(52)}`],
    ['', 'CN=Spillway CA'],
    ['bench\0\n\u001b[2J', 'CN=Spillway CA bench[2J'],
    ['Büro', 'CN=Spillway CA Büro'],
  ])('takes the host name %j', async (host, subject) => {
    expect((await openAuthority(dir, host)).subject).toBe(subject)
  })

  test('by many processes at once ends with one CA for all', { timeout: 60_000 }, async () => {
    const script = `const { openAuthority } = await import(${JSON.stringify(index)})
      const authority = await openAuthority(${JSON.stringify(dir)})
      await authority.issue(['a.test'])
      process.stdout.write(authority.certificatePem)`
    const start = () => run(process.execPath, '--no-warnings', '--input-type=module', '-e', script)
    const seen = await Promise.all(Array.from({ length: 5 }, start))
    expect(new Set(seen)).toEqual(new Set([readFileSync(file('ca.pem'), 'latin1')]))
    expect(readdirSync(dir).sort()).toEqual(['ca-key.pem', 'ca.pem'])
  })

  test('by many at once within a process ends with one CA too', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => openAuthority(dir)))
    expect(new Set(all.map((authority) => authority.certificatePem)).size).toBe(1)
  })

  test('that ended between the two files is completed, with the same key', async () => {
    await openAuthority(dir)
    const key = readFileSync(file('ca-key.pem'), 'latin1')
    rmSync(file('ca.pem'))
    writeFileSync(file('.first-run'), '')
    writeFileSync(`${file('ca.pem')}.half.tmp`, '-----BEGIN CERT') // what a crash leaves behind is not taken for a CA
    await openAuthority(dir)
    expect(readFileSync(file('ca-key.pem'), 'latin1')).toBe(key)
    await run('openssl', 'verify', '-CAfile', file('ca.pem'), file('ca.pem'))
  })

  // A user's own RSA key, whose certificate had been mislaid, got a new "Spillway CA" that none of the clients trusted.
  test('a key whose certificate is gone is no first run: it is told, and stays as it is', async () => {
    const ca = await makeCertificate('Acme', { ca: true })
    put({ key: ca.keyPem })
    await expect(openAuthority(dir)).rejects.toMatchObject({
      code: 'CA_DAMAGED',
      message: expect.stringMatching(/ca-key\.pem is there but its certificate .*ca\.pem is not: put/) as string,
    })
    expect(readdirSync(dir)).toEqual(['ca-key.pem'])
  })

  // Its mark outlived it: a certificate that was lost a year later was made anew, and no client trusted it.
  test('that ended right behind the second file is over with the next start', async () => {
    await openAuthority(dir)
    writeFileSync(file('.first-run'), '')
    await openAuthority(dir)
    rmSync(file('ca.pem'))
    await expect(openAuthority(dir)).rejects.toThrow('is there but its certificate')
  })

  test('an RSA key that no TLS takes is told at once, and not host by host', async () => {
    const keyPem = generateKeyPairSync('rsa', { modulusLength: 1024 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
    const ca = await makeCertificate('Small', { ca: true })
    put({ certificate: ca.pem, key: keyPem })
    await expect(openAuthority(dir)).rejects.toMatchObject({
      code: 'CA_DAMAGED',
      message: expect.stringMatching(/ca-key\.pem holds an RSA key of 1024 bits, which TLS refuses/) as string,
    })
  })

  test('a key that others can read is used, with a warning', async () => {
    await openAuthority(dir)
    expect((await openAuthority(dir)).warning).toBeUndefined()
    chmodSync(file('ca-key.pem'), 0o644)
    expect((await openAuthority(dir)).warning).toMatch(
      /^other users of this machine can read .*: chmod 600 .*ca-key\.pem$/,
    )
  })

  test('that cannot write says where', async () => {
    await expect(openAuthority('/proc/spillway')).rejects.toMatchObject({
      code: 'CA_UNWRITABLE',
      message: expect.stringMatching(
        /^\/proc\/spillway cannot be written \(.*choose another one for the CA$/,
      ) as string,
    })
  })
})

describe('a CA that is there', () => {
  test('is opened again as it was, without node-forge', async () => {
    const first = await openAuthority(dir)
    const script = `import { createRequire } from 'node:module'
      const { openAuthority } = await import(${JSON.stringify(index)})
      const authority = await openAuthority(${JSON.stringify(dir)})
      const loaded = () => Object.keys(createRequire('/').cache).some((path) => path.includes('node-forge'))
      const before = loaded()
      await authority.issue(['a.test'])
      console.log(JSON.stringify([authority.certificatePem, before, loaded()]))`
    const said = await run(process.execPath, '--no-warnings', '--input-type=module', '-e', script)
    expect(JSON.parse(said)).toEqual([first.certificatePem, false, true])
  })

  test('keeps its files and their modes', async () => {
    const ca = await makeCertificate('Mine', { ca: true })
    put({ certificate: ca.pem, key: ca.keyPem })
    const before = readdirSync(dir).map((name) => [
      name,
      statSync(join(dir, name)).mtimeMs,
      statSync(join(dir, name)).mode,
    ])
    const authority = await openAuthority(dir)
    await authority.issue(['a.test'])
    expect(authority.subject).toBe('CN=Mine, O=Test')
    expect(
      readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mtimeMs, statSync(join(dir, name)).mode]),
    ).toEqual(before)
  })

  test('never gives away a key that lies beside its certificate in one file', async () => {
    const ca = await makeCertificate('Mine', { ca: true })
    put({ certificate: ca.keyPem + ca.pem, key: ca.keyPem })
    expect((await openAuthority(dir)).certificatePem).toBe(ca.pem)
  })

  test('brings its own issuers along', async () => {
    const root = await makeCertificate('Root', { ca: true })
    const ca = await makeCertificate('Mine', { ca: true, by: root })
    put({ certificate: ca.pem + root.pem, key: ca.keyPem })
    const authority = await openAuthority(dir)
    expect((await authority.issue(['a.test'])).certificatePem.endsWith(ca.pem + root.pem)).toBe(true)
  })
})

describe('a CA that cannot be used is an error that names the file, and stays as it is', () => {
  const old = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2021-02-03T00:00:00Z') }
  const future = { from: new Date(Date.now() + 2 * dayMs) }
  const cases: [string, () => Promise<{ certificate?: string; key?: string }>, string, RegExp][] = [
    [
      'a certificate without its key',
      async () => ({ certificate: (await good()).pem }),
      'CA_DAMAGED',
      /ca\.pem is there but its key .*ca-key\.pem is not: put the key back/,
    ],
    [
      'a key that is garbage',
      async () => ({ certificate: (await good()).pem, key: 'x' }),
      'CA_DAMAGED',
      /ca-key\.pem holds no private key that can be read: put/,
    ],
    ['garbage as only key', () => Promise.resolve({ key: '' }), 'CA_DAMAGED', /ca-key\.pem holds no private key/],
    [
      'an encrypted key',
      async () => ({ certificate: (await good()).pem, key: encrypted() }),
      'CA_DAMAGED',
      /ca-key\.pem is encrypted: store the key without a passphrase/,
    ],
    [
      'a key of an unusual kind',
      async () => ({ certificate: (await good()).pem, key: ed25519() }),
      'CA_DAMAGED',
      /ca-key\.pem holds a key of a kind/,
    ],
    [
      'an empty certificate',
      async () => ({ certificate: '', key: (await good()).keyPem }),
      'CA_DAMAGED',
      /ca\.pem holds no certificate: put back the right file, or remove/,
    ],
    [
      'a certificate cut short',
      async () => ({ certificate: cutShort((await good()).pem), key: (await good()).keyPem }),
      'CA_DAMAGED',
      /ca\.pem holds a certificate that cannot be read: /,
    ],
    [
      "another CA's key",
      async () => ({ certificate: (await good()).pem, key: (await good()).keyPem }),
      'CA_DAMAGED',
      /ca-key\.pem is not the key of the certificate in .*ca\.pem: /,
    ],
    [
      'a certificate that is no CA',
      async () => pair(await makeCertificate('Leaf')),
      'CA_DAMAGED',
      /ca\.pem is not a CA's/,
    ],
    [
      'an expired CA',
      async () => pair(await makeCertificate('Old', { ca: true, ...old })),
      'CA_DAMAGED',
      /ca\.pem expired on 2021-02-03: put back .* new CA, which clients must then be told to trust$/,
    ],
    [
      'a CA from the future',
      async () => pair(await makeCertificate('New', { ca: true, ...future })),
      'CA_DAMAGED',
      /is not valid before .*: check the clock$/,
    ],
  ]
  const good = () => makeCertificate('Good', { ca: true })
  const pair = ({ pem, keyPem }: { pem: string; keyPem: string }) => ({ certificate: pem, key: keyPem })
  const cutShort = (pem: string) => `${pem.slice(0, 200)}\n-----END CERTIFICATE-----\n`
  const encrypted = () =>
    generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' },
    }).privateKey
  const ed25519 = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

  test.each(cases)('%s', async (_, files, code, message) => {
    const placed = await files()
    put(placed)
    await expect(openAuthority(dir)).rejects.toMatchObject({
      name: 'EngineError',
      code,
      message: expect.stringMatching(message) as string,
    })
    expect(readdirSync(dir)).toHaveLength(Object.keys(placed).length)
    if (placed.certificate !== undefined) expect(readFileSync(file('ca.pem'), 'latin1')).toBe(placed.certificate)
    if (placed.key !== undefined) expect(readFileSync(file('ca-key.pem'), 'latin1')).toBe(placed.key)
  })

  test('a file that cannot be read', async () => {
    mkdirSync(file('ca-key.pem'), { recursive: true })
    await expect(openAuthority(dir)).rejects.toMatchObject({
      code: 'CA_UNREADABLE',
      message: expect.stringMatching(
        /ca-key\.pem cannot be read \(EISDIR.*choose another folder for the CA$/,
      ) as string,
    })
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeCertificate, run, temporaryFolder } from '../../../main/certificates/testing.ts'
import type { ClientCertificateFiles } from '../../../main/model/client-certificate.ts'
import { readClientCertificates } from './client-certificates.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const at = (name: string): string => join(folder.path, name)

const [mine, other] = [await makeCertificate('me'), await makeCertificate('other')]
writeFileSync(at('me.pem'), mine.pem)
writeFileSync(at('me.key'), mine.keyPem)
writeFileSync(at('both.pem'), mine.keyPem + mine.pem)
writeFileSync(at('other.key'), other.keyPem)
writeFileSync(at('text'), 'not a certificate')
mkdirSync(at('folder'))
const pkcs12 = ['pkcs12', '-export', '-in', at('me.pem'), '-inkey', at('me.key')]
await run('openssl', ...pkcs12, '-passout', 'pass:secret', '-out', at('me.pfx'))
await run('openssl', 'pkcs8', '-topk8', '-in', at('me.key'), '-passout', 'pass:secret', '-out', at('locked.key'))

const read = (entry: Omit<ClientCertificateFiles, 'host'>) => readClientCertificates([{ host: '*.example', ...entry }])

test.each<[string, Omit<ClientCertificateFiles, 'host'>]>([
  ['a certificate and its key', { cert: at('me.pem'), key: at('me.key') }],
  ['both in one file', { cert: at('both.pem') }],
  ['a key with a passphrase', { cert: at('me.pem'), key: at('locked.key'), passphrase: 'secret' }],
  ['a PFX file', { pfx: at('me.pfx'), passphrase: 'secret' }],
])('%s', async (_, entry) => {
  const result = await read(entry)
  expect(result).toMatchObject({ ok: true, value: [{ host: '*.example', passphrase: entry.passphrase }] })
})

test.each<[Omit<ClientCertificateFiles, 'host'>, string]>([
  [{}, 'write either "cert", with "key" unless it is in the same file, or "pfx"'],
  [{ key: at('me.key') }, 'write either "cert"'],
  [{ cert: at('me.pem'), pfx: at('me.pfx') }, 'write either "cert"'],
  [{ pfx: at('me.pfx'), key: at('me.key') }, 'write either "cert"'],
  [{ cert: at('nowhere') }, `cannot read ${at('nowhere')}: no such file or directory`],
  [{ cert: at('me.pem'), key: at('nowhere') }, `cannot read ${at('nowhere')}: no such file or directory`],
  [{ cert: at('folder') }, `cannot read ${at('folder')}: illegal operation on a directory`],
  [{ cert: '/dev/zero' }, '/dev/zero is not a file'],
  [{ cert: at('text') }, `${at('text')} is not a certificate and a key in PEM form`],
  [{ cert: at('me.pem') }, `${at('me.pem')} is not a certificate and a key in PEM form`],
  [{ cert: at('me.pem'), key: at('other.key') }, 'has a key that does not belong to its certificate'],
  [{ cert: at('me.pem'), key: at('locked.key') }, 'needs its passphrase, or another one'],
  [{ cert: at('me.pem'), key: at('locked.key'), passphrase: 'wrong' }, 'needs its passphrase, or another one'],
  [{ pfx: at('me.pfx') }, `${at('me.pfx')} needs its passphrase, or another one`],
  [{ pfx: at('me.pfx'), passphrase: 'wrong' }, 'needs its passphrase, or another one'],
  [{ pfx: at('text') }, `${at('text')} is not a PFX file (PKCS #12), or is damaged`],
])('%j is refused with a reason', async (entry, message) => {
  const result = await read(entry)
  expect(result).toEqual({
    ok: false,
    message: expect.stringContaining(message) as string,
    place: expect.stringMatching(/^\[0\]\.(?:cert|key|pfx|passphrase)$/) as string,
  })
  expect(JSON.stringify(result)).toContain('number 1, for *.example: ')
})

test.each<[Omit<ClientCertificateFiles, 'host'>, string]>([
  [{ cert: at('nowhere'), key: at('me.key') }, 'cert'],
  [{ cert: at('me.pem'), key: at('nowhere') }, 'key'],
  [{ cert: at('me.pem'), key: at('other.key') }, 'key'],
  [{ cert: at('me.pem'), key: at('locked.key') }, 'passphrase'],
  [{ pfx: at('nowhere') }, 'pfx'],
  [{ pfx: at('me.pfx'), passphrase: 'wrong' }, 'passphrase'],
])('%j: its fault is in %s', async (entry, field) => {
  const good = { host: 'a', cert: at('both.pem') }
  const result = await readClientCertificates([good, { host: 'b', ...entry }])
  expect(result).toMatchObject({ ok: false, place: `[1].${field}` })
})

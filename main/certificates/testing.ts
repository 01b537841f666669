/** For the tests of certificates/ and tls/: folders that go away, and certificates as bad as a test needs them. */
import { execFile } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { builder, keyIdentifier, signer } from './certificate.ts'
import { loadForge } from './forge.ts'
import { pemOf } from './pem.ts'
import { dayMs } from './validity.ts'

/** A new folder; `using` removes it. */
export function temporaryFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'spillway-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs a program; rejects when it fails. Answers with all it wrote. */
export async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: 15_000 })
  return stdout + stderr
}

export type Made = { commonName: string; pem: string; key: KeyObject; keyPem: string }

/** A certificate for DNS names, signed by itself or by `by`; the key is P-256 unless given. */
export async function makeCertificate(
  commonName: string,
  wanted: { names?: string[]; by?: Made; from?: Date; to?: Date; ca?: boolean; key?: KeyObject; bare?: boolean } = {},
): Promise<Made> {
  const forge = await loadForge()
  const der = builder(forge)
  const key = wanted.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const named = (value: string) =>
    forge.pki.distinguishedNameToAsn1({
      attributes: [
        { type: '2.5.4.10', value: 'Test', valueTagClass: forge.asn1.Type.UTF8 },
        { type: '2.5.4.3', value, valueTagClass: forge.asn1.Type.UTF8 },
      ],
    })
  const publicKey = der.parse(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const names = (wanted.names ?? []).map((name) => der.tagged(2, name))
  const identifier = { id: '2.5.29.14', critical: false, value: der.octets(keyIdentifier(publicKey)) }
  const certificate = signer(
    forge,
    wanted.by?.key ?? key,
  )({
    issuer: named(wanted.by?.commonName ?? commonName),
    subject: named(commonName),
    validFrom: wanted.from ?? new Date(Date.now() - dayMs),
    validTo: wanted.to ?? new Date(Date.now() + 30 * dayMs),
    publicKey,
    extensions: [
      { id: '2.5.29.19', critical: true, value: wanted.ca ? der.sequence(der.yes()) : der.sequence() },
      ...(wanted.bare ? [] : [identifier]),
      ...(names.length > 0 ? [{ id: '2.5.29.17', critical: false, value: der.sequence(...names) }] : []),
    ],
  })
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { commonName, pem: pemOf('CERTIFICATE', certificate), key, keyPem }
}

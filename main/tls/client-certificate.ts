/** Whether OpenSSL can use a client's certificate with its key; why not, in words. */
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { ClientCertificate } from '../model/client-certificate.ts'

/** For a context that proves who we are. */
export function identityOptions({ content, passphrase }: ClientCertificate): SecureContextOptions {
  const files = 'pfx' in content ? { pfx: Buffer.from(content.pfx) } : content
  return passphrase === undefined ? files : { ...files, passphrase }
}

/** What is to be written anew: another passphrase, another key, or all of it. */
export type CertificatePart = 'passphrase' | 'key' | 'certificate'

export type CheckedCertificate =
  { ok: true; value: ClientCertificate } | { ok: false; message: string; part: CertificatePart }

/** The message goes on after the names of the files. */
export function checkClientCertificate(certificate: ClientCertificate): CheckedCertificate {
  try {
    createSecureContext(identityOptions(certificate))
    return { ok: true, value: certificate }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const faults = [...always, ...('pfx' in certificate.content ? ofPfx : ofPem)]
    const known = faults.find(([pattern]) => pattern.test(`${code} ${message}`))
    return { ok: false, message: known?.[1] ?? `cannot be used: ${message}`, part: known?.[2] ?? 'certificate' }
  }
}

type Fault = [pattern: RegExp, sentence: string, part?: CertificatePart]

// Tried in order against OpenSSL's codes and words, which differ between versions.
const always: readonly Fault[] = [
  [/key.values.mismatch|key.type.mismatch/i, 'has a key that does not belong to its certificate', 'key'],
  [
    /mac.verify.failure|bad.decrypt|bad.password|interrupted.or.cancelled|no.password/i,
    'needs its passphrase, or another one',
    'passphrase',
  ],
]
const ofPem: readonly Fault[] = [
  [/no.start.line|unsupported|bad.end.line|bad.base64|asn1/i, 'is not a certificate and a key in PEM form'],
]
const ofPfx: readonly Fault[] = [
  [/unsupported/i, 'is encrypted in a way too old for OpenSSL 3: export it anew'],
  [/not.enough.data|asn1|pkcs12|unable to load pfx/i, 'is not a PFX file (PKCS #12), or is damaged'],
]

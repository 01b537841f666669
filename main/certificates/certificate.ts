/** Builds and signs X.509 v3 certificates (RFC 5280 §4.1): structure by node-forge, signature by node:crypto. */
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Asn1, Forge } from './forge.ts'

type Extension = { id: string; critical: boolean; value: Asn1 }
export type CertificateParts = {
  issuer: Asn1
  subject: Asn1
  validFrom: Date
  validTo: Date
  /** SubjectPublicKeyInfo. */
  publicKey: Asn1
  extensions: Extension[]
}

/** Shorthands over forge's constructors; byte strings are latin1, as forge has them. */
export function builder({ asn1 }: Forge) {
  const { Class, Type } = asn1
  const universal = (type: number, value: string) => asn1.create(Class.UNIVERSAL, type, false, value)
  return {
    sequence: (...of: Asn1[]) => asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, of),
    tagged: (tag: number, value: string | Asn1[]) =>
      asn1.create(Class.CONTEXT_SPECIFIC, tag, typeof value !== 'string', value),
    oid: (dotted: string) => universal(Type.OID, asn1.oidToDer(dotted).getBytes()),
    integer: (bytes: string) => universal(Type.INTEGER, bytes),
    nothing: () => universal(Type.NULL, ''),
    yes: () => universal(Type.BOOLEAN, '\xff'),
    octets: (bytes: string) => universal(Type.OCTETSTRING, bytes),
    /** `unused`: how many of the last byte's bits do not count. */
    bits: (bytes: string, unused = 0) => universal(Type.BITSTRING, String.fromCharCode(unused) + bytes),
    /** RFC 5280 §4.1.2.5: two-digit years through 2049, four digits from then on. */
    time: (date: Date) =>
      date.getUTCFullYear() < 2050
        ? universal(Type.UTCTIME, asn1.dateToUtcTime(date))
        : universal(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date)),
    parse: (der: Buffer) => asn1.fromDer(der.toString('latin1'), { strict: true, decodeBitStrings: false }),
    encode: (tree: Asn1) => Buffer.from(asn1.toDer(tree).getBytes(), 'latin1'),
  }
}
export type Builder = ReturnType<typeof builder>

/** How a key signs: RSA with SHA-256, elliptic curves with the hash that goes with their size (RFC 5758 §3.2). */
const signatures: Record<string, { oid: string; hash: string }> = {
  rsa: { oid: '1.2.840.113549.1.1.11', hash: 'sha256' },
  prime256v1: { oid: '1.2.840.10045.4.3.2', hash: 'sha256' },
  secp384r1: { oid: '1.2.840.10045.4.3.3', hash: 'sha384' },
  secp521r1: { oid: '1.2.840.10045.4.3.4', hash: 'sha512' },
}

/** Undefined for keys that clients would not take as an issuer's. */
export function signatureOf(key: KeyObject): { oid: string; hash: string } | undefined {
  return signatures[key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? '']
}

/** Returns what makes certificates signed by this key; all that stays the same between them is prepared once. */
export function signer(forge: Forge, key: KeyObject): (parts: CertificateParts) => Buffer {
  const der = builder(forge)
  const how = signatureOf(key)
  if (!how) throw new Error(`cannot sign with a key of type ${key.asymmetricKeyType ?? 'unknown'}`)
  // RFC 4055 §5: RSA algorithm identifiers have NULL parameters; RFC 5758 §3.2: ECDSA ones have none.
  const algorithm = der.sequence(der.oid(how.oid), ...(key.asymmetricKeyType === 'rsa' ? [der.nothing()] : []))
  const version3 = der.tagged(0, [der.integer('\x02')])
  return (parts) => {
    const tbs = der.sequence(
      version3,
      der.integer(serialNumber().toString('latin1')),
      algorithm,
      parts.issuer,
      der.sequence(der.time(parts.validFrom), der.time(parts.validTo)),
      parts.subject,
      parts.publicKey,
      forge.pki.certificateExtensionsToAsn1(parts.extensions),
    )
    const signature = sign(how.hash, der.encode(tbs), key)
    return der.encode(der.sequence(tbs, algorithm, der.bits(signature.toString('latin1'))))
  }
}

/** 126 random bits, positive and without a leading zero byte, as DER wants them (RFC 5280 §4.1.2.2: ≤ 20 bytes). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes
}

/** RFC 5280 §4.2.1.2 (1): the SHA-1 of the key's bits, without the tag and length around them. */
export function keyIdentifier(publicKey: Asn1): string {
  const bits = Array.isArray(publicKey.value) ? publicKey.value[1]?.value : undefined
  if (typeof bits !== 'string') throw new Error('not a SubjectPublicKeyInfo')
  return createHash('sha1')
    .update(Buffer.from(bits.slice(1), 'latin1'))
    .digest()
    .toString('latin1')
}

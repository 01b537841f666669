/** The CA itself: what a new one looks like, and what one that is there must be to sign with it. */
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { EngineError } from '../model/errors.ts'
import { builder, keyIdentifier, signatureOf, signer } from './certificate.ts'
import { loadForge } from './forge.ts'
import { certificatesIn, pemOf } from './pem.ts'
import { day, dayMs, type Validity } from './validity.ts'

export type Ca = { certificate: X509Certificate; certificatePem: string; key: KeyObject; validity: Validity }

const longestCommonName = 64 // RFC 5280 appendix A.1, ub-common-name
const validYears = 10
/** OpenSSL's security level 2, and every browser. */
const leastRsaBits = 2048

/** A self-signed certificate for the key, valid from yesterday, so that a client whose clock is late takes it. */
export async function newCaCertificate(key: KeyObject, hostName: string, now: number): Promise<string> {
  const forge = await loadForge()
  const der = builder(forge)
  // Trust stores show this name, so it has no control characters.
  const commonName = `Spillway CA ${hostName.replace(/[\x00-\x1f\x7f]/g, '')}`.slice(0, longestCommonName).trim()
  const name = forge.pki.distinguishedNameToAsn1({
    attributes: [{ type: '2.5.4.3', value: commonName, valueTagClass: forge.asn1.Type.UTF8 }],
  })
  const publicKey = der.parse(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const validFrom = new Date(now - dayMs)
  const validTo = new Date(validFrom)
  validTo.setUTCFullYear(validTo.getUTCFullYear() + validYears)
  const sign = signer(forge, key)
  const certificate = sign({
    issuer: name,
    subject: name,
    validFrom,
    validTo,
    publicKey,
    extensions: [
      // A CA that signs leaves and no further CA (pathLenConstraint 0).
      { id: '2.5.29.19', critical: true, value: der.sequence(der.yes(), der.integer('\0')) },
      { id: '2.5.29.15', critical: true, value: der.bits('\x06', 1) }, // keyCertSign, cRLSign
      { id: '2.5.29.14', critical: false, value: der.octets(keyIdentifier(publicKey)) },
    ],
  })
  return pemOf('CERTIFICATE', certificate)
}

/** The private key in a text. Paths are named in what is said when it is none. */
export function readCaKey(text: string, path: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(text)
  } catch (cause) {
    if (text.includes('ENCRYPTED')) throw damaged(`${path} is encrypted: store the key without a passphrase`, cause)
    const wayOut = 'put the right key there, or remove it and its certificate to get a new CA'
    throw damaged(`${path} holds no private key that can be read: ${wayOut}`, cause)
  }
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < leastRsaBits) {
    throw damaged(`${path} holds an RSA key of ${bits} bits, which TLS refuses: use one of ${leastRsaBits} or more`)
  }
  if (signatureOf(key)) return key
  throw damaged(`${path} holds a key of a kind clients do not accept: use P-256, P-384, P-521 or RSA`)
}

/** The first certificate in the text is the CA; those after it are its own issuers and go out with every leaf. */
export function readCa(
  files: { certificate: string; key: string },
  paths: { certificate: string; key: string },
  now: number,
): Ca {
  const key = readCaKey(files.key, paths.key)
  const { certificate: path } = paths
  const [first, ...rest] = certificatesIn(files.certificate)
  if (first === undefined) throw damaged(`${path} holds no certificate${startAnew(paths)}`)
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(first)
  } catch (cause) {
    throw damaged(`${path} holds a certificate that cannot be read${startAnew(paths)}`, cause)
  }
  if (!certificate.checkPrivateKey(key)) {
    throw damaged(`${paths.key} is not the key of the certificate in ${path}${startAnew(paths)}`)
  }
  if (!certificate.ca) throw damaged(`the certificate in ${path} is not a CA's: it may not sign others`)
  const validity = { from: certificate.validFromDate.getTime(), to: certificate.validToDate.getTime() }
  if (validity.to <= now) throw damaged(`the CA in ${path} expired on ${day(validity.to)}${startAnew(paths)}`)
  if (validity.from > now) {
    throw damaged(`the CA in ${path} is not valid before ${day(validity.from)}: check the clock`)
  }
  return { certificate, certificatePem: [first, ...rest].join(''), key, validity }
}

/** Spillway never replaces a CA by itself: clients have been told to trust it. */
function startAnew(paths: { certificate: string; key: string }): string {
  return (
    `: put back the right file, or remove ${paths.certificate} and ${paths.key} to get a new CA,` +
    ' which clients must then be told to trust'
  )
}

function damaged(message: string, cause?: unknown): EngineError {
  return new EngineError('CA_DAMAGED', message, { cause })
}

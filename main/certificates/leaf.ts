/** Leaf certificates: one for each set of names a client asks for, all with the same key. */
import { createPublicKey, generateKeyPairSync, type X509Certificate } from 'node:crypto'
import type { Ca } from './ca.ts'
import { builder, type Builder, keyIdentifier, signer } from './certificate.ts'
import type { Asn1, Forge } from './forge.ts'
import type { CertificateName } from './names.ts'
import { pemOf } from './pem.ts'
import { leafValidity, type Validity } from './validity.ts'

const longestCommonName = 64 // RFC 5280 appendix A.1, ub-common-name

export type Leaf = {
  /** The leaf, then the CA. */
  certificatePem: string
  keyPem: string
  validity: Validity
}

export type IssueLeaf = (names: readonly [CertificateName, ...CertificateName[]], now: number) => Leaf

/**
 * Returns what issues leaves. All parts that are the same in every leaf are made here: the key too, because 0.1 ms
 * for one would be most of the cost of a leaf, and because it never leaves this process.
 */
export function leafIssuer(forge: Forge, ca: Ca): IssueLeaf {
  const der = builder(forge)
  const signed = signer(forge, ca.key)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const publicKey = der.parse(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
  const issuer = issuerFields(der, ca.certificate)
  const always = [
    { id: '2.5.29.19', critical: true, value: der.sequence() }, // basicConstraints: no CA
    { id: '2.5.29.15', critical: true, value: der.bits('\x80', 7) }, // keyUsage: digitalSignature
    { id: '2.5.29.37', critical: false, value: der.sequence(der.oid('1.3.6.1.5.5.7.3.1')) }, // extKeyUsage: serverAuth
    { id: '2.5.29.14', critical: false, value: der.octets(keyIdentifier(publicKey)) },
    { id: '2.5.29.35', critical: false, value: der.sequence(der.tagged(0, issuer.keyIdentifier)) },
  ]
  return (names, now) => {
    // RFC 5280 §4.1.2.6: a subject may be empty, and then the names must be critical.
    const commonName = names[0].text.length <= longestCommonName ? names[0].text : undefined
    const subject = forge.pki.distinguishedNameToAsn1({
      attributes:
        commonName === undefined ? [] : [{ type: '2.5.4.3', value: commonName, valueTagClass: forge.asn1.Type.UTF8 }],
    })
    const alternatives = names.map((name) =>
      name.kind === 'ip' ? der.tagged(7, name.bytes.toString('latin1')) : der.tagged(2, name.text),
    )
    const validity = leafValidity(now, ca.validity)
    const leaf = signed({
      issuer: issuer.name,
      subject,
      validFrom: new Date(validity.from),
      validTo: new Date(validity.to),
      publicKey,
      extensions: [
        ...always,
        { id: '2.5.29.17', critical: commonName === undefined, value: der.sequence(...alternatives) },
      ],
    })
    return { certificatePem: pemOf('CERTIFICATE', leaf) + ca.certificatePem, keyPem, validity }
  }
}

/** The CA's name byte for byte (RFC 5280 §4.1.2.4), and the identifier it gives its key, or would give. */
function issuerFields(der: Builder, certificate: X509Certificate): { name: Asn1; keyIdentifier: string } {
  // TBSCertificate ::= SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject, key, …, [3] extensions }
  // A CA has basicConstraints, so it has extensions, so it is version 3 and has the optional version field.
  const tbs = children(children(der.parse(certificate.raw))[0])
  const [name, publicKey] = [tbs[5], tbs[6]]
  if (!name || !publicKey) throw new Error('a certificate without subject or key')
  const extensions = children(children(tbs.at(-1))[0]).map(children)
  const wanted = der.oid('2.5.29.14').value
  const own = extensions.find((fields) => fields[0]?.value === wanted)?.at(-1)?.value
  // The extension's value is an OCTET STRING within an OCTET STRING.
  const identifier = typeof own === 'string' ? der.parse(Buffer.from(own, 'latin1')).value : undefined
  return { name, keyIdentifier: typeof identifier === 'string' ? identifier : keyIdentifier(publicKey) }
}

function children(tree: Asn1 | undefined): Asn1[] {
  return Array.isArray(tree?.value) ? tree.value : []
}

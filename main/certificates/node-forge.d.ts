/** The two files of node-forge in use, which its own types know only as members of the whole. */
declare module 'node-forge/lib/asn1.js' {
  import type { asn1 as whole } from 'node-forge'
  const asn1: Pick<
    typeof whole,
    'Class' | 'Type' | 'toDer' | 'oidToDer' | 'dateToUtcTime' | 'dateToGeneralizedTime'
  > & {
    /** The type of a context-specific value is its tag, which no enum lists. */
    create(tagClass: number, type: number, constructed: boolean, value: string | whole.Asn1[]): whole.Asn1
    fromDer(bytes: string, options: { strict: boolean; decodeBitStrings: boolean }): whole.Asn1
  }
  export default asn1
}

declare module 'node-forge/lib/x509.js' {
  import type { asn1 } from 'node-forge'
  const pki: {
    distinguishedNameToAsn1(name: {
      attributes: { type: string; value: string; valueTagClass: asn1.Type }[]
    }): asn1.Asn1
    certificateExtensionsToAsn1(extensions: { id: string; critical: boolean; value: asn1.Asn1 }[]): asn1.Asn1
  }
  export default pki
}

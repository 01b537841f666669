/**
 * node-forge, as far as it is used: ASN.1, names and extensions. It comes in on first need and only in part
 * (its ASN.1 and X.509 files, 20 ms; the whole takes 30), because a start that finds its CA does without.
 * Keys, signatures and verification are node:crypto's.
 */
import type { asn1 } from 'node-forge'

export type Asn1 = asn1.Asn1
export type Forge = Awaited<ReturnType<typeof load>>

async function load() {
  const [asn1, pki] = await Promise.all([import('node-forge/lib/asn1.js'), import('node-forge/lib/x509.js')])
  return { asn1: asn1.default, pki: pki.default }
}

let loading: Promise<Forge> | undefined

/** Loads once; later calls get the same. */
export function loadForge(): Promise<Forge> {
  return (loading ??= load())
}

/**
 * Which names a leaf certificate may carry. They come from clients (CONNECT targets, server names), so they are
 * hostile until they have passed through here.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'

/** `text` in canonical form; `bytes` of an address are 4 or 16, in network order (RFC 5280 §4.2.1.6). */
export type CertificateName = { kind: 'dns'; text: string } | { kind: 'ip'; text: string; bytes: Buffer }

// Underscores are no host name (RFC 952) but are in use. No `*`: nobody gets a wildcard by asking for one.
const dnsName = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/
const longestDnsName = 253

/**
 * The name in the form a certificate carries it: lower case, no brackets, zone or final dot, IDN as A-labels.
 * Undefined for what is no name of a host: empty, with spaces, NUL or wildcards, longer than DNS allows.
 */
export function certificateName(text: string): CertificateName | undefined {
  // Clients send A-labels; what is beyond ASCII all the same, IDNA may map to something usable (or to '').
  const ascii = /[^\x00-\x7f]/.test(text) ? domainToASCII(text) : text
  const bare = ascii.replace(/^\[(.*)\]$/, '$1')
  if (isIPv4(bare)) return { kind: 'ip', text: bare, bytes: Buffer.from(bare.split('.').map(Number)) }
  if (isIPv6(bare)) return ipv6Name(bare)
  const name = bare.toLowerCase().replace(/\.$/, '')
  return name.length <= longestDnsName && dnsName.test(name) ? { kind: 'dns', text: name } : undefined
}

/** `text` must be an IPv6 address; a zone ("fe80::1%eth0") says where we are, not who they are, and is dropped. */
function ipv6Name(text: string): CertificateName {
  // The URL parser turns every spelling, also "::ffff:1.2.3.4", into hexadecimal groups with at most one "::".
  const canonical = new URL(`http://[${text.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [left = [], right = []] = canonical.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  const bytes = Buffer.alloc(16)
  groups.forEach((group, at) => bytes.writeUInt16BE(Number.parseInt(group, 16), at * 2))
  return { kind: 'ip', text: canonical, bytes }
}

/** IP addresses as people write them, told without node:net. */

/** Without leading zeros, which some take for octal numbers. */
export const isIpv4 = (text: string): boolean =>
  /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255)

/** Without brackets; with or without a zone ("fe80::1%eth0"), which URLs do not know. */
export const isIpv6 = (text: string): boolean =>
  text.includes(':') && URL.canParse(`http://[${text.replace(/%[\w.-]+$/, '')}]/`)

/** In the network's order; undefined: not an address. A zone means nothing on another machine. */
export function addressBytes(address: string): number[] | undefined {
  if (isIpv4(address)) return address.split('.').map(Number)
  if (!isIpv6(address)) return undefined
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [before = '', after = ''] = plain.split('::')
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)))
  const [first, last] = [groups(before), groups(after)]
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0)
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff])
}

/** Those that begin with the first `bits` of these bytes. */
export type Subnet = { bytes: readonly number[]; bits: number }

/** "10.0.0.0/8", "fe80::/10" (RFC 4632 §3.1, RFC 4291 §2.3); undefined: it is none. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', digits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(text) ?? []
  const bytes = addressBytes(address)
  const bits = Number(digits)
  return bytes && bits <= bytes.length * 8 ? { bytes, bits } : undefined
}

/** Names are in none. */
export function isWithin(address: string, { bytes, bits }: Subnet): boolean {
  const own = addressBytes(address)
  if (own?.length !== bytes.length) return false
  return bytes.every((byte, at) => {
    const left = Math.max(0, Math.min(8, bits - at * 8))
    return (byte ^ (own[at] ?? 0)) >> (8 - left) === 0
  })
}

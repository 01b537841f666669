/** Hosts as people and URLs write them. */

/** One way of writing: lower case, no brackets around an IPv6 address, no final dot. */
export function plainHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  return (bare.endsWith('.') && bare.length > 1 ? bare.slice(0, -1) : bare).toLowerCase()
}

/** Whether listening on this host stays on this machine. Names other than localhost are taken to be reachable. */
export function isLoopback(host: string): boolean {
  const plain = plainHost(host)
  if (plain === 'localhost' || /^127(\.\d{1,3}){3}$/.test(plain)) return true
  const url = `http://[${plain}]/`
  const canonical = URL.canParse(url) ? new URL(url).hostname : ''
  // IPv4 within IPv6 is written in hexadecimal: ::ffff:7f00:1.
  return canonical === '[::1]' || /^\[::ffff:7f[\da-f]{2}:/.test(canonical)
}

/** Hosts as people and URLs write them. */

/**
 * One way of writing: lower case, no brackets around an IPv6 address and each in one form, no final dot, names in the
 * letters that clients ask for. Of a glob what it can be of.
 */
export function plainHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  const plain = (bare.endsWith('.') && bare.length > 1 ? bare.slice(0, -1) : bare).toLowerCase()
  if (plain.includes(':')) return urlHost(`[${plain}]`)?.slice(1, -1) ?? plain
  // RFC 5890 §2.3.2.1
  return /^[\x20-\x7e]*$|[/?#@\\]/.test(plain) ? plain : (urlHost(plain) ?? plain)
}

function urlHost(host: string): string | undefined {
  const url = `http://${host}/`
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

/** Whether listening on this host stays on this machine. Names other than localhost are taken to be reachable. */
export function isLoopback(host: string): boolean {
  const plain = plainHost(host)
  // IPv4 within IPv6 is written in hexadecimal: ::ffff:7f00:1.
  return plain === 'localhost' || plain === '::1' || /^127(\.\d{1,3}){3}$|^::ffff:7f[\da-f]{2}:/.test(plain)
}

/** Where to listen, as people write it, and whether that is only reachable from this machine. */
import { isIpv4, isIpv6 } from './ip.ts'
import type { Parsed } from './size.ts'

/** Where to listen; port undefined: 8080, or the next free one. */
export type Address = { host: string; port: number | undefined }

const usual = '127.0.0.1'
/** Names of digits and dots alone would be mistyped IPv4 addresses. */
const hostName = /^(?![\d.]+$)[a-z\d][a-z\d_-]*(\.[a-z\d_-]+)*\.?$/i

/**
 * "8080", ":8080", "localhost:8080", "0.0.0.0:8080", "[::1]:8080"; an IP address alone leaves the port open.
 * Port 0 takes any free one. The message of a refusal names the value and the accepted form.
 */
export function parseAddress(text: string): Parsed<Address> {
  const value = addressOf(text)
  if (value) return { ok: true, value }
  return { ok: false, message: `"${text}" is not an address: write PORT, HOST:PORT or [IPV6]:PORT` }
}

function addressOf(text: string): Address | undefined {
  const alone = /^\[(.*)\]$/.exec(text)?.[1] ?? text
  if (isIpv4(text) || isIpv6(alone)) return { host: alone, port: undefined }
  const [, bracketed, name, digits] = /^(?:(?:\[(.*)\]|([^:]*)):)?(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65535) return undefined
  if (bracketed !== undefined) return isIpv6(bracketed) ? { host: bracketed, port } : undefined
  const host = name === undefined || name === '' ? usual : name
  return isIpv4(host) || hostName.test(host) ? { host, port } : undefined
}

/** "http://127.0.0.1:8080", "http://[::1]:8080" */
export function proxyUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

import { WireError } from '../../http1/index.ts'
import type { HeadRewrite } from '../reverse/reverse-head.ts'
import { destinationOf, type Destination } from '../origin/destination.ts'

/** Where a request is meant for. */
export type Target = {
  /** Inside a tunnel its end, whatever the request says. */
  destination: Destination
  /** The host people see in the URL, which inside a tunnel is that of the Host field; as in `destination`. */
  shownHost: string
  /** As the Host field has it: the port is left out where it is the scheme's own. */
  authority: string
  /** Origin-form (RFC 9112 §3.2.1), or "*". */
  path: string
  /** As people see it. */
  url: string
  /** What is changed of response heads beside what a proxy changes; undefined: nothing, as for most. */
  rewrite?: HeadRewrite
}

/** `authority` and `path` as in a Target; its URL follows from them. */
export function targetOf(destination: Destination, shownHost: string, authority: string, path: string): Target {
  const url = `${destination.scheme}://${authority}${path === '*' ? '' : path}`
  return { destination, shownHost, authority, path, url }
}

const absoluteForm = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/
// A name may hold what RFC 3986 §3.2.2 allows, but no percent-encoding.
const authorityForm = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._~!$&'()*+,;=-]+))(?::(\d*))?$/

/** RFC 9112 §3.2.2. `http2`: the client speaks it. Throws WireError. */
export function parseAbsoluteForm(target: string, method: string, http2 = false): Target {
  const match = absoluteForm.exec(target)
  const [, scheme = '', rawAuthority = '', rest = ''] = match ?? []
  const lower = scheme.toLowerCase()
  if (!match) throw new WireError('the request target is not an absolute URL, as a proxy needs it')
  if (lower !== 'http' && lower !== 'https') {
    throw new WireError(`URLs with the scheme "${lower}" cannot be fetched: only http and https can`)
  }
  const own = lower === 'https' ? 443 : 80
  // User information is dropped (RFC 9110 §4.2.4). In a Host field or a CONNECT there is none (§7.2, RFC 9112 §3.2.3).
  const { host, port } = parseAuthority(rawAuthority.replace(/^[^@]*@/, ''), own)
  // RFC 9112 §3.2.4: OPTIONS for the server itself.
  const path = rest === '' ? (method === 'OPTIONS' ? '*' : '/') : rest.startsWith('/') ? rest : `/${rest}`
  // Without TLS there is nothing by which the origin could say that it speaks it, too.
  const destination = destinationOf(lower, host, port, undefined, http2 && lower === 'https')
  return targetOf(destination, host, writeAuthority(host, port, own), path)
}

/** "host", "host:port", "[::1]:port". Throws WireError. */
export function parseAuthority(
  text: string,
  defaultPort?: number,
  what = 'the request target',
): { host: string; port: number } {
  const match = authorityForm.exec(text)
  const host = (match?.[1] ?? match?.[2])?.toLowerCase()
  if (host === undefined) throw new WireError(`${what} has no valid host`)
  const port = match?.[3] ? Number(match[3]) : defaultPort
  if (port === undefined || port < 1 || port > 65535) throw new WireError(`${what} has no valid port`)
  return { host, port }
}

/** "host" or "host:port", IPv6 in brackets. */
export function writeAuthority(host: string, port: number, defaultPort?: number): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === defaultPort ? name : `${name}:${port}`
}

/** The proxy between us and origins, as users write it: one URL. Its credentials are for it alone. */
import { isIpv4, isIpv6 } from './ip.ts'
import type { Parsed } from './size.ts'

/** socks5: names are looked up here; socks5h: there. */
export type UpstreamScheme = 'http' | 'https' | 'socks5' | 'socks5h'

export type Credentials = { user: string; password: string }

/** `host`: a name in lower case, or an IP address without brackets. */
export type UpstreamProxy = { scheme: UpstreamScheme; host: string; port: number; credentials: Credentials | undefined }

const usualPorts: Record<UpstreamScheme, number> = { http: 80, https: 443, socks5: 1080, socks5h: 1080 }

const form = /^([a-z][a-z\d+.-]*):\/\/(?:(.*)@)?(\[[^\]]*\]|[^\s/?#:@[\]]+)(?::(\d{1,5}))?\/?$/i
/** Names of digits and dots alone would be mistyped IPv4 addresses. */
const hostName = /^(?![\d.]+$)[a-z\d_][a-z\d_-]*(?:\.[a-z\d_-]+)*\.?$/i
/** RFC 1929 §2. */
const longestSocksText = 255

const accepted = 'write http://, https://, socks5:// or socks5h:// with HOST:PORT, as http://USER:PASSWORD@HOST:PORT'

/** The message of a refusal names the value, without what may be credentials in it, and the accepted form. */
export function parseUpstream(text: string): Parsed<UpstreamProxy> {
  const refuse = (why: string): { ok: false; message: string } => ({
    ok: false,
    message: `"${withoutCredentials(text)}" ${why}`,
  })
  const [, written = '', userInfo = '', name = '', digits] = form.exec(text) ?? []
  const scheme = written.toLowerCase()
  if (!isScheme(scheme)) return refuse(`is not an upstream proxy: ${accepted}`)
  const bracketed = /^\[(.*)\]$/.exec(name)?.[1]
  const host = (bracketed ?? name).toLowerCase()
  if (bracketed === undefined ? !isIpv4(host) && !hostName.test(host) : !isIpv6(host)) {
    return refuse(`is not an upstream proxy: ${accepted}`)
  }
  const port = digits === undefined ? usualPorts[scheme] : Number(digits)
  if (port < 1 || port > 65535) return refuse('has no valid port: write one from 1 to 65535')
  const credentials = userInfo === '' ? undefined : readCredentials(userInfo)
  if (credentials === null) return refuse('has a % in its credentials that begins no byte: write it as %25')
  const fault = credentials && faultOf(credentials, scheme)
  return fault === undefined ? { ok: true, value: { scheme, host, port, credentials } } : refuse(fault)
}

/** "http://proxy.example:3128": what is shown of it everywhere. */
export function upstreamName({ scheme, host, port }: UpstreamProxy): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** For sentences about a text that may be such a URL, however wrong. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1***@')
}

const isScheme = (text: string): text is UpstreamScheme => Object.hasOwn(usualPorts, text)

/** null: not percent-encoded as it should be. */
function readCredentials(userInfo: string): Credentials | null {
  const colon = userInfo.indexOf(':')
  try {
    const user = decodeURIComponent(colon === -1 ? userInfo : userInfo.slice(0, colon))
    return { user, password: colon === -1 ? '' : decodeURIComponent(userInfo.slice(colon + 1)) }
  } catch {
    return null
  }
}

function faultOf({ user, password }: Credentials, scheme: UpstreamScheme): string | undefined {
  if (!scheme.startsWith('socks5')) {
    // RFC 7617 §2: the first colon ends the user's name.
    return user.includes(':') ? 'has a colon in its user name, which HTTP proxies cannot be told' : undefined
  }
  const bytes = (text: string): number => new TextEncoder().encode(text).length
  if (user === '') return 'has a password without a user name'
  if (bytes(user) <= longestSocksText && bytes(password) <= longestSocksText) return undefined
  return `has credentials of more than ${longestSocksText} bytes, which SOCKS5 cannot carry`
}

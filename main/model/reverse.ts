/**
 * Reverse listeners as people write them: "https://api.example.com" takes the next free port, "9000=https://…" and
 * "127.0.0.1:9000=https://…" name one. Pure.
 */
import { parseAddress, type Address } from './address.ts'
import type { Parsed } from './size.ts'

/** A port that stands for one origin. */
export type Reverse = {
  /** Undefined: beside the proxy, at the next free port behind its own. */
  listen: Address | undefined
  scheme: 'http' | 'https'
  /** A name in lower case or an IP address without brackets. */
  host: string
  port: number
  /** As a Host field has it. */
  authority: string
  /** Goes in front of every path; "" or like "/v1", without a slash at its end. */
  prefix: string
}

/** The message of a refusal names the value and the accepted form. */
export function parseReverse(text: string): Parsed<Reverse> {
  // A URL may have "=" in its path.
  const equals = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? -1 : text.indexOf('=')
  const listen = equals === -1 ? undefined : parseAddress(text.slice(0, equals))
  if (listen && !listen.ok) return refuse(text, listen.message)
  const written = text.slice(equals + 1)
  // What URL would silently repair is refused.
  if (!/^https?:\/\/[^\s\\]+$/i.test(written) || !URL.canParse(written)) {
    return refuse(text, `"${written}" is no http or https URL`)
  }
  const url = new URL(written)
  if (url.username !== '' || url.password !== '') return refuse(text, 'a name or password cannot be sent along')
  if (/[?#]/.test(written)) return refuse(text, 'only a path can go in front of what is asked for')
  if (url.port === '0') return refuse(text, 'there is no port 0')
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const value: Reverse = {
    listen: listen?.value,
    scheme,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    authority: url.host,
    prefix: url.pathname.replace(/\/+$/, ''),
  }
  return { ok: true, value }
}

function refuse(text: string, why: string): { ok: false; message: string } {
  const form = 'write URL, PORT=URL or HOST:PORT=URL ("9000=https://api.example.com")'
  return { ok: false, message: `"${text}" is not a reverse listener: ${why}; ${form}` }
}

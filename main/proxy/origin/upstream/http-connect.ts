/** CONNECT to an HTTP proxy (RFC 9110 §9.3.6). Sans-io. */
import {
  HeadReader,
  WireError,
  parseResponseHead,
  type Fields,
  type ResponseHead,
  type WireLimits,
} from '../../../http1/index.ts'
import type { Credentials } from '../../../model/upstream.ts'
import { writeAuthority } from '../../exchange/target.ts'
import { UpstreamError, type Greeting, type Heard } from './greeting.ts'

/** Before the final one; more is a flood. */
const maxInterim = 16
const longestReason = 100

/** RFC 7617 §2: in UTF-8, as most proxies take it. */
export function basicCredentials({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

export class HttpConnect implements Greeting {
  readonly first: Buffer
  readonly #authority: string
  readonly #credentials: Credentials | undefined
  readonly #limits: WireLimits
  readonly #reader: HeadReader
  #interim = 0

  constructor(host: string, port: number, credentials: Credentials | undefined, limits: WireLimits) {
    this.#authority = writeAuthority(host, port)
    this.#credentials = credentials
    this.#limits = limits
    this.#reader = new HeadReader(limits)
    const authorization = credentials ? `Proxy-Authorization: ${basicCredentials(credentials)}\r\n` : ''
    this.first = Buffer.from(
      `CONNECT ${this.#authority} HTTP/1.1\r\nHost: ${this.#authority}\r\n${authorization}\r\n`,
      'latin1',
    )
  }

  take(bytes: Buffer): Heard {
    let at = 0
    while (at < bytes.length) {
      let head: ResponseHead
      try {
        at = this.#reader.feed(bytes, at)
        if (at === -1) return undefined
        head = parseResponseHead(this.#reader.text, this.#limits)
      } catch (error) {
        if (!(error instanceof WireError)) throw error
        throw new UpstreamError('UPSTREAM_FAILED', `does not answer as an HTTP proxy does: ${error.message}`)
      }
      // RFC 9110 §9.3.6: a 2xx has no body here, whatever its fields say.
      if (head.status >= 200 && head.status < 300) return { rest: bytes.subarray(at) }
      if (head.status >= 200) throw refusal(head, this.#authority, this.#credentials)
      if (++this.#interim > maxInterim) {
        throw new UpstreamError('UPSTREAM_FAILED', 'does not answer as an HTTP proxy does: too many interim responses')
      }
    }
    return undefined
  }
}

/** `given`: what it was told. */
export function refusal(
  { status, reason, fields }: ResponseHead,
  authority: string,
  given: Credentials | undefined,
): UpstreamError {
  const said = `${status} ${reason}`.trim().slice(0, longestReason)
  if (status === 407) {
    const why = given ? 'refused the credentials it was given' : 'wants a user name and a password'
    return new UpstreamError('UPSTREAM_REFUSED', `${why} (${said}${otherSchemes(fields)})`)
  }
  const what = status >= 500 ? 'could not connect to' : 'refused to connect to'
  return new UpstreamError('UPSTREAM_REFUSED', `${what} ${authority}: it answered ${said}`, status === 504 ? 504 : 502)
}

/** What it would take, where that is nothing we can give. */
function otherSchemes(fields: Fields): string {
  const schemes: string[] = []
  for (let at = fields.indexOf('proxy-authenticate'); at !== -1; at = fields.indexOf('proxy-authenticate', at + 1)) {
    const scheme = /^[A-Za-z][\w-]{0,30}/.exec(fields.value(at))?.[0]
    if (scheme !== undefined && !schemes.includes(scheme)) schemes.push(scheme)
  }
  if (schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic')) return ''
  return `; it takes ${schemes.slice(0, 5).join(' or ')}, and Spillway knows only Basic`
}

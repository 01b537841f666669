/**
 * Who may use the proxy, where its user has named somebody: every request to it, every CONNECT and every SOCKS5 client
 * says so itself; what is inside a tunnel has said so before. Credentials are for the proxy alone: they go no further,
 * and no flow keeps them.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { RequestHead } from '../../http1/index.ts'
import { EngineError } from '../../model/errors.ts'
import { parseProxyAuth } from '../../model/proxy-auth.ts'
import type { Settings } from '../../model/settings.ts'
import { Failure } from '../failure.ts'

const missing = 'this proxy wants a user and a password, and the client has given none'
const wrong = 'this proxy wants a user and a password, and the client has given others'

export class ProxyAuth {
  /** Of "user:password": as long as any other, whatever is compared. */
  readonly #expected: Buffer

  private constructor(user: string, password: string) {
    this.#expected = digest(Buffer.from(`${user}:${password}`))
  }

  /** Undefined, the usual case: everybody may. Throws EngineError for what names nobody, rather than let all in. */
  static of({ proxyAuth }: Settings): ProxyAuth | undefined {
    if (proxyAuth === undefined) return undefined
    const parsed = parseProxyAuth(proxyAuth)
    if (!parsed.ok) throw new EngineError('BAD_SETTING', `proxyAuth: ${parsed.message}`)
    return new ProxyAuth(parsed.value.user, parsed.value.password)
  }

  /** Why the client may not, as it is answered; undefined: it may (RFC 9110 §11.7.1, RFC 7617 §2). */
  refusal({ fields }: RequestHead): Failure | undefined {
    const given = fields.get('proxy-authorization')
    if (given === undefined) return refused(missing)
    const token = /^basic +([a-z\d+/]+={0,2})\s*$/i.exec(given)?.[1]
    if (token === undefined || fields.count('proxy-authorization') > 1) return refused(wrong)
    return this.#is(Buffer.from(token, 'base64')) ? undefined : refused(wrong)
  }

  /** The same of SOCKS5 (RFC 1929); why not, as a sentence that goes on. */
  socksRefusal(user: Buffer, password: Buffer): string | undefined {
    return this.#is(Buffer.concat([user, Buffer.from(':'), password])) ? undefined : wrong
  }

  /** Takes as long for any other. */
  #is(given: Buffer): boolean {
    return timingSafeEqual(digest(given), this.#expected)
  }
}

const digest = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer')

const refused = (why: string): Failure =>
  new Failure('PROXY_AUTH', 'client', 'request-head', `The request is refused: ${why}`, 407)

/** What a client that has been refused is to send (RFC 9110 §11.7.1). */
export const challenge = 'Proxy-Authenticate: Basic realm="Spillway", charset="UTF-8"'

/** A request's head as its flow shows it. */
export const shownHead = ({ text, fields }: RequestHead): string =>
  fields.has('proxy-authorization') ? withoutProxyCredentials(text) : text

/** A head, however damaged, without what is in its fields Proxy-Authorization but the scheme. */
export const withoutProxyCredentials = (text: string): string =>
  text.replace(/^(proxy-authorization[ \t]*:(?:[ \t]*[a-z\d-]+(?=[ \t]))?).*(?:\r?\n[ \t].*)*$/gim, '$1 ***')

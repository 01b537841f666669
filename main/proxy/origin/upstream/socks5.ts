/** CONNECT to a SOCKS5 server (RFC 1928), with a user name and a password where it wants them (RFC 1929). Sans-io. */
import { addressBytes } from '../../../model/ip.ts'
import type { Credentials } from '../../../model/upstream.ts'
import { writeAuthority } from '../../exchange/target.ts'
import { UpstreamError, type Greeting, type Heard } from './greeting.ts'

const noAuthentication = 0
const userAndPassword = 2
const noneAcceptable = 0xff
/** A name's length is one byte. */
const longestName = 255

/** RFC 1928 §6. */
const replies: Record<number, string> = {
  1: 'it failed',
  2: 'its rules do not allow it',
  3: 'the network cannot be reached from there',
  4: 'the host cannot be reached from there',
  5: 'the connection was refused there',
  6: 'the way there is too long (TTL expired)',
  7: 'it does not know CONNECT',
  8: 'it does not know this kind of address',
}

export class Socks5Connect implements Greeting {
  readonly first: Buffer
  readonly #host: string
  readonly #port: number
  readonly #credentials: Credentials | undefined
  #state: 'method' | 'credentials' | 'reply' = 'method'
  /** Of one answer, at most 262 bytes: what is behind the last one goes to whom it is for. */
  #held: Buffer = Buffer.alloc(0)

  /** Throws UpstreamError for a name that is too long. */
  constructor(host: string, port: number, credentials: Credentials | undefined) {
    this.#host = host
    this.#port = port
    this.#credentials = credentials
    const methods = credentials ? [noAuthentication, userAndPassword] : [noAuthentication]
    this.first = Buffer.from([5, methods.length, ...methods])
    if (Buffer.byteLength(host) > longestName) {
      throw new UpstreamError('UPSTREAM_FAILED', `cannot be told a name of more than ${longestName} bytes`)
    }
  }

  take(bytes: Buffer): Heard {
    const held = (this.#held = Buffer.concat([this.#held, bytes]))
    switch (this.#state) {
      case 'method':
        return this.#method(held)
      case 'credentials':
        return this.#answered(held)
      case 'reply':
        return this.#reply(held)
      default:
        return this.#state satisfies never
    }
  }

  #method(held: Buffer): Heard {
    const [version, method] = held
    if (version !== 5) throw notSocks(held)
    if (method === undefined) return undefined
    if (held.length > 2) throw tooEarly()
    this.#held = Buffer.alloc(0)
    if (method === noAuthentication) return this.#ask()
    if (method === userAndPassword && this.#credentials) {
      this.#state = 'credentials'
      const [user, password] = [Buffer.from(this.#credentials.user), Buffer.from(this.#credentials.password)]
      return { say: Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]) }
    }
    if (method !== noneAcceptable) throw notSocks(held)
    const what = this.#credentials ? 'takes neither a user name with a password nor none' : 'wants credentials'
    throw new UpstreamError('UPSTREAM_REFUSED', what)
  }

  #answered(held: Buffer): Heard {
    const [version, status] = held
    // Some servers put their own version there.
    if (version !== 1 && version !== 5) throw notSocks(held)
    if (status === undefined) return undefined
    if (status !== 0) throw new UpstreamError('UPSTREAM_REFUSED', 'refused the credentials it was given')
    if (held.length > 2) throw tooEarly()
    this.#held = Buffer.alloc(0)
    return this.#ask()
  }

  #ask(): Heard {
    this.#state = 'reply'
    const port = Buffer.from([this.#port >> 8, this.#port & 0xff])
    return { say: Buffer.concat([Buffer.from([5, 1, 0]), destinationBytes(this.#host), port]) }
  }

  #reply(held: Buffer): Heard {
    const [version, reply, , kind, nameLength] = held
    if (version !== 5) throw notSocks(held)
    if (reply === undefined) return undefined
    // At once: what is said behind a refusal is often cut short.
    if (reply !== 0) {
      const why = replies[reply] ?? `it answered ${reply}`
      const where = writeAuthority(this.#host, this.#port)
      throw new UpstreamError('UPSTREAM_REFUSED', `did not connect to ${where}: ${why}`)
    }
    if (kind === undefined || nameLength === undefined) return undefined
    const end = kind === 1 ? 10 : kind === 4 ? 22 : kind === 3 ? 7 + nameLength : -1
    if (end === -1) throw notSocks(held)
    return held.length < end ? undefined : { rest: held.subarray(end) }
  }
}

/** RFC 1928 §5. */
function destinationBytes(host: string): Buffer {
  const bytes = addressBytes(host)
  if (bytes) return Buffer.from([bytes.length === 4 ? 1 : 4, ...bytes])
  const name = Buffer.from(host)
  return Buffer.concat([Buffer.from([3, name.length]), name])
}

function notSocks(held: Buffer): UpstreamError {
  const http = held.toString('latin1', 0, 5).startsWith('HTTP') || held[0] === 0x48
  const hint = http ? '; it seems to be an HTTP proxy: write http://' : ''
  return new UpstreamError('UPSTREAM_FAILED', `does not answer as a SOCKS5 server does${hint}`)
}

const tooEarly = (): UpstreamError =>
  new UpstreamError('UPSTREAM_FAILED', 'does not answer as a SOCKS5 server does: it said more than it was asked')

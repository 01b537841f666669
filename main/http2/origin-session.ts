import type { ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { WireLimits } from '../http1/index.ts'
import { AskingLine, type LineHost } from './asking-line.ts'
import type { Looks } from './begun-watch.ts'
import { http2 } from './node-http2.ts'
import { sessionOptions, widen } from './options.ts'
import { OriginWatch } from './origin-watch.ts'
import { peerFault } from './peer-fault.ts'
import { resetCodes, StreamReset } from './stream-reset.ts'
import type { Carrier } from './stream-socket.ts'

export type OriginSessionOptions = {
  scheme: 'http' | 'https'
  authority: string
  limits: WireLimits
  carrier: Carrier
  /** From time to time it is asked whether the origin takes too long over what it has begun. */
  looks: Looks
  /** For what an origin begins. */
  beginLimitMs: number
}

/**
 * A connection to an origin that speaks HTTP/2. How many streams it may have at once says the origin; what is beyond it
 * waits. It ends when its last line does.
 */
export class OriginSession implements LineHost {
  readonly session: ClientHttp2Session
  readonly scheme: 'http' | 'https'
  readonly authority: string
  readonly limits: WireLimits
  /** Resolves when the origin has sent its settings, or sends nothing any more. */
  readonly settled: Promise<void>
  #isSettled = false
  readonly carrier: Carrier
  readonly #lines = new Set<AskingLine>()
  readonly #socket: Socket
  readonly #watch: OriginWatch
  #usable = true
  #goawayCode = 0
  #error: Error | undefined

  /** `socket` is connected, and its own from now on. */
  constructor(socket: Socket, { scheme, authority, limits, carrier, looks, beginLimitMs }: OriginSessionOptions) {
    this.scheme = scheme
    this.authority = authority
    this.limits = limits
    this.carrier = carrier
    // It wants a URL, which not every name has; requests say themselves whom they ask.
    const session = http2().connect(`${scheme}://localhost`, {
      ...sessionOptions(limits),
      createConnection: () => socket,
    })
    this.session = session
    this.#socket = socket
    widen(session)
    this.#watch = new OriginWatch(session, socket, {
      looks,
      limitMs: beginLimitMs,
      tooSlow: (error) => {
        this.#error ??= error
        session.destroy(error, resetCodes.enhanceYourCalm)
      },
    })
    this.settled = new Promise((resolve) => {
      const settles = (): void => {
        this.#isSettled = true
        resolve()
      }
      session.once('remoteSettings', settles).once('close', settles)
    })
    session.on('goaway', (code: number) => {
      this.#goawayCode = code
      this.#ends()
    })
    session.on('close', () => this.#ends())
    const failed = (error: Error): void => {
      this.#error ??= peerFault(error) ?? error
    }
    session.on('error', failed)
    socket.on('error', failed)
    // Our sockets are half-open, and the session waits for the other half. It is told of only while somebody reads,
    // though the bytes go another way.
    socket.once('end', () => this.#originEnded())
    setImmediate(() => socket.resume())
    const watch = { look: carrier.probe }
    looks.add(watch)
    socket.once('close', () => looks.delete(watch))
  }

  /** It takes further requests. */
  get usable(): boolean {
    return this.#usable && !this.session.closed && !this.session.destroyed
  }

  /** How many streams it takes at once is known, or that it takes none: what `settled` waits for. */
  get isSettled(): boolean {
    return this.#isSettled
  }

  /** Within streams (RFC 8441 §3). Unknown, which is no, until it is settled. */
  get offersWebSockets(): boolean {
    return !this.session.destroyed && this.session.remoteSettings.enableConnectProtocol === true
  }

  get end(): Error | undefined {
    if (!this.session.destroyed && !this.#socket.destroyed) return undefined
    if (this.#goawayCode !== 0) return new StreamReset(this.#goawayCode, 'it ended the connection')
    return this.#error ?? new Error('it closed the connection')
  }

  open(): Socket {
    const line = new AskingLine(this)
    this.#lines.add(line)
    return line.socket
  }

  /** Fields have come whole, on one of its lines. */
  told(): void {
    this.#watch.tell()
  }

  left(line: AskingLine): void {
    this.#lines.delete(line)
    if (this.#lines.size > 0) return
    this.#usable = false
    if (!this.session.closed) this.session.close()
  }

  /** No more comes: who waits for more has lost it. What has come whole is theirs, read or not. */
  #originEnded(): void {
    this.#ends()
    for (const line of this.#lines) line.originEnded()
  }

  /** Lines on which nothing is under way end with it; the others end with their streams. */
  #ends(): void {
    this.#usable = false
    for (const line of this.#lines) line.leave()
  }
}

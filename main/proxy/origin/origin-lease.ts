import type { ResponseHead } from '../../http1/index.ts'
import { resetCodes, setResetCode } from '../../http2/index.ts'
import type { Via } from '../client/client-port.ts'
import type { ProxyContext } from '../context.ts'
import { writeAuthority } from '../exchange/target.ts'
import { Failure, bugFailure } from '../failure.ts'
import type { OriginConnection } from './origin-connection.ts'
import { byWay, inHttp1, type Destination } from './destination.ts'
import type { Opened, Opening } from './opening.ts'
import { openOrigin } from './origins.ts'
import { upstreamFailure } from './upstream/dial-upstream.ts'
import { refusal } from './upstream/http-connect.ts'
import type { Way } from './ways/way.ts'
import { NoWebSockets, openForWebSocket, takesWebSocket } from './web-sockets.ts'

/** Who needs a connection. */
export type Seeker = {
  /** What it asks may be asked again, should the connection turn out to be dead. */
  readonly repeatable: boolean
  /** `at`: it was opened for it, then; undefined: it has carried requests before. */
  onOrigin(connection: OriginConnection, at: Opened['at']): void
  /** What can be sent is to be sent now. */
  endOfRead(): void
  fail(failure: Failure): void
}

/** What has failed. */
type Asked = {
  /** Nothing of an answer has come. */
  untouched: boolean
  /** It has no body: one that has left is not kept. */
  empty: boolean
  /** Asking twice means no more than asking once. */
  idempotent: boolean
}

/** The connection that one exchange has to its origin: out of the pool, or opened for it. */
export class OriginLease {
  connection: OriginConnection | undefined
  readonly #context: ProxyContext
  readonly #via: Via
  /** It is asked to switch to this protocol. */
  readonly #upgrade: string | undefined
  #destination: Destination
  #opening: Opening | undefined
  /** The origin has refused what was asked, once. */
  #refused = false

  /** `upgrade`: the protocol to which the connection is to switch. */
  constructor(context: ProxyContext, via: Via, asked: Destination, upgrade: string | undefined) {
    // In HTTP/2 there is nothing to switch to but a WebSocket.
    const destination = upgrade === undefined || upgrade.toLowerCase() === 'websocket' ? asked : inHttp1(asked)
    this.#context = context
    this.#via = via
    this.#upgrade = upgrade
    const { ways } = context
    this.#destination = destination
    // Inside a tunnel the way is the tunnel's.
    if (ways !== undefined && via.kind !== 'tunnel') {
      const { host, port, scheme } = destination
      this.#destination = byWay(destination, ways.to(host, port, scheme === 'http'))
    }
  }

  get way(): Way | undefined {
    return this.#destination.way
  }

  /** A 407 is for us, where we ask an upstream proxy for the resource itself. Throws Failure then. */
  proxyRefuses(head: ResponseHead): void {
    const { host, port, way } = this.#destination
    if (way?.upstream?.absolute !== true) return
    const { code, message, status } = refusal(head, writeAuthority(host, port), way.upstream.proxy.credentials)
    throw upstreamFailure(code, way.upstream, message, status)
  }

  /** An idle connection, at once, if there is one that may be risked; else a new one. */
  reach(seeker: Seeker): void {
    this.#chooseVersion()
    const destination = this.#destination
    const suitable =
      this.#upgrade === undefined ? undefined : (idle: OriginConnection) => takesWebSocket(idle, destination)
    this.connection = this.#context.pool.take(destination.key, seeker.repeatable, suitable)
    if (this.connection) seeker.onOrigin(this.connection, undefined)
    else this.open(seeker)
  }

  /** A new connection. The seeker is told later, either way, unless it is released before. */
  open(seeker: Seeker): void {
    this.#chooseVersion()
    const via = this.#via
    const fits = via.kind === 'tunnel' && via.destination.http2 === this.#destination.http2
    const prepared = fits ? via.takeOpening(seeker.repeatable) : undefined
    const fresh = prepared ?? openOrigin(this.#context, this.#destination)
    const opening = this.#upgrade === undefined ? fresh : openForWebSocket(this.#context, this.#destination, fresh)
    this.#opening = opening
    const answered = opening.result.then(
      (opened) => {
        if (this.#opening !== opening) {
          opened.connection.destroy()
          return
        }
        this.#opening = undefined
        this.connection = opened.connection
        seeker.onOrigin(opened.connection, opened.at)
        // What was there while nobody took it.
        seeker.endOfRead()
      },
      (error: unknown) => {
        if (this.#opening !== opening) return
        this.#opening = undefined
        // As is known from now on.
        if (error instanceof NoWebSockets) this.open(seeker)
        else seeker.fail(error instanceof Failure ? error : bugFailure(error, 'connect'))
      },
    )
    answered.catch((bug: unknown) => seeker.fail(bugFailure(bug, 'connect')))
  }

  /** Whether what has failed is to be asked once more, by `open`. */
  mayAskAgain({ flowError, resetCode }: Failure, { untouched, empty, idempotent }: Asked): boolean {
    if (!untouched || !empty) return false
    if (resetCode === undefined) {
      // RFC 9110 §9.2.2: a kept connection may have been closing when it was used.
      const stale = (this.connection?.idleSince ?? 0) > 0
      return stale && idempotent && flowError.code === 'ORIGIN_CLOSED'
    }
    // RFC 9113 §8.7: nothing was done for it, whatever it was. Whoever refuses twice means it.
    const refused = resetCode === resetCodes.refusedStream || resetCode === resetCodes.http11Required
    if (!refused || this.#refused) return false
    this.#refused = true
    if (resetCode === resetCodes.http11Required) this.#requiresHttp1()
    return true
  }

  #requiresHttp1(): void {
    const { http2Origins } = this.#context
    const { key } = this.#destination
    if (this.#upgrade === undefined) http2Origins.refuses(key)
    // It has spoken of WebSockets alone.
    else http2Origins.offersNoWebSockets(key)
  }

  /** A WebSocket is asked for in HTTP/1.1 where HTTP/2 is known to offer none. */
  #chooseVersion(): void {
    if (this.#upgrade === undefined || this.#context.http2Origins.mayOfferWebSockets(this.#destination.key)) return
    this.#destination = inHttp1(this.#destination)
  }

  /** The exchange needs it no more and has left it in order: for the next one. */
  giveBack(): void {
    const { connection } = this
    this.connection = undefined
    if (connection) this.#context.pool.put(this.#destination.key, connection)
  }

  /** It is not to be used again, whatever state it is in. `resetCode`: what the origin is told, should it hear of it. */
  release(resetCode?: number): void {
    this.#opening?.cancel()
    this.#opening = undefined
    if (this.connection) setResetCode(this.connection.socket, resetCode)
    this.connection?.destroy()
    this.connection = undefined
  }
}

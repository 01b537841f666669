import type { Socket } from 'node:net'
import type { RequestHead } from '../../http1/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import type { ByteSource, ClientWriter } from '../../streaming/index.ts'
import type { ProxyContext } from '../context.ts'
import type { Destination } from '../origin/destination.ts'
import type { TakeOpening } from '../origin/opening.ts'
import type { Reads } from '../reads/reads.ts'
import type { Route } from '../reverse/route.ts'

/** Takes the socket over; `early` came behind the CONNECT head. `httpVersion`: in which it was asked. */
export type ConnectHandler = (
  socket: Socket,
  info: ConnectionInfo,
  head: RequestHead,
  httpVersion: string,
  early: Buffer | undefined,
) => void

/** The same of a connection that begins with the bytes of another protocol; `via`: as it came. */
export type OtherHandler = (socket: Socket, info: ConnectionInfo, early: Buffer, via: Via) => void

/** The same of one that begins with the preface of HTTP/2, which waits in it. */
export type Http2Handler = (socket: Socket, info: ConnectionInfo, via: Via) => void

/** What a port takes beside HTTP/1.1. `others`: by the first byte of a connection, which no request begins with. */
export type Languages = { onHttp2: Http2Handler; others: ReadonlyMap<number, OtherHandler> }

/**
 * How requests come: to the proxy itself, inside a tunnel to one origin, or to a port that stands for one. `takeOpening`
 * gives the connection that was begun with the tunnel, to the first who asks. `http2`: they were asked in HTTP/2, each
 * over a stream of its own.
 */
export type Via = { http2?: true } &
  /** `site`: whose requests those are that name a path, where the proxy was called so; else they are none. */
  (
    | ({ kind: 'proxy'; onConnect: ConnectHandler; site?: Destination | undefined } & Languages)
    | { kind: 'tunnel'; destination: Destination; takeOpening: TakeOpening }
    /** `here`: "host:port" of the listener; `secure`: it is spoken to in TLS. */
    | ({ kind: 'reverse'; route: Route; here: string; secure: boolean } & Languages)
  )

/** Which version a client speaks that sends such a head; over HTTP/2 it is the HTTP/1.1 that it means. */
export const spokenVersion = ({ http2 }: Via, { version }: { version: string }): string => (http2 ? '2' : version)

/** What an exchange needs of the connection its request came over. */
export type ClientPort = {
  readonly context: ProxyContext
  readonly socket: Socket
  /** Where its bytes come from when they are lent. */
  readonly reads: Reads | undefined
  readonly info: ConnectionInfo
  readonly via: Via
  readonly writer: ClientWriter
  /** The bytes of the request. */
  readonly intake: ByteSource
  /** The exchange is over. `keep`: the connection is good for another one; `cut`: it is being reset. */
  exchangeEnded(then: 'keep' | 'close' | 'cut'): void
  /** The socket is the caller's from now on; returns bytes that had come and waited. */
  giveAway(): Buffer
}

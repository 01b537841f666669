/** What all ways to an origin have in common: TCP, TLS over it where it is wanted, and what came of it. */
import type { TLSSocket } from 'node:tls'
import type { ConnectionInfo, Flow, Micros } from '../../model/flow.ts'
import { describeTls, secureOrigin } from '../../tls/index.ts'
import type { ProxyContext } from '../context.ts'
import { awakeTimeout } from '../awake.ts'
import { isOwnSite } from '../own-site/own-site.ts'
import { dial, loopFailure, type Dial, type Dialed } from './dial.ts'
import { Failure } from '../failure.ts'
import { OriginConnection } from './origin-connection.ts'
import { plainAddress } from '../client/own-address.ts'
import { writeAuthority } from '../exchange/target.ts'
import type { Destination } from './destination.ts'
import { dialUpstream } from './upstream/dial-upstream.ts'
import type { Way } from './ways/way.ts'

/** Monotonic times; `tls` where there is TLS. */
export type OpenedAt = { dns: Micros; connect: Micros; tls: Micros | undefined }

/** As its flow tells it; what was done before the flow began has cost it nothing. */
export function tellOpened(timings: Flow['timings'], began: Micros, { dns, connect, tls }: OpenedAt): void {
  timings.dns = Math.max(0, dns - began)
  timings.connect = Math.max(0, connect - began)
  if (tls !== undefined) timings.tls = Math.max(0, tls - began)
}

/** `at` undefined: over a connection that was there. */
export type Opened = { connection: OriginConnection; at: OpenedAt | undefined }

/** `result` rejects with a Failure; after `cancel` it may never settle. */
export type Opening = { result: Promise<Opened>; cancel: () => void }

/** Gives an opening that was begun before anybody asked, once; `repeatable` as in the pool. */
export type TakeOpening = (repeatable: boolean) => Opening | undefined

/** TCP to an origin, or to where an upstream proxy has opened the way to it. `lent`: its reads are, see dial(). */
export function dialOrigin(context: ProxyContext, host: string, port: number, lent: boolean, way?: Way): Dial {
  // Whoever comes so far with it speaks no HTTP.
  if (isOwnSite(host))
    return { result: Promise.reject(loopFailure(writeAuthority(host, port))), cancel: () => undefined }
  const { settings, own } = context
  const { address, upstream } = way ?? {}
  if (upstream) return dialUpstream(context, { host, port, address, upstream, lent })
  return dial({ host, port, address, timeoutMs: settings.connectTimeoutMs, own, lent })
}

/** The origin does not speak HTTP/1.1. */
export class OtherProtocol extends Error {}

/** Rejects with a Failure; or with OtherProtocol, where HTTP/2 was not offered. */
export async function handshake(context: ProxyContext, destination: Destination, dialed: Dialed): Promise<TLSSocket> {
  const { connectTimeoutMs } = context.settings
  const transport = dialed.socket
  const { host, port, serverName, http2 } = destination
  const clock = { late: false }
  // What TCP has taken is gone; what passed between the two, while a client made up its mind, is not. Who took longer
  // than the limit did not run meanwhile, and it begins again.
  const leftMs = connectTimeoutMs - dialed.tookMs
  const stopClock = awakeTimeout(leftMs > 0 ? leftMs : connectTimeoutMs, () => {
    clock.late = true
    transport.destroy()
  })
  const trust = context.identities?.trustFor(host, serverName, port) ?? context.trust
  const secured = await secureOrigin(transport, trust, host, serverName, http2)
  stopClock()
  if (secured.ok) return secured.socket
  if (!clock.late && secured.otherProtocol && !http2) throw new OtherProtocol()
  if (!clock.late) throw new Failure(secured.code, 'origin', 'origin-tls', secured.message)
  const sentence = `${writeAuthority(host, port)} did not complete the TLS handshake within ${connectTimeoutMs} ms`
  throw new Failure('ORIGIN_TIMEOUT', 'origin', 'origin-tls', sentence, 504)
}

/** What is ready to be asked. `tls`: over it, if there is TLS. */
export function originConnection(
  context: ProxyContext,
  dialed: Dialed,
  tls: TLSSocket | undefined,
  way: Way | undefined,
): OriginConnection {
  return new OriginConnection(tls ?? dialed.socket, dialed.reads, infoOf(context, dialed, tls, way), context.wire)
}

/** As flows tell it. */
export function infoOf(
  context: ProxyContext,
  { socket }: Dialed,
  tls: TLSSocket | undefined,
  way: Way | undefined,
): ConnectionInfo {
  const info: ConnectionInfo = {
    id: context.nextConnectionId(),
    address: plainAddress(socket.remoteAddress ?? ''),
    port: socket.remotePort ?? 0,
    tls: tls && describeTls(tls),
  }
  if (way?.upstream) info.via = way.upstream.name
  return info
}

/** Connections to origins, on the way: a TCP connection, TLS over it where it is wanted. */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { now } from '../../flows/index.ts'
import type { ConnectionInfo, Micros } from '../../model/flow.ts'
import { describeTls, secureOrigin } from '../../tls/index.ts'
import type { ProxyContext } from '../context.ts'
import { dial, type Dial, type Dialed } from './dial.ts'
import { Failure } from '../failure.ts'
import { OriginConnection } from './origin-connection.ts'
import { plainAddress } from '../client/own-address.ts'
import { writeAuthority } from '../exchange/target.ts'
import type { Destination } from './destination.ts'
import { dialUpstream } from './upstream/dial-upstream.ts'
import type { Way } from './ways/way.ts'

/** `at`: monotonic times; `tls` where there is TLS. */
export type Opened = { connection: OriginConnection; at: { dns: Micros; connect: Micros; tls: Micros | undefined } }

/** `result` rejects with a Failure; after `cancel` it may never settle. */
export type Opening = { result: Promise<Opened>; cancel: () => void }

/** Gives an opening that was begun before anybody asked, once; `repeatable` as in the pool. */
export type TakeOpening = (repeatable: boolean) => Opening | undefined

export function dialOrigin(context: ProxyContext, host: string, port: number, lent: boolean, way?: Way): Dial {
  const { settings, own } = context
  const { address, upstream } = way ?? {}
  if (upstream) return dialUpstream(context, { host, port, address, upstream, lent })
  return dial({ host, port, address, timeoutMs: settings.connectTimeoutMs, own, lent })
}

/** `dialing`: a connection that is on its way already. */
export function openOrigin(context: ProxyContext, destination: Destination, dialing?: Dial): Opening {
  const { host, port, scheme, way } = destination
  const tcp = dialing ?? dialOrigin(context, host, port, scheme === 'http', way)
  const { generation } = context.pool
  let transport: Socket | undefined
  const result = tcp.result.then(async (dialed): Promise<Opened> => {
    transport = dialed.socket
    const socket = scheme === 'https' ? await handshake(context, destination, dialed) : undefined
    const connection = wrap(context, dialed, socket, way)
    connection.generation = generation
    return { connection, at: { ...dialed.at, tls: socket && now() } }
  })
  return {
    result,
    cancel: () => {
      tcp.cancel()
      transport?.destroy()
    },
  }
}

async function handshake(context: ProxyContext, destination: Destination, dialed: Dialed): Promise<TLSSocket> {
  const { connectTimeoutMs } = context.settings
  const transport = dialed.socket
  const { host, port, serverName } = destination
  const clock = { late: false }
  const timer = setTimeout(() => {
    clock.late = true
    transport.destroy()
    // What TCP has taken is gone; what passed between the two, while a client made up its mind, is not.
  }, connectTimeoutMs - dialed.tookMs)
  const trust = context.identities?.trustFor(host, serverName, port) ?? context.trust
  const secured = await secureOrigin(transport, trust, host, serverName)
  clearTimeout(timer)
  if (secured.ok) return secured.socket
  if (!clock.late) throw new Failure(secured.code, 'origin', 'origin-tls', secured.message)
  const sentence = `${writeAuthority(host, port)} did not complete the TLS handshake within ${connectTimeoutMs} ms`
  throw new Failure('ORIGIN_TIMEOUT', 'origin', 'origin-tls', sentence, 504)
}

function wrap(
  context: ProxyContext,
  { socket, reads }: Dialed,
  tls: TLSSocket | undefined,
  way: Way | undefined,
): OriginConnection {
  const info: ConnectionInfo = {
    id: context.nextConnectionId(),
    address: plainAddress(socket.remoteAddress ?? ''),
    port: socket.remotePort ?? 0,
    tls: tls && describeTls(tls),
  }
  if (way?.upstream) info.via = way.upstream.name
  return new OriginConnection(tls ?? socket, reads, info, context.wire)
}

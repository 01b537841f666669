/** Connections to origins, on the way: a TCP connection, TLS over it where it is wanted. */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { now } from '../flows/index.ts'
import type { Micros } from '../model/flow.ts'
import { describeTls, secureOrigin } from '../tls/index.ts'
import type { ProxyContext } from './context.ts'
import { dial, type Dial, type Dialed } from './dial.ts'
import { Failure } from './failure.ts'
import { OriginConnection } from './origin-connection.ts'
import { plainAddress } from './own-address.ts'
import { writeAuthority } from './target.ts'

export type Destination = {
  scheme: 'http' | 'https'
  host: string
  port: number
  /** What the client asked for in its TLS hello; undefined: the host itself. */
  serverName: string | undefined
}

/** `at`: monotonic times; `tls` where there is TLS. */
export type Opened = { connection: OriginConnection; at: { dns: Micros; connect: Micros; tls: Micros | undefined } }

/** `result` rejects with a Failure; after `cancel` it may never settle. */
export type Opening = { result: Promise<Opened>; cancel: () => void }

/** Connections are interchangeable where this is equal. */
export function destinationKey({ scheme, host, port, serverName }: Destination): string {
  return scheme === 'http' ? `${host} ${port}` : `${host} ${port} ${serverName ?? ''} tls`
}

export function dialOrigin(context: ProxyContext, host: string, port: number, lent: boolean): Dial {
  return dial({ host, port, timeoutMs: context.settings.connectTimeoutMs, own: context.own, lent })
}

/** `dialing`: a connection that is on its way already. */
export function openOrigin(context: ProxyContext, destination: Destination, dialing?: Dial): Opening {
  const { host, port, scheme } = destination
  const tcp = dialing ?? dialOrigin(context, host, port, scheme === 'http')
  let transport: Socket | undefined
  const result = tcp.result.then(async (dialed): Promise<Opened> => {
    transport = dialed.socket
    if (scheme === 'http') return { connection: wrap(context, dialed, undefined), at: { ...dialed.at, tls: undefined } }
    const socket = await handshake(context, destination, dialed.socket)
    return { connection: wrap(context, dialed, socket), at: { ...dialed.at, tls: now() } }
  })
  return {
    result,
    cancel: () => {
      tcp.cancel()
      transport?.destroy()
    },
  }
}

async function handshake(context: ProxyContext, destination: Destination, transport: Socket): Promise<TLSSocket> {
  const { connectTimeoutMs } = context.settings
  const { host, port, serverName } = destination
  const clock = { late: false }
  const timer = setTimeout(() => {
    clock.late = true
    transport.destroy()
  }, connectTimeoutMs)
  const secured = await secureOrigin(transport, context.trust, host, serverName)
  clearTimeout(timer)
  if (secured.ok) return secured.socket
  if (!clock.late) throw new Failure(secured.code, 'origin', 'origin-tls', secured.message)
  const sentence = `${writeAuthority(host, port)} did not complete the TLS handshake within ${connectTimeoutMs} ms`
  throw new Failure('ORIGIN_TIMEOUT', 'origin', 'origin-tls', sentence, 504)
}

function wrap(context: ProxyContext, { socket, reads }: Dialed, tls: TLSSocket | undefined): OriginConnection {
  const info = {
    id: context.nextConnectionId(),
    address: plainAddress(socket.remoteAddress ?? ''),
    port: socket.remotePort ?? 0,
    tls: tls && describeTls(tls),
  }
  return new OriginConnection(tls ?? socket, reads, info, context.wire)
}

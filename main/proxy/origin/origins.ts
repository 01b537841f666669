/** Connections to origins, on the way, whatever is spoken over them. */
import type { Socket } from 'node:net'
import { now } from '../../flows/index.ts'
import type { ProxyContext } from '../context.ts'
import type { Dial } from './dial.ts'
import type { Destination } from './destination.ts'
import { openHttp2 } from './http2-origins.ts'
import { dialOrigin, handshake, OtherProtocol, originConnection, type Opened, type Opening } from './opening.ts'

/** `dialing`: a connection that is on its way already. */
export function openOrigin(context: ProxyContext, destination: Destination, dialing?: Dial): Opening {
  if (destination.http2) {
    if (!context.http2Origins.isRefused(destination.key)) return openHttp2(context, destination, dialing)
    return openOrigin(context, { ...destination, http2: false }, dialing)
  }
  const { host, port, scheme, way } = destination
  const tcp = dialing ?? dialOrigin(context, host, port, scheme === 'http', way)
  const { generation } = context.pool
  let transport: Socket | undefined
  let again: Opening | undefined
  const result = tcp.result.then(async (dialed): Promise<Opened> => {
    transport = dialed.socket
    const socket = scheme === 'https' ? await handshake(context, destination, dialed) : undefined
    const connection = originConnection(context, dialed, socket, way)
    connection.generation = generation
    return { connection, at: { ...dialed.at, tls: socket && now() } }
  })
  return {
    result: result.catch((error: unknown) => {
      if (!(error instanceof OtherProtocol)) throw error
      again = openHttp2(context, { ...destination, http2: true, key: `${destination.key} h2` })
      return again.result
    }),
    cancel: () => {
      again?.cancel()
      tcp.cancel()
      transport?.destroy()
    },
  }
}

import type { ProxyContext } from '../context.ts'
import type { Destination } from './destination.ts'
import type { Opened, Opening } from './opening.ts'
import type { OriginConnection } from './origin-connection.ts'

/** The origin has chosen HTTP/2 and offers no WebSockets in it; it is asked in HTTP/1.1. */
export class NoWebSockets extends Error {}

/**
 * Whether a WebSocket may be asked for over it. Where nothing but HTTP/2 is spoken there is no other way, and the origin
 * is asked for what is there instead.
 */
export function takesWebSocket({ session }: OriginConnection, { http2 }: Destination): boolean {
  return session === undefined || session.offersWebSockets || !http2
}

/** The same connection, once its settings have told whether it takes a WebSocket; rejects with NoWebSockets. */
export function openForWebSocket(context: ProxyContext, destination: Destination, opening: Opening): Opening {
  const result = opening.result.then(async (opened): Promise<Opened> => {
    const { connection } = opened
    await connection.session?.settled
    if (takesWebSocket(connection, destination)) return opened
    context.http2Origins.offersNoWebSockets(destination.key)
    // One more line of a connection that others have is not worth keeping, and would be told as just used.
    if (opened.at) context.pool.put(destination.key, connection)
    else connection.destroy()
    throw new NoWebSockets()
  })
  return { result, cancel: opening.cancel }
}

/** Origins that may speak HTTP/2: one connection for each, found out by asking it. */
import { now } from '../../flows/index.ts'
import { OriginSession } from '../../http2/index.ts'
import { beginLimitMs } from '../client/slow-watch.ts'
import { carriedBy, probeReset } from '../client/stall-watch.ts'
import type { ProxyContext } from '../context.ts'
import { writeAuthority } from '../exchange/target.ts'
import type { Dial } from './dial.ts'
import type { Destination } from './destination.ts'
import type { Known } from './http2-known.ts'
import { OriginConnection } from './origin-connection.ts'
import { dialOrigin, handshake, infoOf, originConnection, type Opened, type Opening } from './opening.ts'

/**
 * As openOrigin. Who asks while the origin is being asked waits for the answer, so that twenty requests of one page make
 * one connection and not twenty.
 */
export function openHttp2(context: ProxyContext, destination: Destination, dialing?: Dial): Opening {
  const { http2Origins: origins, pool } = context
  const { key } = destination
  let cancelled = false
  let cancel = (): void => {
    if (dialing) giveUp(dialing)
  }
  const go = async (): Promise<Opened> => {
    let known: Known | undefined
    for (;;) {
      for (let asking = origins.asking(key); asking; asking = origins.asking(key)) await asking
      known = origins.find(key, pool.generation)
      if (known?.session.isSettled !== false) break
      // How many streams it takes at once is not known yet, and one is under way.
      await known.session.settled
    }
    if (known) {
      if (dialing) giveUp(dialing)
      const connection = line(context, known)
      // It may be going away without our knowing, as any connection that has waited.
      connection.idleSince = now()
      return { connection, at: undefined }
    }
    // Nobody hears of it.
    if (cancelled) throw new Error('it is not wanted any more')
    const asked = ask(context, destination, dialing)
    const told = origins.ask(key, asked.result)
    cancel = () => {
      asked.cancel()
      told()
    }
    return asked.result
  }
  return {
    result: go(),
    cancel: () => {
      cancelled = true
      cancel()
    },
  }
}

function ask(context: ProxyContext, destination: Destination, dialing?: Dial): Opening {
  const { host, port, scheme, key, way } = destination
  const dial = dialing ?? dialOrigin(context, host, port, false, way)
  const { http2Origins: origins, pool } = context
  const { generation } = pool
  let close = (): void => undefined
  const result = dial.result.then(async (dialed): Promise<Opened> => {
    close = () => void dialed.socket.destroy()
    const secured = scheme === 'https' ? await handshake(context, destination, dialed) : undefined
    const at = { ...dialed.at, tls: secured && now() }
    if (secured && secured.alpnProtocol !== 'h2') {
      origins.speaksNot(key)
      const connection = originConnection(context, dialed, secured, way)
      connection.generation = generation
      return { connection, at }
    }
    const authority = writeAuthority(host, port, scheme === 'https' ? 443 : 80)
    const socket = secured ?? dialed.socket
    // A reset that a probe finds is told here first, and is nobody's error.
    if (secured)
      carriedBy(
        secured,
        dialed.socket.on('error', () => undefined),
      )
    const session = new OriginSession(socket, {
      scheme,
      authority,
      limits: context.wire,
      carrier: { looks: context.stalls, probe: () => probeReset(socket) },
      looks: context.http2Looks,
      beginLimitMs,
    })
    const known = { session, info: infoOf(context, dialed, secured, way), generation }
    origins.speaks(key, known)
    // It is everybody's from now on.
    close = () => undefined
    return { connection: line(context, known), at }
  })
  return {
    result,
    cancel: () => {
      dial.cancel()
      close()
    },
  }
}

/** It may have connected, and nobody taken it. */
function giveUp(dialing: Dial): void {
  dialing.cancel()
  dialing.result.then(
    ({ socket }) => socket.destroy(),
    () => undefined,
  )
}

function line(context: ProxyContext, { session, info, generation }: Known): OriginConnection {
  const connection = new OriginConnection(session.open(), undefined, info, context.wire)
  connection.session = session
  connection.generation = generation
  return connection
}

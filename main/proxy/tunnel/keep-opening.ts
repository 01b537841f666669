import { now } from '../../flows/index.ts'
import type { ConnectionInfo, Micros } from '../../model/flow.ts'
import type { ProxyContext } from '../context.ts'
import { writeAuthority } from '../exchange/target.ts'
import type { Destination } from '../origin/destination.ts'
import type { Opening, TakeOpening } from '../origin/opening.ts'
import type { OriginConnection } from '../origin/origin-connection.ts'
import type { TunnelClient, TunnelRequest } from './tunnel-request.ts'

/** How long a client whose origin cannot be reached may still begin to speak, and so be told in its own protocol. */
export const speakMs = 1000

/** An opening nobody has asked for yet: it is there for the first request, and goes with the client otherwise. */
export function keepOpening(
  context: ProxyContext,
  destination: Destination,
  opening: Opening | undefined,
  { client, info, asked }: TunnelClient,
): TakeOpening {
  let untaken = opening
  let ready: OriginConnection | undefined
  let failedAt: Micros | undefined
  // Whoever takes it hears of its failure; without anybody, nobody needs to.
  opening?.result.then(
    ({ connection }) => {
      ready = connection
      if (!untaken) return
      connection.idleSince = now()
      connection.onSpeaksFirst = () => {
        speaksFirst(context, destination, info, asked)
        client.destroy()
      }
    },
    () => (failedAt = now()),
  )
  client.once('close', () => {
    // What is ready may serve the next client; what is not serves nobody.
    if (untaken && ready) context.pool.put(destination.key, ready)
    else untaken?.cancel()
    untaken = undefined
  })
  return (repeatable) => {
    const taken = untaken
    untaken = undefined
    // Taken once, it is not ours any more: by way of the pool it may carry another client's answer just now.
    if (!taken) return undefined
    // What has died while it waited is no use, nor is a failure of long ago an answer.
    if (ready && !context.pool.trusts(ready, repeatable)) {
      ready.destroy()
      return undefined
    }
    return failedAt !== undefined && now() - failedAt > speakMs * 1000 ? undefined : taken
  }
}

/** Mail servers and their like, inside the TLS that we have ended: there is no way on but not to look. */
function speaksFirst(
  { life }: ProxyContext,
  { host, port }: Destination,
  client: ConnectionInfo,
  { method, httpVersion }: TunnelRequest,
): void {
  const url = writeAuthority(host, port)
  const { flow } = life.begin({ client, method, url, httpVersion, head: '' })
  const message = `${url} speaks first inside TLS, so it does not speak HTTP: pass it through`
  life.end(flow, { code: 'BAD_RESPONSE', side: 'origin', phase: 'tunnel', message })
}

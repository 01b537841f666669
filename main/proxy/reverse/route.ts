import { hostname } from 'node:os'
import { WireError, type RequestHead } from '../../http1/index.ts'
import type { Reverse } from '../../model/reverse.ts'
import { parseAuthority, targetOf, writeAuthority, type Target } from '../exchange/target.ts'
import { destinationOf } from '../origin/destination.ts'
import { isKnownHost } from './known-host.ts'
import { faceClient } from './reverse-head.ts'

/** Where the requests of a reverse listener go. */
export type Route = Omit<Reverse, 'listen'>

/** "https://api.example.com/v1" */
export const routeUrl = ({ scheme, authority, prefix }: Route): string => `${scheme}://${authority}${prefix}`

/** As a client has reached it. `here`: "host:port", for those that do not say how they have addressed it. */
export type Reached = { here: string; secure: boolean; http2?: true }

/** A request as the origin is asked: its path behind the prefix, its Host the origin's. Throws WireError. */
export function routed(
  route: Route,
  head: RequestHead,
  host: string | undefined,
  { here, secure, http2 }: Reached,
): Target {
  const { target } = head
  if (!target.startsWith('/') && target !== '*') {
    const where = `this port stands for ${routeUrl(route)} and is no proxy`
    throw new WireError(`the request names a URL instead of a path, as if it were sent to a proxy: ${where}`)
  }
  const own = secure ? 443 : 80
  const asked = host ? parseAuthority(host, own, 'the Host field') : undefined
  if (asked && !isKnownHost(asked.host, route.host, hostname())) {
    const way = "address this port as localhost, by an address or by the origin's name"
    throw new WireError(`the Host field names ${asked.host}, which anybody can have pointed here: ${way}`, 403)
  }
  const listener = asked ? writeAuthority(asked.host, asked.port, own) : here
  const facing = { ...route, listener: `${secure ? 'https' : 'http'}://${listener}` }
  // By prior knowledge a client knows its origin; over TLS it has only taken what it was offered.
  const offers = http2 === true && (route.scheme === 'https' || !secure)
  const destination = destinationOf(route.scheme, route.host, route.port, undefined, offers)
  const path = target === '*' ? target : route.prefix + target
  return {
    ...targetOf(destination, route.host, route.authority, path),
    rewrite: (response, edit) => faceClient(facing, response, edit),
  }
}

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

/**
 * A request as the origin is asked: its path behind the prefix, its Host the origin's. `here`: "host:port" of the
 * listener, for clients that do not say how they have addressed it. Throws WireError.
 */
export function routed(route: Route, head: RequestHead, host: string | undefined, here: string): Target {
  const { target } = head
  if (!target.startsWith('/') && target !== '*') {
    const where = `this port stands for ${routeUrl(route)} and is no proxy`
    throw new WireError(`the request names a URL instead of a path, as if it were sent to a proxy: ${where}`)
  }
  const asked = host ? parseAuthority(host, 80, 'the Host field') : undefined
  if (asked && !isKnownHost(asked.host, route.host, hostname())) {
    const way = "address this port as localhost, by an address or by the origin's name"
    throw new WireError(`the Host field names ${asked.host}, which anybody can have pointed here: ${way}`, 403)
  }
  const facing = { ...route, listener: asked ? writeAuthority(asked.host, asked.port, 80) : here }
  const destination = destinationOf(route.scheme, route.host, route.port, undefined)
  const path = target === '*' ? target : route.prefix + target
  return {
    ...targetOf(destination, route.host, route.authority, path),
    rewrite: (response, edit) => faceClient(facing, response, edit),
  }
}

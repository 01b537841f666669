import type { Way } from './ways/way.ts'

/** Where a connection goes to, and what it is interchangeable with. */
export type Destination = {
  /** Connections are interchangeable where this is equal. */
  key: string
  scheme: 'http' | 'https'
  /** A name in lower case or an IP address without brackets. */
  host: string
  port: number
  /** What the client asked for in its TLS hello; undefined: the host itself. */
  serverName: string | undefined
  /** How it is reached; undefined, the usual case: straight to an address of the host. */
  way?: Way | undefined
}

/** A plain connection goes to any server behind host and port, so a server name is no part of its key. */
export function destinationOf(
  scheme: 'http' | 'https',
  host: string,
  port: number,
  serverName: string | undefined,
): Destination {
  const key = scheme === 'http' ? `${host} ${port}` : `${host} ${port} ${serverName ?? ''} tls`
  return { key, scheme, host, port, serverName }
}

export function byWay(destination: Destination, way: Way | undefined): Destination {
  return way === undefined ? destination : { ...destination, key: `${destination.key} ${way.key}`, way }
}

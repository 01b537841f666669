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
  /** The client speaks HTTP/2, so the origin may, too: over TLS if it likes, else as it is known to. */
  http2: boolean
  /** How it is reached; undefined, the usual case: straight to an address of the host. */
  way?: Way | undefined
}

/** A plain connection goes to any server behind host and port, so a server name is no part of its key. */
export function destinationOf(
  scheme: 'http' | 'https',
  host: string,
  port: number,
  serverName: string | undefined,
  http2 = false,
): Destination {
  const key = `${host} ${port}${scheme === 'http' ? '' : ` ${serverName ?? ''} tls`}${http2 ? ' h2' : ''}`
  return { key, scheme, host, port, serverName, http2 }
}

/** The same, asked in HTTP/1.1: there a connection can switch to another protocol. */
export function inHttp1(destination: Destination): Destination {
  const { scheme, host, port, serverName, http2, way } = destination
  return http2 ? byWay(destinationOf(scheme, host, port, serverName), way) : destination
}

/** The same, reached so; connections by different ways are not interchangeable. */
export function byWay(destination: Destination, way: Way | undefined): Destination {
  return way === undefined ? destination : { ...destination, key: `${destination.key} ${way.key}`, way }
}

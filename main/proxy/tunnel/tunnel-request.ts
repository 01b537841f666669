import type { Socket } from 'node:net'
import type { RequestHead } from '../../http1/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import { shownHead } from '../client/proxy-auth.ts'
import { parseAuthority } from '../exchange/target.ts'
import type { Way } from '../origin/ways/way.ts'

/** How a client has asked for a tunnel, as its flow tells it. */
export type TunnelRequest = {
  host: string
  port: number
  method: 'CONNECT' | 'SOCKS5' | 'TLS'
  /** Of CONNECT; empty otherwise, like the heads. */
  httpVersion: string
  head: string
  /** The head of our answer. */
  answered: string
}

export type TunnelClient = { client: Socket; info: ConnectionInfo; asked: TunnelRequest; way: Way | undefined }

const established = 'HTTP/1.1 200 Connection established\r\n'

/** CONNECT (RFC 9110 §9.3.6), and how it is answered. Throws WireError. */
export function askedByConnect(head: RequestHead, httpVersion: string): [asked: TunnelRequest, answer: Buffer] {
  const asked = { method: 'CONNECT', httpVersion, head: shownHead(head) } as const
  return [{ ...parseAuthority(head.target), ...asked, answered: established }, Buffer.from(`${established}\r\n`)]
}

/** SOCKS5 has no heads. */
export function askedBySocks(to: { host: string; port: number }): TunnelRequest {
  return { ...to, method: 'SOCKS5', httpVersion: '', head: '', answered: '' }
}

/** TLS to the proxy's port, whose hello names this host; it asks for nothing, and is answered by TLS. */
export function askedByTls(host: string): TunnelRequest {
  return { host, port: 443, method: 'TLS', httpVersion: '', head: '', answered: '' }
}

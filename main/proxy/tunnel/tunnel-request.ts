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
  /** The head of our answer, as its flow tells it. */
  answered: string
  /** Sent to the client before the tunnel begins; undefined: nothing is. */
  answer: Buffer | undefined
}

export type TunnelClient = { client: Socket; info: ConnectionInfo; asked: TunnelRequest; way: Way | undefined }

const established = 'HTTP/1.1 200 Connection established\r\n'

/** CONNECT (RFC 9110 §9.3.6). Throws WireError. */
export function askedByConnect(head: RequestHead, httpVersion: string): TunnelRequest {
  const { host, port } = parseAuthority(head.target)
  const answer = Buffer.from(`${established}\r\n`)
  return { host, port, method: 'CONNECT', httpVersion, head: shownHead(head), answered: established, answer }
}

/** SOCKS5 has no heads; `answer`: in its own words. */
export function askedBySocks({ host, port }: { host: string; port: number }, answer: Buffer): TunnelRequest {
  return { host, port, method: 'SOCKS5', httpVersion: '', head: '', answered: '', answer }
}

/** TLS to the proxy's port, whose hello names this host; it asks for nothing, and is answered by TLS. */
export function askedByTls(host: string): TunnelRequest {
  return { host, port: 443, method: 'TLS', httpVersion: '', head: '', answered: '', answer: undefined }
}

/** CONNECT within HTTP/2 (RFC 9113 §8.5): tunnels side by side over one connection to the proxy. */
import type { ClientHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { once } from 'node:events'
import type { Http2Client } from './http2-ends.ts'
import { WireEnd } from './wire-end.ts'

/** Asks for a tunnel; `extra`: names and values in turn. */
export function askTunnel({ session }: Http2Client, authority: string, extra: string[] = []): ClientHttp2Stream {
  const asked = [':method', 'CONNECT', ':authority', authority, ...extra]
  return session.request(asked, { endStream: false }).on('error', () => undefined)
}

/** The stream as a connection of its own, once it is granted; nobody reads it yet. */
export async function tunnelSocket(client: Http2Client, authority: string): Promise<Socket> {
  const { stream, status } = await client.answer(askTunnel(client, authority))
  if (status !== 200) throw new Error(`CONNECT was answered ${status}`)
  // As much of a socket as those need who read and write bytes.
  return stream as unknown as Socket
}

export async function tunnelEnd(client: Http2Client, authority: string): Promise<WireEnd> {
  return new WireEnd(await tunnelSocket(client, authority))
}

/** TLS within it, that trusts `ca` alone. */
export async function tunnelTls(
  client: Http2Client,
  authority: string,
  options: ConnectionOptions,
): Promise<TLSSocket> {
  const socket = await tunnelSocket(client, authority)
  const secure = connectTls({ socket, servername: 'localhost', ...options })
  await once(secure, 'secureConnect')
  return secure
}

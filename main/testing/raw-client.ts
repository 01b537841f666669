/** A client that speaks bytes: to the proxy, or inside a TLS tunnel that the proxy intercepts. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { WireEnd } from './wire-end.ts'

/** Connected to 127.0.0.1. */
export async function connectClient(port: number): Promise<WireEnd> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true })
  const client = new WireEnd(socket)
  await once(socket, 'connect')
  return client
}

/** CONNECT through the proxy; resolves behind its 200. `authority`: "host:port". */
export async function connectTunnel(proxyPort: number, authority: string): Promise<WireEnd> {
  const client = await connectClient(proxyPort)
  void client.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  await client.readUntil('\r\n\r\n')
  return client
}

/** CONNECT and TLS, trusting `ca` (PEM; the engine's CA) alone; the server name is the authority's host. */
export async function connectSecure(
  proxyPort: number,
  authority: string,
  ca: string,
  options: ConnectionOptions = {},
): Promise<WireEnd> {
  const tunnel = await connectTunnel(proxyPort, authority)
  const { socket } = tunnel
  socket.removeAllListeners()
  const host = authority.slice(0, authority.lastIndexOf(':'))
  // RFC 6066 §3: an address is no server name.
  const name = host.startsWith('[') ? { host: host.slice(1, -1) } : { servername: host }
  const secure = connectTls({ socket, ca, ...name, ALPNProtocols: ['http/1.1'], ...options })
  const client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  return client
}

/** What is below a client's first request: CONNECT, and TLS within. */
import { once } from 'node:events'
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { WireEnd } from '../../main/testing/wire-end.ts'
import { isOpaque } from '../scenario.ts'
import type { Talk } from '../talk.ts'

/** A connection to the proxy, over the wire that may break. */
export async function openConnection(talk: Talk, opened: Socket[]): Promise<Socket> {
  await talk.enter('connect')
  const { way } = talk.scenario
  // As most clients are; those of a tunnel have something to hear behind their own end, but within HTTP/2 that is a stream's.
  const allowHalfOpen = isOpaque(way) && way !== 'tunnel-in-h2'
  const socket = connect({ port: talk.wires.client.port, host: '127.0.0.1', noDelay: true, allowHalfOpen })
  opened.push(socket)
  await once(socket, 'connect')
  return free(socket)
}

/** Rejects when it is refused, or the connection ends before the answer. */
export async function openTunnel(talk: Talk, opened: Socket[], authority: string): Promise<Socket> {
  const client = new WireEnd(await openConnection(talk, opened))
  await talk.enter('connect-request')
  void client.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  const answer = await client.readText('\r\n\r\n')
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`CONNECT was answered ${answer}`)
  const socket = free(client.socket)
  // What an origin says first may be there already, and is for whoever listens next.
  if (talk.scenario.way === 'tunnel') socket.pause()
  if (client.peek() !== '') socket.unshift(Buffer.from(client.peek(), 'latin1'))
  return socket
}

/** The same as a stream of HTTP/2 (RFC 9113 §8.5). */
export async function openTunnelInHttp2(talk: Talk, opened: Socket[], authority: string): Promise<Socket> {
  const socket = await openConnection(talk, opened)
  const session = connectHttp2('http://localhost', { createConnection: () => socket }).on('error', () => undefined)
  await talk.enter('connect-request')
  if (session.destroyed) throw new Error('the connection has ended')
  const asked = [':method', 'CONNECT', ':authority', authority]
  const stream = session.request(asked, { endStream: false }).on('error', () => undefined)
  const [headers] = (await Promise.race([once(stream, 'response'), once(stream, 'close')])) as [unknown]
  const { ':status': status } = (headers ?? {}) as IncomingHttpHeaders
  if (Number(status) !== 200) throw new Error(`CONNECT was answered ${Number(status)}`)
  // As much of a socket as those need who read and write bytes.
  return stream as unknown as Socket
}

export async function secure(talk: Talk, socket: Socket, protocol: 'http/1.1' | 'h2'): Promise<TLSSocket> {
  await talk.enter('hello')
  stillOpen(socket)
  const secured = connectTls({ socket, ca: talk.ca, servername: 'localhost', ALPNProtocols: [protocol] })
  await once(secured, 'secureConnect')
  return secured.on('error', () => undefined)
}

/** Throws when it has ended while nobody looked: who takes it over would wait for that for ever. */
export function stillOpen(socket: Socket): void {
  if (socket.destroyed || socket.readableEnded) throw new Error('the connection has ended')
}

/** Whoever takes it puts listeners of its own on it. */
function free(socket: Socket): Socket {
  return socket.removeAllListeners().on('error', () => undefined)
}

/** What is below a client's first request: CONNECT, and TLS within. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { WireEnd } from '../../main/testing/wire-end.ts'
import type { Talk } from '../talk.ts'

/** A connection to the proxy, over the wire that may break. */
export async function openConnection(talk: Talk, opened: Socket[]): Promise<Socket> {
  await talk.enter('connect')
  // As most clients are; those of a tunnel have something to hear behind their own end.
  const allowHalfOpen = talk.scenario.way === 'tunnel' || talk.scenario.way === 'upgrade'
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

/** TLS with a client, in the origin's name: a leaf certificate signed by our CA, and HTTP inside. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ConnectionInfo } from '../model/flow.ts'
import { describeTls, explainClientTls, type ClientHello } from '../tls/index.ts'
import type { ProxyContext } from './context.ts'
import type { Destination, Opening } from './origins.ts'
import type { Via } from './session.ts'
import { writeAuthority } from './target.ts'
import { clientHighWaterMark } from './listener-options.ts'

/** Where connections that speak HTTP go. */
export type Sessions = { begin(socket: Socket, info: ConnectionInfo, via: Via, early?: Buffer): void }

export type Interception = {
  context: ProxyContext
  /** Paused; nobody listens to it. */
  client: Socket
  info: ConnectionInfo
  /** The hello, already read. */
  early: Buffer
  hello: ClientHello & { state: 'hello' }
  destination: Destination
  takeOpening: () => Opening | undefined
  sessions: Sessions
}

export function interceptTls(interception: Interception): void {
  const { context, client, hello, destination } = interception
  const gone = (): void => {
    client.destroy()
  }
  client.on('error', gone)
  context.leaves.get(destination.host, hello.serverName).then(
    (secureContext) => {
      client.off('error', gone)
      if (!client.destroyed) handshake(interception, secureContext)
    },
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      refused(interception, 'CLIENT_TLS', `No certificate can be made for ${destination.host}: ${why}`)
      client.destroy()
    },
  )
}

function handshake(
  interception: Interception,
  secureContext: NonNullable<ConstructorParameters<typeof TLSSocket>[1]>['secureContext'],
): void {
  const { context, client, info, early, hello, destination, takeOpening, sessions } = interception
  client.unshift(early)
  // The property is passed on to net.Socket, but missing in the types.
  const options = { isServer: true, secureContext, ALPNProtocols: ['http/1.1'], highWaterMark: clientHighWaterMark }
  const socket = new TLSSocket(client, options)
  let failure: Error | undefined
  const failed = (error: Error): void => {
    failure ??= error
  }
  const closed = (): void => {
    const { code, message } = explainClientTls(failure, hello.serverName ?? destination.host)
    refused(interception, code, message)
    client.destroy()
  }
  // A server-side TLSSocket without a server tells its handshake failures by this event alone.
  socket.on('_tlsError', failed).on('error', failed).on('close', closed)
  socket.on('secure', () => {
    socket.off('error', failed).off('close', closed)
    socket.on('_tlsError', (error: Error) => socket.destroy(error))
    const via: Via = { kind: 'tunnel', ...destination, takeOpening }
    sessions.begin(socket, { ...info, id: context.nextConnectionId(), tls: describeTls(socket) }, via)
  })
}

function refused(interception: Interception, code: 'CLIENT_UNTRUSTING' | 'CLIENT_TLS', message: string): void {
  const { context, info, destination } = interception
  const url = writeAuthority(destination.host, destination.port)
  const flow = context.life.begin({ client: info, method: 'CONNECT', url, httpVersion: '1.1', head: '' })
  context.life.end(flow, { code, side: 'client', phase: 'client-tls', message })
}

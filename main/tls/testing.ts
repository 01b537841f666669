/** For the tests of tls/: servers on port 0 and the ends of their connections. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContextOptions, TLSSocket, type TLSSocketOptions } from 'node:tls'
import type { Made } from '../certificates/testing.ts'
import { type SecuredOrigin, secureOrigin } from './origin-handshake.ts'
import { OriginTrust } from './origin.ts'

/** Listens on 127.0.0.1; `await using` stops it and ends its connections. */
export async function listen(serve: (socket: Socket) => void): Promise<AsyncDisposable & { port: number }> {
  const open = new Set<Socket>()
  const server: Server = createServer((socket) => {
    open.add(socket.on('error', () => undefined))
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // not a pipe, so an address
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What an origin is asked with: a.test, trusting nobody, if nothing else is said. `cas`: PEM texts. */
export type Asked = { host?: string; serverName?: string; cas?: string[]; insecure?: boolean }

/** The handshake with an origin that serves so; the socket that comes of it is closed. */
export async function secured(
  serve: (socket: Socket) => void,
  asked: Asked,
): Promise<SecuredOrigin & { transport: Socket }> {
  await using server = await listen(serve)
  const transport = connect(server.port, '127.0.0.1')
  await once(transport, 'connect')
  const trust = new OriginTrust({ originCas: asked.cas ?? [], insecure: asked.insecure ?? false })
  const result = await secureOrigin(transport, trust, asked.host ?? 'a.test', asked.serverName)
  if (result.ok) result.socket.destroy()
  return { ...result, transport }
}

/** Serves TLS with this certificate. `chain`: PEM of those behind it. */
export const serving = (made: Made, chain = '', context: SecureContextOptions = {}, options: TLSSocketOptions = {}) => {
  const secureContext = createSecureContext({ cert: made.pem + chain, key: made.keyPem, ...context })
  return (raw: Socket) => new TLSSocket(raw, { isServer: true, secureContext, ...options }).on('error', () => undefined)
}

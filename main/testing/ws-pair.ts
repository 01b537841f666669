/** For tests: a client and a server of the package ws, with a proxy that is already there between them. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer, type PerMessageDeflateOptions } from 'ws'
import { connectTunnel } from './raw-client.ts'

export type WsPair = AsyncDisposable & {
  client: WebSocket
  server: WebSocket
  /** Closes as it should, from the client's side, and waits until both know. */
  close(code?: number, reason?: string): Promise<void>
}

/** `proxyPort`: on 127.0.0.1. `path`: of the WebSocket, by which its flow is found. */
export async function openWsPair(
  proxyPort: number,
  path: string,
  deflate: boolean | PerMessageDeflateOptions = false,
): Promise<WsPair> {
  const web = createServer()
  const sockets = new WebSocketServer({ server: web, perMessageDeflate: deflate, clientTracking: true })
  const accepted = once(sockets, 'connection')
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
  const authority = `127.0.0.1:${(web.address() as AddressInfo).port}` // not a pipe, so an address
  const wire = await connectTunnel(proxyPort, authority)
  // They belong to ws from here on.
  wire.socket.removeAllListeners()
  const client = new WebSocket(`ws://${authority}${path}`, {
    createConnection: () => wire.socket,
    perMessageDeflate: deflate !== false && { threshold: 0, ...(typeof deflate === 'object' && deflate) },
  }).on('error', () => undefined)
  await once(client, 'open')
  const [server] = (await accepted) as [WebSocket]
  server.on('error', () => undefined)
  return {
    client,
    server,
    async close(code = 1000, reason = '') {
      const closed = Promise.all([once(client, 'close'), once(server, 'close')])
      client.close(code, reason)
      await closed
    },
    async [Symbol.asyncDispose]() {
      client.terminate()
      server.terminate()
      sockets.close()
      web.close()
      web.closeAllConnections()
      await once(web, 'close')
    },
  }
}

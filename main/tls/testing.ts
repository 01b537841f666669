/** For the tests of tls/: servers on port 0 and the ends of their connections. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

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

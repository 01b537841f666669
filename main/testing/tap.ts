import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A wire between a client and a port of 127.0.0.1 that remembers what came back over it, of its one connection. */
export async function startTap(port: number): Promise<AsyncDisposable & { port: number; passed: () => Buffer }> {
  const parts: Buffer[] = []
  const sockets: Socket[] = []
  const server = createServer((client) => {
    const proxy = connect({ port, host: '127.0.0.1' })
    sockets.push(
      client.on('error', () => undefined),
      proxy.on('error', () => undefined),
    )
    proxy.on('data', (bytes: Buffer) => parts.push(bytes))
    client.pipe(proxy).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // not a pipe, so an address
    passed: () => Buffer.concat(parts),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

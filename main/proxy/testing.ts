/** For the tests of this room: addresses where nobody answers, and bytes as real clients send them. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls, createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { Worker } from 'node:worker_threads'

/** A port of 127.0.0.1 and ::1 where nobody listens. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // not a pipe, so an address
  server.close()
  await once(server, 'close')
  return port
}

/** What a TLS client sends first. */
export async function helloBytes(servername: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const end = new Duplex({
      read: () => undefined,
      write: (bytes: Buffer, _, done) => {
        resolve(bytes)
        done()
      },
    })
    connectTls({ socket: end, servername, ALPNProtocols: ['h2', 'http/1.1'] }).on('error', () => undefined)
  })
}

/** An address that never accepts: its listener's thread stands still, and its queue of connections is full. */
export async function blackHole(): Promise<AsyncDisposable & { authority: string; port: number }> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
     })`,
    { eval: true },
  )
  const [port] = (await once(worker, 'message')) as [number]
  const fill: Socket[] = []
  // Linux keeps one more than the backlog; the next one hears nothing.
  for (let count = 0; count < 2; count++) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    fill.push(socket)
    await once(socket, 'connect')
  }
  return {
    authority: `127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of fill) socket.destroy()
      await worker.terminate()
    },
  }
}

/** A TLS server that answers 200 to everything; `heads` are what it was asked. */
export async function startTls(
  options: TlsOptions,
  port = 0,
): Promise<AsyncDisposable & { port: number; heads: string[] }> {
  const heads: string[] = []
  const open = new Set<Socket>()
  const server = createTlsServer(options, (socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (bytes: Buffer) => {
        heads.push(bytes.toString('latin1'))
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
      })
  })
  server.on('connection', (socket: Socket) => open.add(socket)).on('tlsClientError', () => undefined)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // not a pipe, so an address
    heads,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { EngineError } from '../../model/errors.ts'
import { clientHighWaterMark } from './listener-options.ts'

const usualPort = 8080
const triedPorts = 50

export type Listening = { server: Server; host: string; port: number }

/** Without a port: `first`, or the next free one. Rejects with EngineError. */
export async function listen(
  host: string,
  port: number | undefined,
  onSocket: (socket: Socket) => void,
  first = usualPort,
): Promise<Listening> {
  // Half-open, because a tunnel passes the end of one direction on while the other goes on.
  const server = createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, highWaterMark: clientHighWaterMark },
    onSocket,
  )
  // Behind the last port of all, the search begins where the proxy's own does.
  const firstPort = first > 65535 ? usualPort : first
  const lastPort = Math.min(firstPort + triedPorts, 65535)
  for (let candidate = port ?? firstPort; ; candidate++) {
    const error = await tryListen(server, host, candidate)
    if (!error) {
      // Accept errors, e.g. when file descriptors run out, concern one client each.
      server.on('error', () => undefined)
      return { server, host, port: (server.address() as AddressInfo).port }
    }
    if (error.code !== 'EADDRINUSE') {
      const why = error.code === 'EACCES' ? 'not allowed for this user' : error.message
      throw new EngineError('LISTEN_FAILED', `Cannot listen on ${host}:${candidate}: ${why}`)
    }
    if (port !== undefined) {
      const sentence = `Port ${port} on ${host} is taken by another program. Choose another port, or none to take the next free one.`
      throw new EngineError('PORT_TAKEN', sentence)
    }
    if (candidate >= lastPort) {
      throw new EngineError('PORT_TAKEN', `No free port between ${firstPort} and ${candidate} on ${host}.`)
    }
  }
}

function tryListen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off('listening', listening)
      resolve(error)
    }
    const listening = (): void => {
      server.off('error', failed)
      resolve(undefined)
    }
    server.once('error', failed).once('listening', listening)
    // An IPv6 address may be written as in a URL.
    server.listen({ host: host.replace(/^\[(.*)\]$/, '$1'), port, backlog: 4096 })
  })
}

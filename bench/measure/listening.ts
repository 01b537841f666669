/** Whether somebody listens on a port, read from the kernel: a probing connection would be traffic to the proxy. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const LISTEN = '0A'

function tableHas(path: string, hexPort: string): boolean {
  return readFileSync(path, 'latin1')
    .split('\n')
    .some((line) => {
      const [, local, , state] = line.trim().split(/\s+/)
      return state === LISTEN && local?.endsWith(`:${hexPort}`) === true
    })
}

export function isListening(port: number): boolean {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  return tableHas('/proc/net/tcp', hexPort)
}

/** `count` ports that were free a moment ago: all held at once, so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
      await new Promise((resolve) => server.close(resolve))
      return address.port
    }),
  )
}

/** The contract over the WebSocket of `--web`: a real host, a real server, real sockets. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHost } from '../../app/host/index.ts'
import { WindowServer } from '../../app/web/server.ts'
import { newToken } from '../../app/web/token.ts'
import { WindowClient } from '../../app/web/testing/window-client.ts'
import { contractSuite } from '../contract-suite/suite.ts'
import type { Bound, Wire } from '../contract-suite/wire.ts'

contractSuite('a WebSocket', async (): Promise<Bound> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'spillway-contract-'))
  const host = await openHost({
    dataDir,
    fixed: { listen: { host: '127.0.0.1', port: 0 } },
    info: { host: 'web', version: 'test', platform: process.platform },
  })
  const token = newToken()
  const complain = (sentence: string): never => {
    throw new Error(sentence)
  }
  const server = new WindowServer({ host, token, folder: dataDir, complain })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    async connect(): Promise<Wire> {
      const client = await WindowClient.open(port, token)
      return {
        post: (message) => client.post(message),
        onMessage: (listener) => client.onMessage(listener),
        close: () => client[Symbol.asyncDispose](),
      }
    },
    windows: () => server.windows,
    async [Symbol.asyncDispose]() {
      await host.close(0)
      await server.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
})

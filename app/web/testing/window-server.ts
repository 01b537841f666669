/** For tests of the server itself: it serves a small window, and behind its wire is who repeats what it hears. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ToWindow } from '../../contract/wire.ts'
import { WindowServer } from '../server.ts'
import { newToken } from '../token.ts'
import type { WindowHost } from '../wire-sessions.ts'

export const page = '<!doctype html><script type="module" src="./assets/a-1.js" nonce="__CSP_NONCE__"></script>\n'

/** Answers each message with itself; counts who is connected. */
class Repeating implements WindowHost {
  open = 0
  backlogs: (() => number)[] = []

  connect(send: (message: ToWindow) => void, backlog: () => number = () => 0) {
    this.open++
    this.backlogs.push(backlog)
    return {
      receive: (message: unknown) => send({ id: 1, ok: true, value: message }),
      close: () => {
        this.open--
      },
    }
  }
}

export type ServedWindow = AsyncDisposable & {
  port: number
  token: string
  server: WindowServer
  host: Repeating
  complaints: string[]
  /** What is outside of `window/`, which is served. */
  folder: string
}

export async function serveWindow(times?: { helloMs?: number; beatMs?: number }): Promise<ServedWindow> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-window-'))
  const files: Record<string, string> = {
    'secret.txt': 'secret',
    'window/index.html': page,
    'window/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'window/.hidden': 'secret',
    'window/assets/a-1.js': 'export {}',
    'window/assets/f-1.woff2': 'font',
    'window/assets/nothing.xyz': 'nothing',
  }
  mkdirSync(join(folder, 'window', 'assets'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const host = new Repeating()
  const token = newToken()
  const complaints: string[] = []
  const complain = (sentence: string) => void complaints.push(sentence)
  const server = new WindowServer({ host, token, folder: join(folder, 'window'), complain, ...(times && { times }) })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    port,
    token,
    server,
    host,
    complaints,
    folder,
    async [Symbol.asyncDispose]() {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

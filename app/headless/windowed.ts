/** The proxy with a window for browsers of this machine. Loaded with --web only: without it nothing of this is needed. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openHost } from '../host/index.ts'
import { fileReason } from '../host/settings/file-reason.ts'
import { WindowServer } from '../web/server.ts'
import { newToken, writeTokenFile } from '../web/token.ts'
import { complain } from './output.ts'
import type { Sources, Web } from './options/configuration.ts'
import { UsageError } from './options/usage-error.ts'
import type { Proxying } from './proxying.ts'
import { sandboxLauncher } from './sandbox.ts'

/** `version`: what the window says about itself. Throws UsageError when the window cannot be shown at all. */
export async function windowed({ listen, tokenFile }: Web, sources: Sources, version: string): Promise<Proxying> {
  const folder = builtWindow()
  const { outside, file, dataDir } = sources
  const info = { host: 'web', version, platform: process.platform } as const
  const launchSandbox = sandboxLauncher()
  const host = await openHost({ dataDir, settingsFile: file, fixed: outside, info, launchSandbox })
  const token = newToken()
  const server = new WindowServer({ host, token, folder, complain })
  const never = new AbortController().signal

  return {
    onFlow: (listener) => host.engine.onFlow(listener),
    onNotice: (listener) => host.onNotice(listener),
    onLog: (listener) => host.engine.modifiers.onLog(listener),
    running: () => host.engine.running(),
    async start() {
      const own = await server.listen(listen)
      host.shun(own.host, own.port)
      if (tokenFile !== undefined) await writeToken(tokenFile, token)
      const { address, reverse, problem } = await host.handlers['capture.start'](undefined, never, never)
      const listening = address && { ...address, reverse }
      const { values, problem: settingsProblem } = await host.handlers['settings.get'](undefined, never, never)
      const { listen: asked = { host: '127.0.0.1', port: undefined }, caDir = dataDir } = values
      const asksClients = values.proxyAuth !== undefined
      return { listening, problem, settingsProblem, asked, asksClients, caDir, window: server.url }
    },
    async close(graceMs) {
      await host.close(graceMs)
      await server.close()
      if (tokenFile !== undefined) await rm(tokenFile, { force: true })
    },
  }
}

/** Beside us in the bundle, in dist/ when run from source. */
function builtWindow(): string {
  const places = ['../renderer', '../../dist/renderer'].map((place) => resolve(import.meta.dirname, place))
  const built = places.find((place) => existsSync(join(place, 'index.html')))
  if (built !== undefined) return built
  throw new UsageError('--web', 'the window has not been built yet: run "npm run build" once, then try again')
}

async function writeToken(file: string, token: string): Promise<void> {
  try {
    await writeTokenFile(file, token)
  } catch (error) {
    throw new UsageError('--web-token-file', `cannot write ${file}: ${fileReason(error)}`)
  }
}

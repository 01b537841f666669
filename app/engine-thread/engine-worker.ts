/**
 * The engine and its host, in a thread of their own, so that neither a 10 GB stream nor 5,000 requests a second make
 * the window stutter, nor the window the stream. It knows nothing of Electron. Whatever throws here ends this thread
 * and not the app; engine.ts starts it again.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { EngineError } from '../../main/model/errors.ts'
import { openHost, type Host } from '../host/index.ts'
import type { ToWindow } from '../contract/wire.ts'
import { AskedSandboxes } from './sandbox-line.ts'
import type { EngineStart, FromEngine, ToEngine } from './thread-messages.ts'
import { Unheard } from './unheard.ts'

const port = parentPort
if (!port) throw new Error('engine-worker.ts is for a thread')
// Its type is a promise of engine.ts, the only one who starts this.
const { dataDir, settingsFile, fixed, version } = workerData as EngineStart

const say = (message: FromEngine): void => port.postMessage(message)

const asked = new Map<number, (path: string | undefined) => void>()
let questions = 0
const choose = (name: string | undefined): Promise<string | undefined> =>
  new Promise((resolve) => {
    asked.set(++questions, resolve)
    say({ choose: questions, name })
  })

const sandboxes = new AskedSandboxes(say)

type Connection = { line: ReturnType<Host['connect']>; unheard: Unheard }
const connections = new Map<number, Connection>()

function open(host: Host, window: number): void {
  const unheard = new Unheard()
  const send = (message: ToWindow): void => {
    unheard.sent(message)
    say({ window, message })
  }
  connections.set(window, { line: host.connect(send, () => unheard.bytes), unheard })
}

async function perform(host: Host, message: ToEngine): Promise<void> {
  if ('open' in message) open(host, message.open)
  else if ('window' in message) connections.get(message.window)?.line.receive(message.message)
  else if ('heard' in message) connections.get(message.heard)?.unheard.heard()
  else if ('shut' in message) {
    connections.get(message.shut)?.line.close()
    connections.delete(message.shut)
  } else if ('chosen' in message) {
    asked.get(message.chosen)?.(message.path)
    asked.delete(message.chosen)
  } else if (!sandboxes.take(message)) {
    await host.close(message.close)
    say({ closed: true })
  }
}

try {
  const info = { host: 'desktop', version, platform: process.platform } as const
  const host = await openHost({
    dataDir,
    settingsFile,
    fixed,
    info,
    files: { choose },
    launchSandbox: sandboxes.launch,
  })
  port.on('message', (message: ToEngine) => void perform(host, message))
} catch (error) {
  if (!(error instanceof EngineError)) throw error
  say({ refused: error.message })
}

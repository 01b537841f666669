/** What is run: an engine alone, or one with a window (windowed.ts). */
import { createEngine, type Engine, type ModifierState, type Settings } from '../../main/index.ts'
import { EngineError } from '../../main/model/errors.ts'
import { atPlace } from '../../main/model/place.ts'
import type { Listening } from './greeting.ts'
import { sandboxLauncher } from './sandbox.ts'

export type Proxying = Pick<Engine, 'onFlow' | 'running' | 'close'> & {
  onNotice(listener: (sentence: string) => void): () => void
  /** What modifiers give to `log`. */
  onLog: Engine['modifiers']['onLog']
  /** Rejects with EngineError; with a window it resolves, as the user can mend there what is wrong. */
  start(): Promise<Started>
}

export type Started = {
  /** Undefined when that failed. */
  listening: Listening | undefined
  /** Why; a sentence. */
  problem?: string | undefined
  /** What was wrong with the settings file; a sentence. */
  settingsProblem?: string | undefined
  asked: Settings['listen']
  /** Clients have to give user and password. */
  asksClients: boolean
  caDir: string
  /** The address of the window, with its token. */
  window?: string
}

export function alone(settings: Settings): Proxying {
  const engine = createEngine(settings, { launchSandbox: sandboxLauncher(), keyLog: process.env['SSLKEYLOGFILE'] })
  return {
    ...engine,
    onLog: (listener) => engine.modifiers.onLog(listener),
    async start() {
      await applied(engine)
      const { listen: asked, caDir, proxyAuth } = settings
      return { listening: await engine.start(), asked, caDir, asksClients: proxyAuth !== undefined }
    },
  }
}

/** Nobody is there to mend a modifier that cannot be applied, so nothing begins without it. */
async function applied(engine: Engine): Promise<void> {
  const { modifiers } = engine
  await modifiers.loaded()
  const broken = modifiers.states().find(({ status }) => status === 'broken')
  if (!broken) return
  await engine.close(0)
  throw new EngineError('BAD_MODIFIER', sentenceOf(broken))
}

function sentenceOf({ entry, name, problem }: ModifierState): string {
  return problem ? atPlace(problem.message, problem) : atPlace(`modifier "${name}" cannot be applied`, entry)
}

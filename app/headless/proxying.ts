/** What is run: an engine alone, or one with a window (windowed.ts). */
import { createEngine, type Engine, type Settings } from '../../main/index.ts'
import type { Listening } from './greeting.ts'
import { sandboxLauncher } from './sandbox.ts'

export type Proxying = Pick<Engine, 'onFlow' | 'onNotice' | 'running' | 'close'> & {
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
  caDir: string
  /** The address of the window, with its token. */
  window?: string
}

export function alone(settings: Settings): Proxying {
  const engine = createEngine(settings, { launchSandbox: sandboxLauncher() })
  const start = async () => ({ listening: await engine.start(), asked: settings.listen, caDir: settings.caDir })
  return { ...engine, start }
}

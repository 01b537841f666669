/** The processes that modifiers run in: children of this one. */
import { existsSync } from 'node:fs'
import { childLauncher, type LaunchSandbox } from '../../main/index.ts'

/** Beside us in the bundle, in dist/ when run from source. Undefined: it has not been built, so no modifier can run. */
export function sandboxLauncher(): LaunchSandbox | undefined {
  const places = ['../sandbox/watchdog.js', '../../dist/sandbox/watchdog.js']
  const built = places.map((place) => new URL(place, import.meta.url)).find((place) => existsSync(place))
  return built && childLauncher(built)
}

/** A sandbox process for modifiers: a utility process, as the app's own binary runs no other programs of Node's. */
import { utilityProcess, type UtilityProcess } from 'electron'
import type { LaunchSandbox } from '../../main/index.ts'

/** `script`: the built sandbox. Only after the app is ready. */
export const sandboxLauncher =
  (script: string): LaunchSandbox =>
  (env) => {
    const listeners = new Set<() => void>()
    const child = utilityProcess.fork(script, [], { env, stdio: 'ignore', serviceName: 'Spillway modifier' })
    let wanted = true
    child.once('spawn', () => {
      if (!wanted) endNow(child)
    })
    child.once('exit', () => {
      for (const listener of listeners) listener()
    })
    // Told when V8 gives up, before the exit; with nobody to hear it, it would be an error of this process.
    child.on('error', () => undefined)
    return {
      get pid() {
        return child.pid
      },
      kill() {
        wanted = false
        endNow(child)
      },
      onExit: (listener) => void listeners.add(listener),
    }
  }

/** Asking is not enough for a process that is in a loop. Before it has been spawned there is nothing to end. */
function endNow(child: UtilityProcess): void {
  const { pid } = child
  child.kill()
  if (pid === undefined || process.platform === 'win32') return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has gone meanwhile.
  }
}

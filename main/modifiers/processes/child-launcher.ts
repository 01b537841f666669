import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LaunchSandbox } from '../modifier.ts'

/** Variables without which programs do not start on some systems. */
const needed = ['SystemRoot', 'windir', 'TEMP', 'TMP', 'TMPDIR']

/**
 * Starts sandboxes as child processes of this Node. `script` is the built watchdog. They have no standard streams, and
 * end by themselves when this process does, as their control socket closes then.
 */
export function childLauncher(script: URL): LaunchSandbox {
  const own = Object.fromEntries(needed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  return (env) => {
    const child = spawn(process.execPath, [fileURLToPath(script)], {
      env: { ...own, ...env },
      stdio: 'ignore',
      windowsHide: true,
    })
    // The engine ends them in good time; while it runs, its sockets keep it alive and not these.
    child.unref()
    const listeners: (() => void)[] = []
    let over = false
    const exited = (): void => {
      if (over) return
      over = true
      for (const listener of listeners) listener()
    }
    child.once('exit', exited)
    child.once('error', exited)
    return {
      pid: child.pid,
      kill: () => void child.kill('SIGKILL'),
      onExit: (listener) => (over ? queueMicrotask(listener) : listeners.push(listener)),
    }
  }
}

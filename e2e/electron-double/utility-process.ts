/** utilityProcess over a real child process of Node's: it is spawned later than it is asked for, as Electron's. */
import { spawn, type ChildProcess } from 'node:child_process'
import { Emitting } from './events.ts'

type Used = 'pid' | 'kill' | 'on' | 'once'

const children = new Set<ChildProcess>()

// Utility processes end with the browser.
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

class Forked extends Emitting implements Pick<Electron.UtilityProcess, Used> {
  pid: number | undefined
  readonly on = this.add as Electron.UtilityProcess['on']
  readonly once = this.addOnce as Electron.UtilityProcess['once']
  #child: ChildProcess | undefined

  constructor(script: string, args: string[], { env, execArgv = [] }: Electron.ForkOptions) {
    super()
    setImmediate(() => {
      const child = spawn(process.execPath, [...execArgv, script, ...args], {
        env: env as NodeJS.ProcessEnv,
        stdio: 'ignore',
      })
      this.#child = child
      children.add(child)
      const end = (code: number | null): void => {
        this.pid = undefined
        children.delete(child)
        this.events.emit('exit', code ?? 1)
      }
      child.on('spawn', () => {
        this.pid = child.pid
        this.events.emit('spawn')
      })
      child.on('error', () => end(1))
      child.on('exit', end)
    })
  }

  kill(): boolean {
    return this.pid !== undefined && this.#child?.kill() === true
  }
}

export const utilityProcess = {
  fork: (script: string, args: string[] = [], options: Electron.ForkOptions = {}) => new Forked(script, args, options),
}

export type UtilityProcess = Forked

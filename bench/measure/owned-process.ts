/**
 * Processes this bench has started, and no others. Each is stopped by its own pid; whatever is still alive when
 * the bench ends, however it ends, is killed then.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { isListening } from './listening.ts'

const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

export interface OwnedProcess {
  readonly pid: number
  readonly child: ChildProcess
  /** Resolves when it has ended: asked to with SIGTERM, made to after two seconds. */
  readonly stop: () => Promise<void>
  /** Set once it has ended; a sentence with the last of what it wrote to stderr. */
  readonly ended: () => string | undefined
}

/** Starts `command`; stdout goes to /dev/null as on a server, stderr to `errorFile`, to be quoted when it dies. */
export function startProcess(command: readonly string[], errorFile: string, ipc = false): OwnedProcess {
  const [program, ...args] = command
  if (program === undefined) throw new Error('an empty command')
  const errors = openSync(errorFile, 'a')
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', errors, ...(ipc ? (['ipc'] as const) : [])] })
  closeSync(errors)
  alive.add(child)
  let end: string | undefined
  const gone = new Promise<void>((resolve) => {
    const note = (why: string): void => {
      alive.delete(child)
      end ??= `${args.findLast((arg) => arg.includes('/')) ?? program} ${why}: ${readFileSync(errorFile, 'utf8').slice(-600).trim()}`
      resolve()
    }
    child.on('exit', (code, signal) => note(`ended with ${code ?? signal ?? 'nothing'}`))
    child.on('error', (error) => note(error.message))
  })
  const stop = async (): Promise<void> => {
    if (end !== undefined) return
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), 2000)
    await gone
    clearTimeout(force)
  }
  return { pid: child.pid ?? 0, child, stop, ended: () => end }
}

/** Resolves within about a millisecond of `port` being listened on. */
export async function untilListening(owned: OwnedProcess, port: number, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!isListening(port)) {
    const end = owned.ended()
    if (end !== undefined) throw new Error(end)
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port} after ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

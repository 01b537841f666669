/** For tests: the program as a process of its own, from the present sources unless told otherwise, and what it says. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

let present: string[] | undefined

/** As it was built, which starts in half the time, where no source of it is newer. */
function presentProgram(): string[] {
  const built = 'dist/headless/spillway.js'
  const at = existsSync(built) ? statSync(built).mtimeMs : 0
  const isNewer = globSync('{app,main}/**/*.ts', { exclude: ['**/testing/**', '**/*.test.ts'] }).some(
    (file) => statSync(file).mtimeMs > at,
  )
  return [process.execPath, isNewer ? 'app/headless/spillway.ts' : built]
}

export type Exit = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

export class Program implements AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  readonly ended: Promise<Exit>
  /** Holds the CA and, as TMPDIR, temporary files; goes with the program. */
  readonly folder = mkdtempSync(join(tmpdir(), 'spillway-program-'))
  stdout = ''
  stderr = ''

  /** `command`: what is run, `args` behind it. */
  constructor(
    args: string[],
    env: Record<string, string> = {},
    command: readonly string[] = (present ??= presentProgram()),
  ) {
    const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
    const [file = process.execPath, ...first] = command
    this.child = spawn(file, [...first, ...args], {
      // Nothing of the developer's own settings, colours or CA.
      env: { PATH, NODE_COMPILE_CACHE, HOME: this.folder, TMPDIR: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout.on('data', (data: Buffer) => (this.stdout += data.toString()))
    this.child.stderr.on('data', (data: Buffer) => (this.stderr += data.toString()))
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }))
    })
  }

  /** Resolves when `form` is found in what was said so far; rejects when the program ends without it. */
  async says(where: 'stdout' | 'stderr', form: RegExp): Promise<RegExpExecArray> {
    let over: Exit | undefined
    for (;;) {
      const found = form.exec(this[where])
      if (found) return found
      if (over) throw new Error(`ended without saying ${form.source}:\n${this.stdout}\n${this.stderr}`)
      const more = new Promise<undefined>((resolve) => this.child[where].once('data', () => resolve(undefined)))
      over = await Promise.race([more, this.ended])
    }
  }

  /** The port it listens on. */
  async port(where: 'stdout' | 'stderr' = 'stdout'): Promise<number> {
    const [, port] = await this.says(where, /listening on http:\/\/127\.0\.0\.1:(\d+)/)
    return Number(port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A program that proxies on a free port. */
export const proxyProgram = (...args: string[]): Program => new Program(['--listen', '127.0.0.1:0', ...args])

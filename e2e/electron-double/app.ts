/** The life of the app: ready, one instance, quitting in Electron's order, signals. */
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endChromium } from './chromium.ts'
import { Emitting, preventable } from './events.ts'

type Used =
  | 'isPackaged'
  | 'enableSandbox'
  | 'setPath'
  | 'requestSingleInstanceLock'
  | 'whenReady'
  | 'quit'
  | 'exit'
  | 'setAboutPanelOptions'
  | 'on'

/** Windows say here that they are there, so that quitting can close them. */
export type Closable = { close(): void; isDestroyed(): boolean }

class App extends Emitting implements Pick<Electron.App, Used> {
  readonly isPackaged = false
  readonly on = this.add as Electron.App['on']
  readonly windows = new Set<Closable>()
  about: Electron.AboutPanelOptionsOptions = {}
  sandboxed = false
  quitting = false
  #userData = join(tmpdir(), 'electron-double')
  #lock: string | undefined

  enableSandbox(): void {
    this.sandboxed = true
  }

  setPath(name: string, path: string): void {
    if (name !== 'userData') throw new Error(`the double of Electron has no path "${name}"`)
    if (!existsSync(path)) throw new Error(`${path} is not there, and Electron takes only folders that are`)
    this.#userData = path
  }

  setAboutPanelOptions(options: Electron.AboutPanelOptionsOptions): void {
    this.about = options
  }

  /** A file with the id of the process that holds it; the second tells the first by a signal. */
  requestSingleInstanceLock(): boolean {
    const file = join(this.#userData, 'instance')
    try {
      const opened = openSync(file, 'wx')
      writeSync(opened, String(process.pid))
      closeSync(opened)
    } catch {
      const holder = Number(readFileSync(file, 'utf8'))
      if (isAlive(holder)) {
        process.kill(holder, 'SIGUSR2')
        return false
      }
      rmSync(file)
      return this.requestSingleInstanceLock()
    }
    this.#lock = file
    process.on('SIGUSR2', () => this.events.emit('second-instance', preventable({}), [], process.cwd(), undefined))
    return true
  }

  /** Electron waits for the end of the main module; so does this, by a timer. */
  readonly whenReady = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

  quit(): void {
    const before = preventable({})
    this.quitting = true
    this.events.emit('before-quit', before)
    if (before.defaultPrevented) {
      this.quitting = false
      return
    }
    for (const window of this.windows) window.close()
    if (this.windows.size > 0) return
    const will = preventable({})
    this.events.emit('will-quit', will)
    if (!will.defaultPrevented) this.exit(0)
  }

  exit(code = 0): void {
    if (this.#lock !== undefined) rmSync(this.#lock, { force: true })
    this.#lock = undefined
    void endChromium().finally(() => process.exit(code))
  }

  windowHasGone(window: Closable): void {
    this.windows.delete(window)
    if (this.windows.size > 0 || this.quitting) return
    if (this.events.listenerCount('window-all-closed') === 0) this.quit()
    else this.events.emit('window-all-closed')
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

export const app = new App()

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())

/** A window is a page of Chromium. What it does needs time; what it is asked is answered at once, as in Electron. */
import { readFileSync } from 'node:fs'
import { app } from './app.ts'
import { onlyPage } from './chromium.ts'
import { Emitting, preventable } from './events.ts'
import { WebContents } from './web-contents.ts'

/** What an isolated world can imitate; anything looser would be another window than the one asked for. */
function check({ preload, ...preferences }: Electron.WebPreferences): string {
  const { contextIsolation = true, sandbox = true, nodeIntegration = false, webSecurity = true } = preferences
  if (!contextIsolation || !sandbox || nodeIntegration || !webSecurity || preload === undefined) {
    throw new Error('the double of Electron has only isolated, sandboxed windows with a preload')
  }
  return readFileSync(preload, 'utf8')
}

type Used =
  | 'on'
  | 'once'
  | 'loadURL'
  | 'reload'
  | 'show'
  | 'focus'
  | 'maximize'
  | 'isMaximized'
  | 'isMinimized'
  | 'restore'
  | 'getNormalBounds'
  | 'isDestroyed'
  | 'close'

export class BrowserWindow extends Emitting implements Pick<Electron.BrowserWindow, Used> {
  static readonly #all = new Set<BrowserWindow>()
  static getAllWindows(): BrowserWindow[] {
    return [...BrowserWindow.#all]
  }

  readonly on = this.add as Electron.BrowserWindow['on']
  readonly once = this.addOnce as Electron.BrowserWindow['once']
  readonly webContents = new WebContents()
  readonly #attached: Promise<void>
  shown = false
  #bounds: Electron.Rectangle
  #maximized = false
  #minimized = false
  #gone = false

  constructor({
    x = 40,
    y = 60,
    width = 800,
    height = 600,
    show = true,
    ...given
  }: Electron.BrowserWindowConstructorOptions) {
    super()
    const preload = check(given.webPreferences ?? {})
    this.#bounds = { x, y, width, height }
    this.shown = show
    BrowserWindow.#all.add(this)
    app.windows.add(this)
    this.#attached = this.#begin(preload)
  }

  async loadURL(url: string): Promise<void> {
    await this.#attached
    await this.webContents.load(url)
    this.events.emit('ready-to-show')
  }

  reload(): void {
    void this.#attached.then(() => this.webContents.reload())
  }

  show(): void {
    this.shown = true
  }
  focus(): void {
    this.shown = true
  }
  maximize(): void {
    this.#maximized = true
  }
  isMaximized(): boolean {
    return this.#maximized
  }
  minimize(): void {
    this.#minimized = true
  }
  isMinimized(): boolean {
    return this.#minimized
  }
  restore(): void {
    this.#minimized = false
  }
  setBounds(bounds: Partial<Electron.Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
  }
  getNormalBounds(): Electron.Rectangle {
    return this.#bounds
  }
  isDestroyed(): boolean {
    return this.#gone
  }

  close(): void {
    const event = preventable({})
    this.events.emit('close', event)
    if (!event.defaultPrevented) this.#end()
  }

  async #begin(preload: string): Promise<void> {
    if (BrowserWindow.#all.size > 1) throw new Error('the double of Electron has one window at a time')
    await this.webContents.attach(await onlyPage(), preload)
  }

  #end(): void {
    this.#gone = true
    BrowserWindow.#all.delete(this)
    this.webContents.destroyed()
    this.events.emit('closed')
    app.windowHasGone(this)
  }
}

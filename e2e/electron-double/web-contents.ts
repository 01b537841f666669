/** A page: its preload in an isolated world, its messages, and everything it wants to load, asked of the shell first. */
import { app } from './app.ts'
import type { Session } from './devtools.ts'
import { Emitting, preventable } from './events.ts'
import { binding, opening, pageScript, preloadScript, receiver, worldName } from './in-page.ts'
import { ipcMain } from './ipc-main.ts'
import { fromChromium, handlers, session, toChromium } from './session.ts'
import { pack, unpack } from './values.ts'

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0]
type Paused = {
  requestId: string
  request: { url: string; method: string; headers: Record<string, string> }
  resourceType: string
  frameId: string
}

let ids = 0

type Used = 'id' | 'on' | 'once' | 'send' | 'isDestroyed' | 'setWindowOpenHandler'

export class WebContents extends Emitting implements Pick<Electron.WebContents, Used> {
  readonly id = ++ids
  readonly on = this.add as Electron.WebContents['on']
  readonly once = this.addOnce as Electron.WebContents['once']
  /** What the page asked for that no protocol of the app serves; nothing of it was loaded. */
  readonly refused: string[] = []
  /** Windows the page wanted to open, and the shell has denied. */
  readonly denied: string[] = []
  #open: OpenHandler = () => ({ action: 'allow' })
  #cdp: Session | undefined
  #mainFrame = ''
  #world: number | undefined
  #url = ''
  /** The shell itself has asked for this document. */
  #expected: string | undefined
  #loaded: (() => void) | undefined
  #gone = false

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#open = handler
  }

  isDestroyed(): boolean {
    return this.#gone
  }

  send(channel: string, ...args: unknown[]): void {
    // What cannot be cloned throws here, whether a page listens or not.
    const expression = `globalThis.${receiver}?.(${JSON.stringify(pack([channel, ...args]))})`
    if (this.#world === undefined) return
    // A page that goes meanwhile does not hear it, as in Electron.
    this.#cdp?.send('Runtime.evaluate', { expression, contextId: this.#world }).catch(() => undefined)
  }

  async attach(cdp: Session, preload: string): Promise<void> {
    this.#cdp = cdp
    cdp.on('Runtime.executionContextCreated', ({ context: { id, name, auxData } }) => {
      if (name === worldName && (auxData as { frameId?: string }).frameId === this.#mainFrame) this.#world = id
    })
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#world) this.#world = undefined
    })
    cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === binding) this.#hear(payload)
    })
    cdp.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) this.#url = fromChromium(frame.url)
    })
    cdp.on('Inspector.targetCrashed', () =>
      this.events.emit('render-process-gone', preventable({}), { reason: 'crashed', exitCode: 139 }),
    )
    cdp.on('Fetch.requestPaused', (paused) => void this.#load(cdp, paused).catch(() => undefined))
    // A link with a target opens its window before anybody can be asked, which is closed at once (chromium.ts);
    // window.open does not get so far.
    cdp.on('Page.windowOpen', ({ url }) => this.#asked(fromChromium(url)))
    cdp.on('Page.loadEventFired', () => this.#loaded?.())
    await cdp.send('Page.enable')
    const { frameTree } = await cdp.send('Page.getFrameTree')
    this.#mainFrame = frameTree.frame.id
    await cdp.send('Runtime.enable')
    await cdp.send('Runtime.addBinding', { name: binding, executionContextName: worldName })
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript })
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: preloadScript(preload), worldName })
    await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
    await this.#permissions(cdp)
    await downloads(cdp)
    app.events.emit('web-contents-created', preventable({}), this)
  }

  /** Resolves when the page has loaded. */
  async load(url: string): Promise<void> {
    this.#expected = url
    const loaded = new Promise<void>((done) => (this.#loaded = done))
    const { errorText } = await this.#cdp!.send('Page.navigate', { url: toChromium(url) })
    if (errorText !== undefined) throw new Error(`${errorText}: ${url}`)
    await loaded
  }

  reload(): void {
    this.#expected = this.#url
    void this.#cdp?.send('Page.reload').catch(() => undefined)
  }

  destroyed(): void {
    this.#gone = true
    this.events.emit('destroyed')
    // The last page stays, because Chromium would end with it; the next window takes it.
    void this.#cdp?.send('Page.navigate', { url: 'about:blank' }).catch(() => undefined)
  }

  #hear(payload: string): void {
    const [channel, ...args] = unpack(payload) as [string, ...unknown[]]
    if (channel === opening) {
      this.#asked(String(args[0]))
      return
    }
    const { protocol, host } = new URL(this.#url)
    const senderFrame = { parent: null, origin: `${protocol}//${host}`, url: this.#url }
    ipcMain.events.emit(channel, { ...preventable({}), sender: this, senderFrame }, ...args)
  }

  #asked(url: string): void {
    const { action } = this.#open({ url, disposition: 'foreground-tab' } as Electron.HandlerDetails)
    if (action === 'allow')
      throw new Error(`the double of Electron has one window, and the shell lets a page open ${url}`)
    this.denied.push(url)
  }

  async #load(cdp: Session, { requestId, request, resourceType, frameId }: Paused): Promise<void> {
    const url = fromChromium(request.url)
    const isMainFrame = frameId === this.#mainFrame
    if (resourceType === 'Document' && !(isMainFrame && url === this.#expected)) {
      const event = preventable({ url, isMainFrame, isSameDocument: false, frame: null, initiator: null })
      this.events.emit('will-frame-navigate', event)
      if (event.defaultPrevented) {
        await cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
        return
      }
    }
    if (isMainFrame && resourceType === 'Document') this.#expected = undefined
    const handle = handlers.get(new URL(url).protocol.slice(0, -1))
    if (!handle) {
      this.refused.push(url)
      await cdp.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
      return
    }
    const answer = await handle(new Request(url, { method: request.method, headers: request.headers }))
    const responseHeaders = [...answer.headers].map(([name, value]) => ({ name, value }))
    const body = Buffer.from(await answer.arrayBuffer()).toString('base64')
    await cdp.send('Fetch.fulfillRequest', { requestId, responseCode: answer.status, responseHeaders, body })
  }

  /** Chromium cannot ask at the moment of use, so the shell is asked beforehand, for each there is. */
  async #permissions(cdp: Session): Promise<void> {
    for (const name of [
      'clipboard-read',
      'clipboard-sanitized-write',
      'geolocation',
      'notifications',
      'midi',
    ] as const) {
      const allowed = session.defaultSession.check?.(null, name, 'spillway://app/', {} as never) ?? true
      const permission = name === 'clipboard-sanitized-write' ? { name: 'clipboard-write' } : { name }
      await cdp.send('Browser.setPermission', { permission, setting: allowed ? 'granted' : 'denied' })
    }
  }
}

async function downloads(cdp: Session): Promise<void> {
  cdp.on('Page.downloadWillBegin', ({ url }) => {
    session.defaultSession.events.emit('will-download', preventable({}), { getURL: () => url })
  })
  await cdp.send('Page.setDownloadBehavior', { behavior: 'deny' })
}

/** The one window. Its page is sandboxed and isolated; scheme.ts serves it, lockdown.ts says what it may not do. */
import { BrowserWindow, dialog, nativeTheme, screen, type BrowserWindowConstructorOptions } from 'electron'
import { keep, placeOf, readKept, smallest } from './bounds.ts'
import { windowOrigin } from './scheme.ts'

/** The page's own backgrounds, so that nothing flashes before it is drawn. */
const background = { dark: '#14181c', light: '#ffffff' }
/** A page that breaks again within this long would only break once more; milliseconds. */
const calm = 10_000

const unshown = 'The window of Spillway cannot be shown'

type Files = { preload: string; bounds: string }

export function openWindow({ preload, bounds }: Files): BrowserWindow {
  const main = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id)
  const { maximized, ...place } = placeOf(
    readKept(bounds),
    [main, ...others].map(({ workArea }) => workArea),
  )
  const window = new BrowserWindow({
    ...place,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Spillway',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: { ...sealed, preload },
  })
  window.once('ready-to-show', () => {
    if (maximized) window.maximize()
    window.show()
  })
  window.on('close', () => keep(bounds, { ...window.getNormalBounds(), maximized: window.isMaximized() }))
  reloadWhenBroken(window)
  window.loadURL(`${windowOrigin}/`).catch((error: unknown) => {
    // Closed before it had loaded: nobody waits for it.
    if (!window.isDestroyed()) dialog.showErrorBox(unshown, String(error))
  })
  return window
}

const sealed: BrowserWindowConstructorOptions['webPreferences'] = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false, // it fetches dictionaries from the network
}

/** The capture is not the page's: a reload shows all of it again. */
function reloadWhenBroken(window: BrowserWindow): void {
  let last = -Infinity
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    if (performance.now() - last > calm) {
      last = performance.now()
      window.reload()
      return
    }
    const sentence = `Its page ended twice (${reason}). The capture goes on; View > Reload tries again.`
    dialog.showErrorBox(unshown, sentence)
  })
}

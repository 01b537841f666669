/**
 * The desktop app: Electron's main process. It owns the window, the menu and the dialogs; the engine works in a thread
 * of its own (app/engine-thread), and the two speak the contract of app/contract, as does the page over IPC (window-line.ts).
 *
 * Everything else is tested without this folder, so it stays small. Electron waits with `ready` for the end of this
 * module: nothing here is awaited at its top.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, Menu } from 'electron'
import type { CaptureState, MenuItem } from '../contract/contract.ts'
import { describeApp } from './about.ts'
import { Engine } from '../engine-thread/engine.ts'
import { RunFile } from '../engine-thread/run-file.ts'
import { dataDir, readGiven, windowFolder } from './given.ts'
import { lockDown } from './lockdown.ts'
import { menuTemplate } from './menu.ts'
import { endCleanly } from './quit.ts'
import { sandboxLauncher } from './sandbox.ts'
import { choosePlace } from './save-place.ts'
import { registerScheme, serveWindow, windowOrigin } from './scheme.ts'
import { bindWindows } from './window-line.ts'
import { openWindow } from './window.ts'

/** Set by the build. */
declare const __VERSION__: string

// For names whose servers are dead, as in app/headless/spillway.ts.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

const folder = import.meta.dirname
const files = { preload: join(folder, '../preload/preload.cjs'), bounds: join(windowFolder, 'bounds.json') }

registerScheme()
app.enableSandbox()
mkdirSync(windowFolder, { recursive: true, mode: 0o700 }) // a path that is not there is refused
app.setPath('userData', windowFolder)
if (app.requestSingleInstanceLock()) void app.whenReady().then(run)
else app.quit()

async function run(): Promise<void> {
  const given = await readGiven(process.argv.slice(app.isPackaged ? 1 : 2), __VERSION__)
  if (given.kind === 'say') {
    process[given.code === 0 ? 'stdout' : 'stderr'].write(`${given.text}\n`)
    app.exit(given.code)
    return
  }
  const runFile = new RunFile(join(windowFolder, 'run.json'))
  let loss = runFile.begin()
  const engine = new Engine({
    script: new URL('./engine-worker.js', import.meta.url),
    start: { dataDir, settingsFile: given.sources.file, fixed: given.sources.outside, version: __VERSION__ },
    choosePlace,
    launchSandbox: sandboxLauncher(join(folder, '../sandbox/watchdog.js')),
    onRefused: (sentence) => {
      runFile.end()
      dialog.showErrorBox('Spillway cannot start', sentence)
      app.exit(1)
    },
    onCapture: (state) => {
      runFile.captureIs(state.status === 'capturing')
      showMenu(state.status)
    },
    onFlows: (count) => runFile.flowsAre(count),
  })
  endCleanly(async (graceMs) => {
    await engine.close(graceMs)
    runFile.end()
  })

  lockDown()
  serveWindow(join(folder, '../renderer'))
  bindWindows(ipcMain, connect, windowOrigin)
  describeApp(__VERSION__)
  showMenu('stopped')
  show()
  app.on('second-instance', show)
  app.on('activate', show)
  // On a Mac an app without windows goes on, and so does its capture.
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })

  function show(): void {
    const [window] = BrowserWindow.getAllWindows()
    if (!window) {
      // Windows ends a session without asking the app to quit.
      openWindow(files).on('session-end', () => runFile.end())
      return
    }
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  function connect(send: Parameters<Engine['connect']>[0]): ReturnType<Engine['connect']> {
    const line = engine.connect(send)
    if (loss !== undefined) engine.notice(loss)
    loss = undefined
    return line
  }

  function showMenu(capture: CaptureState['status']): void {
    const actions = {
      start: () => engine.command('capture.start'),
      stop: () => engine.command('capture.stop'),
      choose: (item: MenuItem) => engine.choose(item),
      openWindow: show,
    }
    const looks = { platform: process.platform, capture, packaged: app.isPackaged }
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(looks, actions)))
  }
}

/** The menu as a value: what it offers on each system, and while the capture runs or not. */
import type { MenuItemConstructorOptions } from 'electron'
import type { CaptureState } from '../contract/contract.ts'

type Item = MenuItemConstructorOptions

export type Looks = { platform: NodeJS.Platform; capture: CaptureState['status']; packaged: boolean }
export type Actions = Record<'start' | 'stop' | 'clear' | 'openWindow', () => void>

export function menuTemplate({ platform, capture, packaged }: Looks, actions: Actions): Item[] {
  const mac = platform === 'darwin'
  const first: Item[] = mac ? [{ role: 'appMenu' }] : []
  // Beside `quit`, the Mac's File menu closes the window and the capture goes on; elsewhere closing it is quitting.
  const file: Item[] = mac
    ? [{ label: 'Open Window', accelerator: 'Cmd+N', click: actions.openWindow }, { role: 'close' }]
    : [{ role: 'quit' }]
  const view: Item[] = [
    { role: 'reload' },
    ...(packaged ? [] : [{ role: 'toggleDevTools' } as const]),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ]
  return [
    ...first,
    { label: '&File', submenu: file },
    { role: 'editMenu' },
    { label: '&Capture', submenu: captureItems(capture, actions) },
    { label: '&View', submenu: view },
    { role: 'windowMenu' },
    ...(mac ? [] : [{ role: 'help', submenu: [{ role: 'about' }] } satisfies Item]),
  ]
}

function captureItems(capture: CaptureState['status'], { start, stop, clear }: Actions): Item[] {
  const running = capture === 'capturing' || capture === 'starting'
  return [
    { id: 'start', label: 'Start Capture', accelerator: 'CmdOrCtrl+Shift+S', enabled: !running, click: start },
    { id: 'stop', label: 'Stop Capture', accelerator: 'CmdOrCtrl+Shift+X', enabled: running, click: stop },
    { type: 'separator' },
    { id: 'clear', label: 'Clear Flows', accelerator: 'CmdOrCtrl+Shift+K', click: clear },
  ]
}

/** The menu as a value: what it offers on each system, and while the capture runs or not. */
import type { MenuItemConstructorOptions } from 'electron'
import type { CaptureState, MenuItem } from '../contract/contract.ts'

type Item = MenuItemConstructorOptions

export type Looks = { platform: NodeJS.Platform; capture: CaptureState['status']; packaged: boolean }
export type Actions = Record<'start' | 'stop' | 'openWindow', () => void> & { choose: (item: MenuItem) => void }

export function menuTemplate({ platform, capture, packaged }: Looks, actions: Actions): Item[] {
  const mac = platform === 'darwin'
  const chosen = (id: MenuItem, label: string, accelerator?: string): Item => ({
    id,
    label,
    ...(accelerator !== undefined && { accelerator }),
    click: () => actions.choose(id),
  })
  const settings = chosen('settings', 'Settings…', 'CmdOrCtrl+,')
  const first: Item[] = mac ? [{ label: 'Spillway', submenu: macItems(settings) }] : []
  // Beside `quit`, the Mac's File menu closes the window and the capture goes on; elsewhere closing it is quitting.
  const file: Item[] = mac
    ? [{ label: 'Open Window', accelerator: 'Cmd+N', click: actions.openWindow }, { role: 'close' }]
    : [settings, line, { role: 'quit' }]
  const edit: Item[] = [
    ...roles('undo', 'redo'),
    line,
    ...roles('cut', 'copy', 'paste', 'selectAll'),
    line,
    chosen('find', 'Find', 'CmdOrCtrl+F'),
  ]
  const help: Item[] = [chosen('shortcuts', 'Keyboard Shortcuts'), ...(mac ? [] : [line, ...roles('about')])]
  const view: Item[] = [
    { role: 'reload' },
    ...(packaged ? [] : [{ role: 'toggleDevTools' } as const]),
    line,
    ...roles('resetZoom', 'zoomIn', 'zoomOut'),
    line,
    { role: 'togglefullscreen' },
  ]
  return [
    ...first,
    { label: '&File', submenu: file },
    { label: '&Edit', submenu: edit },
    {
      label: '&Capture',
      submenu: [...captureItems(capture, actions), line, chosen('clear', 'Clear Flows…', 'CmdOrCtrl+Shift+K')],
    },
    { label: '&View', submenu: view },
    { role: 'windowMenu' },
    { role: 'help', submenu: help },
  ]
}

const line: Item = { type: 'separator' }
const roles = (...names: NonNullable<Item['role']>[]): Item[] => names.map((role) => ({ role }))

/** What a Mac has under the app's own name. */
const macItems = (settings: Item): Item[] => [
  ...roles('about'),
  line,
  settings,
  line,
  ...roles('services'),
  line,
  ...roles('hide', 'hideOthers', 'unhide'),
  line,
  ...roles('quit'),
]

function captureItems(capture: CaptureState['status'], { start, stop }: Actions): Item[] {
  const running = capture === 'capturing' || capture === 'starting'
  return [
    { id: 'start', label: 'Start Capture', accelerator: 'CmdOrCtrl+Shift+S', enabled: !running, click: start },
    { id: 'stop', label: 'Stop Capture', accelerator: 'CmdOrCtrl+Shift+X', enabled: running, click: stop },
  ]
}

/** What a person does to an app beside its page, done by a test over the process's own channel. */
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { devTools } from './chromium.ts'
import { answers, asked, errors } from './dialog.ts'
import { Menu } from './menu.ts'
import { failThreads } from './threads.ts'

export type Order =
  | { do: 'menu'; item: string }
  | { do: 'choose'; path: string | undefined }
  | { do: 'resize'; bounds: Electron.Rectangle }
  | { do: 'close' }
  | { do: 'quit' }
  | { do: 'fail' }
  | { do: 'look' }

export type Look = {
  menu: { id?: string; label?: string; role?: string; accelerator?: string; enabled: boolean }[]
  windows: { bounds: Electron.Rectangle; shown: boolean; refused: string[]; denied: string[] }[]
  about: Electron.AboutPanelOptionsOptions
  asked: (Electron.SaveDialogOptions | Electron.OpenDialogOptions)[]
  errors: { title: string; content: string }[]
  sandboxed: boolean
}

function perform(order: Order): Look {
  const [window] = BrowserWindow.getAllWindows()
  if (order.do === 'menu') {
    const item = Menu.current?.all().find(({ id }) => id === order.item)
    if (item?.click === undefined || item.enabled === false)
      throw new Error(`the menu item ${order.item} cannot be used`)
    item.click()
  } else if (order.do === 'choose') answers.push(order.path)
  else if (order.do === 'resize') window?.setBounds(order.bounds)
  else if (order.do === 'close') window?.close()
  else if (order.do === 'quit') app.quit()
  else if (order.do === 'fail') failThreads()
  return look()
}

function look(): Look {
  const menu = (Menu.current?.all() ?? []).map(({ id, label, role, accelerator, enabled = true }) => ({
    enabled,
    ...(id === undefined ? {} : { id }),
    ...(label === undefined ? {} : { label }),
    ...(role === undefined ? {} : { role }),
    ...(accelerator === undefined ? {} : { accelerator }),
  }))
  const windows = BrowserWindow.getAllWindows().map((window) => ({
    bounds: window.getNormalBounds(),
    shown: window.shown,
    refused: window.webContents.refused,
    denied: window.webContents.denied,
  }))
  return { menu, windows, about: app.about, asked, errors, sandboxed: app.sandboxed }
}

process.on('message', ({ number, order }: { number: number; order: Order }) => {
  try {
    process.send?.({ number, look: perform(order) })
  } catch (error) {
    process.send?.({ number, error: error instanceof Error ? error.message : String(error) })
  }
})
// Listening for orders alone does not keep the app alive.
process.channel?.unref()

app.events.on('web-contents-created', () => void devTools().then((found) => process.send?.(found)))

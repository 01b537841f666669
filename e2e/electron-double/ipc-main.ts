/** ipcMain: what pages send comes here, cloned on its way as in Electron. */
import { Emitting } from './events.ts'

class IpcMain extends Emitting implements Pick<Electron.IpcMain, 'on'> {
  readonly on = this.add as Electron.IpcMain['on']
}

export const ipcMain = new IpcMain()

/** All that the window's page has of the outside: two functions. It runs sandboxed, in a world of its own. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { ToHost, ToWindow } from '../contract/wire.ts'
import { channels } from './channels.ts'

contextBridge.exposeInMainWorld('spillway', {
  post: (message: ToHost): void => ipcRenderer.send(channels.post, message),
  /** Connects the page; the returned function ends that. One connection per page: a further one takes its place. */
  onMessage(listener: (message: ToWindow) => void): () => void {
    const hear = (_event: IpcRendererEvent, message: ToWindow): void => {
      ipcRenderer.send(channels.heard)
      listener(message)
    }
    ipcRenderer.on(channels.told, hear)
    ipcRenderer.send(channels.open)
    return () => {
      ipcRenderer.off(channels.told, hear)
      ipcRenderer.send(channels.shut)
    }
  },
})

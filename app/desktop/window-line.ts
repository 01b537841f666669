/**
 * Binds the contract to Electron's IPC. Each page has one connection of the engine's host: it begins when the page
 * listens and ends with it. Only the main frame of our own window is heard; anyone else gets no answer at all.
 */
import type { IpcMain, IpcMainEvent } from 'electron'
import type { ToWindow } from '../contract/wire.ts'
import type { Line } from '../engine-thread/engine.ts'
import { channels } from '../preload/channels.ts'

/** The part of a WebContents that this needs. */
type Contents = Pick<IpcMainEvent['sender'], 'id' | 'send' | 'isDestroyed' | 'on'>

export function bindWindows(
  ipc: Pick<IpcMain, 'on'>,
  connect: (send: (message: ToWindow) => void) => Line,
  origin: string,
): void {
  const lines = new Map<number, Line>()
  const met = new WeakSet<Contents>()
  const end = (id: number): void => {
    lines.get(id)?.close()
    lines.delete(id)
  }
  const on = (channel: string, act: (contents: Contents, message: unknown) => void): void => {
    ipc.on(channel, (event, message: unknown) => {
      if (isOwn(event, origin)) act(event.sender, message)
    })
  }
  on(channels.open, (contents) => {
    const { id } = contents
    if (!met.has(contents)) {
      met.add(contents)
      for (const gone of ['destroyed', 'render-process-gone'] as const) contents.on(gone as 'destroyed', () => end(id))
    }
    end(id)
    const send = (message: ToWindow): void => {
      if (!contents.isDestroyed()) contents.send(channels.told, message)
    }
    lines.set(id, connect(send))
  })
  on(channels.post, ({ id }, message) => lines.get(id)?.receive(message))
  on(channels.heard, ({ id }) => lines.get(id)?.heard())
  on(channels.shut, ({ id }) => end(id))
}

/** A frame that has gone since it spoke is null. */
function isOwn({ senderFrame }: IpcMainEvent, origin: string): boolean {
  return senderFrame?.parent === null && senderFrame.origin === origin
}

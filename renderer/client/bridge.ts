/** The wire of the desktop app: the preload's two functions. It lasts as long as the window. */
import type { ToHost, ToWindow } from '../../app/contract/wire.ts'
import type { Connect } from './client.ts'

export type Bridge = {
  post: (message: ToHost) => void
  onMessage: (listener: (message: ToWindow) => void) => () => void
}

declare global {
  interface Window {
    /** Set by app/preload; absent in a browser tab. */
    readonly spillway?: Bridge
  }
}

export const overBridge =
  (bridge: Bridge): Connect =>
  (listener) => {
    const stop = bridge.onMessage((message) => {
      listener.message(message)
    })
    queueMicrotask(() => {
      listener.opened()
    })
    return { post: bridge.post, close: stop }
  }

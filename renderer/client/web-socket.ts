/** The wire of a browser tab. Its first message carries the token. */
import { decode, encode, hello, wireClosed, wirePath } from '../../app/contract/frames.ts'
import type { ToWindow } from '../../app/contract/wire.ts'
import type { Connect } from './client.ts'

const refused =
  'This tab has no valid token: Spillway makes a new one at each start. Open the address that it printed when it started.'

export const webSocket =
  (place: Pick<Location, 'protocol' | 'host'>, token: string | undefined): Connect =>
  (listener) => {
    if (token === undefined) {
      queueMicrotask(() => {
        listener.closed(refused)
      })
      return { post: () => undefined, close: () => undefined }
    }
    const socket = new WebSocket(`${place.protocol === 'https:' ? 'wss:' : 'ws:'}//${place.host}${wirePath}`)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      socket.send(hello(token))
      listener.opened()
    }
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      // Our own host at the other end is an honest one.
      listener.message(decode(typeof data === 'string' ? data : new Uint8Array(data)) as ToWindow)
    }
    socket.onclose = ({ code }) => {
      listener.closed(code === wireClosed.refused ? refused : undefined)
    }
    return {
      post: (message) => {
        // One that is no longer open says so itself, by its close.
        if (socket.readyState === WebSocket.OPEN) socket.send(encode(message))
      },
      close: () => {
        socket.close()
      },
    }
  }

type Tab = {
  location: Pick<Location, 'hash' | 'pathname' | 'search'>
  history: Pick<History, 'replaceState'>
  sessionStorage: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * The token from `#token=…`, taken out of the address bar so that neither a screenshot nor a bookmark shows it; a reload
 * of the tab finds it again.
 */
export function takeToken({ location, history, sessionStorage }: Tab): string | undefined {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1]
  if (given !== undefined) {
    sessionStorage.setItem('spillway.token', given)
    history.replaceState(null, '', location.pathname + location.search)
  }
  return sessionStorage.getItem('spillway.token') ?? undefined
}

/**
 * DevTools of a Chromium over one WebSocket, with a session for each page. By hand, as every app that a test starts would
 * have to load Playwright, which takes more than half a second of a processor; the types are Playwright's.
 */
import { EventEmitter, once } from 'node:events'
import type { CDPSession } from '@playwright/test'

export type Session = Pick<CDPSession, 'send' | 'on'>

type Told = {
  sessionId?: string
  id?: number
  method?: string
  params?: object
  result?: object
  error?: { message: string }
}
type Waiting = { done: (result: object) => void; fail: (error: Error) => void }

export class DevTools {
  /** Of the browser itself. */
  readonly browser: Session
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  /** Of each session, by its id; the browser's has none. */
  readonly #events = new Map<string, EventEmitter>()
  #number = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.browser = this.session('')
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Told))
    socket.addEventListener('close', () => {
      for (const { fail } of this.#waiting.values()) fail(new Error('Chromium has gone'))
      this.#waiting.clear()
    })
  }

  /** `url`: ws://HOST:PORT/devtools/browser/ID, which Chromium says when it starts. */
  static async open(url: string): Promise<DevTools> {
    const socket = new WebSocket(url)
    const devTools = new DevTools(socket)
    await once(socket, 'open')
    return devTools
  }

  session(sessionId: string): Session {
    const events = new EventEmitter()
    this.#events.set(sessionId, events)
    const send = (method: string, params: object = {}): Promise<object> =>
      new Promise((done, fail) => {
        const id = ++this.#number
        this.#waiting.set(id, { done, fail })
        this.#socket.send(JSON.stringify({ ...(sessionId !== '' && { sessionId }), id, method, params }))
      })
    // The protocol's own names say what is given and what comes back.
    return { send: send as CDPSession['send'], on: events.on.bind(events) as unknown as CDPSession['on'] }
  }

  close(): void {
    this.#socket.close()
  }

  #hear({ sessionId = '', id, method, params, result = {}, error }: Told): void {
    if (method !== undefined) this.#events.get(sessionId)?.emit(method, params)
    if (id === undefined) return
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) waiting?.fail(new Error(error.message))
    else waiting?.done(result)
  }
}

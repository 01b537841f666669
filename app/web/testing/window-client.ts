/** For tests: a WebSocket as the window's, with headers of a test's choice, and everything it was told. */
import { WebSocket, type RawData } from 'ws'
import { decode, encode, hello } from '../../contract/frames.ts'
import type { Answer, ToHost, ToWindow } from '../../contract/wire.ts'

export type Ending = { code: number; reason: string }

export class WindowClient implements AsyncDisposable {
  readonly socket: WebSocket
  readonly ended: Promise<Ending>
  /** All messages, in order. */
  readonly told: ToWindow[] = []
  readonly #watching = new Set<() => void>()

  /** `headers` replace those a browser would send. */
  constructor(
    port: number,
    { path = '/wire', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
  ) {
    const origin = `http://127.0.0.1:${port}`
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { origin, ...headers } })
    this.socket.on('error', () => undefined)
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    this.socket.on('message', (data: RawData, isBinary: boolean) => {
      const buffer = data as Buffer // ws gives Buffers unless told otherwise
      this.told.push(decode(isBinary ? buffer : buffer.toString()) as ToWindow)
      for (const look of [...this.#watching]) look()
    })
  }

  /** Connected, and the token shown. */
  static async open(port: number, token: string): Promise<WindowClient> {
    const client = new WindowClient(port)
    await client.connected()
    client.socket.send(hello(token))
    return client
  }

  /** Rejects with the status of who refused. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('open', resolve)
      this.socket.once('unexpected-response', (request, response) => {
        request.destroy()
        reject(new Error(`refused: ${response.statusCode ?? 0}`))
      })
      void this.ended.then(() => reject(new Error('closed')))
    })
  }

  /** Hears every message from now on. */
  onMessage(listener: (message: ToWindow) => void): void {
    this.#watching.add(() => {
      const last = this.told.at(-1)
      if (last) listener(last)
    })
  }

  post(message: ToHost): void {
    this.socket.send(encode(message))
  }

  /** Waits for the first message, old or new, that fits. */
  hears<M extends ToWindow>(fits: (message: ToWindow) => message is M): Promise<M>
  hears(fits: (message: ToWindow) => boolean): Promise<ToWindow>
  async hears(fits: (message: ToWindow) => boolean): Promise<ToWindow> {
    let over: Ending | undefined
    for (;;) {
      const found = this.told.find(fits)
      if (found) return found
      if (over) throw new Error(`ended (${over.code} ${over.reason}) before it was told`)
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const look = (): void => resolve(undefined)
      this.#watching.add(look)
      over = await Promise.race([promise, this.ended])
      this.#watching.delete(look)
    }
  }

  answer(id: number): Promise<Answer> {
    return this.hears((message): message is Answer => 'id' in message && message.id === id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate()
    await this.ended
  }
}

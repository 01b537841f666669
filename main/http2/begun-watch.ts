import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { WireError } from '../http1/index.ts'
import { resetCodes } from './stream-reset.ts'

/** Whoever is asked from time to time, until it is deleted. */
export type Looks = { add(looked: { look(): void }): void; delete(looked: { look(): void }): void }

/** In the time that is given; they are counted, as a process that stood still has missed what was sent meanwhile. */
export const looksPerLimit = 12

export type BegunOptions = { limitMs: number; tooSlow: (error: WireError, code: number) => void }

/**
 * What a client has begun and not finished: its first words up to the acknowledgement of our settings, and blocks of
 * header fields, which may come in any number of frames. The library hides frames, so this looks at what it counts:
 * the last stream that a block has begun for. A block that was refused leaves the same trace as one that goes on; but
 * within a block nothing else may be sent (RFC 9113 §6.10), so whoever answers a ping has none under way.
 */
export class BegunWatch {
  readonly #session: ServerHttp2Session
  readonly #socket: Socket
  readonly #options: BegunOptions
  /** The last stream that has no block under way. */
  #complete = 0
  #greeted = false
  #acknowledged = false
  /** What was under way at the last look, and at how many before. */
  #what = ''
  #seen = 0
  #pinged = 0

  constructor(session: ServerHttp2Session, socket: Socket, options: BegunOptions) {
    this.#session = session
    this.#socket = socket
    this.#options = options
    session.once('remoteSettings', () => (this.#greeted = true))
    session.once('localSettings', () => (this.#acknowledged = true))
  }

  /** The head of a request is complete. */
  told(stream: number): void {
    this.#complete = Math.max(this.#complete, stream)
  }

  look(): void {
    const begun = this.#begun()
    const what = `${begun} ${this.#pinged}`
    this.#seen = what === this.#what ? this.#seen + 1 : 0
    this.#what = what
    if (begun === undefined || this.#seen < looksPerLimit) return
    const { limitMs, tooSlow } = this.#options
    const code = begun === 'settings' ? resetCodes.settingsTimeout : resetCodes.enhanceYourCalm
    const words = { preface: 'the first words were', settings: 'our settings were', block: 'a block of fields was' }
    const how = begun === 'settings' ? 'acknowledged' : 'complete'
    tooSlow(new WireError(`${words[begun]} not ${how} ${limitMs / 1000} seconds after they had begun`, 408), code)
  }

  #begun(): 'preface' | 'settings' | 'block' | undefined {
    const session = this.#session
    if (session.destroyed) return undefined
    // A stream that carries it counts no bytes: what it carries has begun, or nobody would take it for this.
    if (!this.#greeted) return this.#socket.bytesRead === 0 ? undefined : 'preface'
    const last = session.state.lastProcStreamID ?? 0
    if (last > this.#complete) {
      this.#ping(last)
      return 'block'
    }
    return this.#acknowledged ? undefined : 'settings'
  }

  #ping(last: number): void {
    if (this.#pinged === last) return
    this.#pinged = last
    this.#session.ping((error: Error | null) => {
      if (!error) this.told(last)
    })
  }
}

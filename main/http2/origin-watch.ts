import type { ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { looksPerLimit, type Looks } from './begun-watch.ts'

export type OriginWatchOptions = {
  looks: Looks
  /** As BegunOptions. */
  limitMs: number
  /** `error`: a sentence that goes on. */
  tooSlow: (error: Error) => void
}

/** Looks that have found more of it behind our ping: a machine that comes back from sleep finds all of it in one. */
const certain = 3

const unknown = -1

/**
 * What an origin has begun and not finished: its first words, which are its settings, and blocks of header fields. Before
 * those it may be silent for ever, as it may think before it answers. The library hides frames; but where bytes come for
 * half the time, and nobody is told of anything, and we have sent nothing that could have been acknowledged, a ping tells
 * whether a block is under way: within one nothing else may be sent (RFC 9113 §6.10). Pings are not sent for less, as
 * origins count them. Whoever does not answer and sends nothing more is silent.
 */
export class OriginWatch {
  readonly #session: ClientHttp2Session
  readonly #socket: Socket
  readonly #options: OriginWatchOptions
  #greeted = false
  /** Of what is told. */
  #told = 0
  #seen: readonly number[] = [Number.NaN]
  #read = 0
  /** Looks since bytes came that nobody was told of, with that one; 0: all are accounted for. */
  #hidden = 0
  #pinged = false
  #behindPing = 0

  constructor(session: ClientHttp2Session, socket: Socket, options: OriginWatchOptions) {
    this.#session = session
    this.#socket = socket
    this.#options = options
    const tell = (): void => this.tell()
    session.once('remoteSettings', () => (this.#greeted = true))
    session.on('remoteSettings', tell).on('localSettings', tell).on('ping', tell).on('goaway', tell)
    session.on('altsvc', tell).on('origin', tell)
    options.looks.add(this)
    session.once('close', () => options.looks.delete(this))
  }

  /** Something has come whole. */
  tell(): void {
    this.#told++
  }

  look(): void {
    const session = this.#session
    if (session.destroyed) return
    if (!this.#greeted) {
      if (++this.#hidden >= looksPerLimit) this.#tooSlow('it had not sent its settings', 'the connection was made')
      return
    }
    const { bytesRead, bytesWritten } = this.#socket
    const grown = bytesRead > this.#read
    this.#read = bytesRead
    const seen = [this.#told, session.state.effectiveRecvDataLength ?? 0, bytesWritten]
    const same = this.#seen.every((value, at) => value === unknown || value === seen[at])
    this.#seen = seen
    if (!same) this.#hidden = 0
    else if (this.#hidden > 0 || grown) this.#suspect(grown)
  }

  #suspect(grown: boolean): void {
    if (this.#hidden++ === 0) [this.#pinged, this.#behindPing] = [false, 0]
    if (this.#pinged && grown) this.#behindPing++
    if (this.#hidden >= looksPerLimit && this.#behindPing >= certain)
      this.#tooSlow('a block of fields was not complete', 'it had begun')
    else if (!this.#pinged && this.#hidden >= looksPerLimit / 2) this.#ping()
  }

  #ping(): void {
    this.#pinged = true
    this.#session.ping((error: Error | null) => {
      if (!error) this.tell()
    })
    // It has been written by the next look, and is no sign of life of ours.
    this.#seen = [...this.#seen.slice(0, -1), unknown]
  }

  #tooSlow(what: string, since: string): void {
    const { limitMs, tooSlow } = this.#options
    tooSlow(new Error(`${what} ${limitMs / 1000} seconds after ${since}`))
  }
}

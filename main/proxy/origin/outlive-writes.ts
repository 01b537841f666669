import type { Socket } from 'node:net'

type Told = (error?: Error | null) => void

/** An origin that takes no more may have answered before: its answer is waited for so long. */
const lastWordsMs = 1000

/**
 * While it lasts, a write that fails does not end the socket: an origin that has had enough of an upload answers and
 * closes, and its answer is still to be read when our next write fails. Streams would destroy the socket, and the
 * answer with it. Nothing is written after a failure. Costs a closure for each write, so it is for requests with a body.
 */
export class OutlivedWrites {
  /** A write has failed: the connection is good for nothing more than an answer. */
  failed = false
  /** The origin has reset the connection, so an end is no orderly one. */
  reset: Error | undefined
  readonly #socket: Socket
  #timer: NodeJS.Timeout | undefined

  /** `silent`: a write has failed, and nothing more has come for a second. */
  constructor(socket: Socket, silent: (error: Error) => void) {
    this.#socket = socket
    const write = socket._write.bind(socket)
    const writev = socket._writev?.bind(socket)
    const outlived =
      (callback: Told): Told =>
      (error) => {
        if (!error) {
          callback()
          return
        }
        // Without its callback the stream takes the write to be under way for ever, and keeps what comes behind it.
        this.failed = true
        // EPIPE: it had closed in order, so what it said before is whole.
        if (!('code' in error && error.code === 'EPIPE')) this.reset = error
        this.#timer ??= setTimeout(() => silent(error), lastWordsMs)
      }
    socket._write = (bytes, encoding, callback) => write(bytes, encoding, outlived(callback))
    if (writev) socket._writev = (parts, callback) => writev(parts, outlived(callback))
  }

  /** Writes are again what they were; no answer is waited for. */
  end(): void {
    clearTimeout(this.#timer)
    Reflect.deleteProperty(this.#socket, '_write')
    Reflect.deleteProperty(this.#socket, '_writev')
  }
}

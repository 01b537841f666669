import type { Writable } from 'node:stream'
import { joinHead, joinLimit } from './join-head.ts'

/** What can be asked to send less for a while. Both may be called at any time, also twice. */
export type ByteSource = { pause(): void; resume(): void }

/** Whose response is being written; the source of its bytes. */
export type ResponseWriterOwner = ByteSource & {
  /** All of the response has been handed to the operating system; never told within `write` and `finish`. */
  flushed(): void
  /** A bug has shown where the event loop calls, so that nobody above would catch it: it must end this flow alone. */
  bug(cause: unknown): void
}

/**
 * The way of all responses of one connection to its client, one after the other: the head leaves with the first bytes
 * of the body, and the source is paused while the client does not take what it was given. One for the life of a
 * connection, so that a response costs no closure.
 */
export class ClientWriter {
  readonly client: Writable
  #owner: ResponseWriterOwner | undefined
  #head: string | undefined
  #waiting = false
  /** The last bytes left within their write, and the owner has not been told. */
  #left = false
  /** So far the client has taken all last bytes at once: then a write is the cheaper for having no callback. */
  #prompt = true

  constructor(client: Writable) {
    this.client = client
  }

  /** Nothing of the present response has been written. */
  get unsent(): boolean {
    return this.#head !== undefined
  }

  /** The client has not yet taken what it was given. */
  get waiting(): boolean {
    return this.#waiting
  }

  /** `head` as it goes out, with its empty line; latin1. */
  begin(head: string, owner: ResponseWriterOwner): void {
    this.#head = head
    this.#owner = owner
    this.#waiting = false
  }

  /** Nothing more is written for the present response, and nobody is told anything. */
  end(): void {
    this.#head = undefined
    this.#owner = undefined
    this.#left = false
  }

  /**
   * Writes the head, if it is due, and `bytes`. After the `last` write, `flushed` is called: by `settle`, or later.
   * Returns the buffer in which head and bytes have left together, the bytes at its end; it is nobody else's.
   */
  write(bytes: Buffer | undefined, last: boolean): Buffer | undefined {
    const { client } = this
    const head = this.#head
    this.#head = undefined
    const flushed = last && !this.#prompt ? this.#flushed : undefined
    let more = true
    let joined: Buffer | undefined
    if (head !== undefined && bytes && bytes.length <= joinLimit) {
      joined = joinHead(head, bytes)
      more = client.write(joined, flushed)
    } else {
      if (head !== undefined) more = client.write(head, 'latin1', bytes ? undefined : flushed)
      if (bytes) more = client.write(bytes, flushed)
    }
    if (last && !flushed) this.#watchLast()
    if (!more && !last && !this.#waiting) {
      this.#waiting = true
      this.#owner?.pause()
    }
    return joined
  }

  /** To be called when whoever has written is ready to hear that all has left. */
  settle(): void {
    if (!this.#left) return
    this.#left = false
    this.#flushed()
  }

  /** All is written that there was: `flushed` is called once it has left. */
  finish(): void {
    if (this.unsent) this.write(undefined, true)
    else if (this.client.writableLength === 0) queueMicrotask(() => this.#flushed())
    else this.client.write('', this.#flushed)
  }

  /** The client has taken what it had been given. */
  drained(): void {
    if (!this.#waiting) return
    this.#waiting = false
    this.#owner?.resume()
  }

  #watchLast(): void {
    const { client } = this
    if (client.writableLength === 0 && !client.errored && !client.destroyed) {
      this.#left = true
    } else {
      this.#prompt = false
      client.write('', this.#flushed)
    }
  }

  /** A write that failed has sent nothing: the connection says who left. */
  readonly #flushed = (error?: Error | null): void => {
    if (error) return
    const owner = this.#owner
    this.#owner = undefined
    try {
      owner?.flushed()
    } catch (bug) {
      owner?.bug(bug)
    }
  }
}

import type { Writable } from 'node:stream'
import { joinHead, joinLimit } from './join-head.ts'

/** What can be asked to send less for a while. Both may be called at any time, also twice. */
export type ByteSource = { pause(): void; resume(): void }

/** Whose response is being written; the source of its bytes. */
export type ResponseWriterOwner = ByteSource & {
  /** All of the response has been handed to the operating system. */
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
  }

  /**
   * Writes the head, if it is due, and `bytes`. After the `last` write, `flushed` is called. Returns the buffer in which
   * head and bytes have left together, the bytes at its end; it is nobody else's.
   */
  write(bytes: Buffer | undefined, last: boolean): Buffer | undefined {
    const { client } = this
    const head = this.#head
    this.#head = undefined
    let more = true
    let joined: Buffer | undefined
    if (head !== undefined && bytes && bytes.length <= joinLimit) {
      joined = joinHead(head, bytes)
      more = last ? client.write(joined, this.#flushed) : client.write(joined)
    } else {
      if (head !== undefined) more = client.write(head, 'latin1', bytes || !last ? undefined : this.#flushed)
      if (bytes) more = last ? client.write(bytes, this.#flushed) : client.write(bytes)
    }
    if (!more && !last && !this.#waiting) {
      this.#waiting = true
      this.#owner?.pause()
    }
    return joined
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

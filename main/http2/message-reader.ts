import { followBody, HeadReader, type BodyFollower, type Framing, type WireLimits } from '../http1/index.ts'

export type MessageParts = {
  /** `text` as HeadReader found it. Returns how the body ends; undefined: interim, and another head follows. */
  head(text: string): Framing | undefined
  /** Lent. */
  content(bytes: Buffer): void
  /** The message is complete; `trailers` are field lines, each with its CRLF. */
  end(trailers: string | undefined): void
}

/** One message of HTTP/1.1 after the other, as somebody of ours has written them, taken apart again. */
export class MessageReader {
  readonly #limits: WireLimits
  readonly #parts: MessageParts
  readonly #reader: HeadReader
  #follower: BodyFollower | undefined

  constructor(limits: WireLimits, parts: MessageParts) {
    this.#limits = limits
    this.#parts = parts
    this.#reader = new HeadReader(limits)
  }

  /** A message has begun, and is not complete. */
  get isWithin(): boolean {
    return this.#follower !== undefined || this.#reader.started
  }

  /** Throws WireError. */
  feed(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      const follower = this.#follower
      if (follower) {
        at = follower.feed(bytes, at)
        const { pieces } = follower
        for (let index = 0; index < pieces.length; index += 2)
          this.#parts.content(bytes.subarray(pieces[index], pieces[index + 1]))
        if (follower.done) this.#ended(follower)
        continue
      }
      at = this.#reader.feed(bytes, at)
      if (at === -1) return
      const framing = this.#parts.head(this.#reader.text)
      if (!framing) continue
      this.#follower = followBody(framing, this.#limits)
      if (this.#follower.done) this.#ended(this.#follower)
    }
  }

  /** Nothing more comes. Returns whether that ends a message, or there was none. */
  finish(): boolean {
    const follower = this.#follower
    if (!follower) return !this.#reader.started
    if (!follower.finish()) return false
    this.#ended(follower)
    return true
  }

  #ended(follower: BodyFollower): void {
    this.#follower = undefined
    this.#parts.end(follower.trailers)
  }
}

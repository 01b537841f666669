import { ChunkedFollower } from './chunked.ts'
import type { Framing } from './framing.ts'
import type { WireLimits } from './limits.ts'

/**
 * Follows one body through the bytes as they come. After each `feed` the properties tell what those bytes were;
 * they hold until the next `feed`, and nothing is copied.
 */
export type BodyFollower = {
  /** Reads from `from` on; returns the offset behind the last byte that belongs to this message. Throws WireError. */
  feed(bytes: Buffer, from: number): number
  /** The body is complete; bytes behind it belong to the next message. */
  done: boolean
  /** Content found by the last feed: pairs of start and end offset in its bytes, in order. */
  readonly pieces: number[]
  /** Framing bytes of earlier feeds that are known to be valid only now; forwarded before the rest. */
  carried: Buffer | undefined
  /** Bytes up to this offset may be forwarded as they are; what follows is an unfinished line, kept inside. */
  accepted: number
  /** Transfer chunks begun so far; for other framings, feeds that brought content. */
  chunks: number
  /** Trailer field lines, each with its CRLF; undefined until they are complete, and when there are none. */
  trailers: string | undefined
  /** The connection has ended. True when that ends the body; false when the body is cut. */
  finish(): boolean
}

export function followBody(framing: Framing, limits: WireLimits): BodyFollower {
  switch (framing.kind) {
    case 'none':
      return new PlainFollower(0, false)
    case 'length':
      return new PlainFollower(framing.length, false)
    case 'close':
      return new PlainFollower(Number.POSITIVE_INFINITY, true)
    case 'chunked':
      return new ChunkedFollower(limits)
    default:
      return framing satisfies never
  }
}

/** A body of known length, or one that ends with its connection. */
class PlainFollower implements BodyFollower {
  done: boolean
  readonly pieces: number[] = []
  readonly carried = undefined
  readonly trailers = undefined
  accepted = 0
  chunks = 0
  readonly #endsWithConnection: boolean
  #remaining: number

  constructor(length: number, endsWithConnection: boolean) {
    this.#remaining = length
    this.#endsWithConnection = endsWithConnection
    this.done = length === 0
  }

  feed(bytes: Buffer, from: number): number {
    const end = Math.min(bytes.length, from + this.#remaining)
    this.pieces.length = 0
    if (end > from) {
      this.pieces.push(from, end)
      this.chunks++
    }
    this.#remaining -= end - from
    this.done = this.#remaining === 0
    this.accepted = end
    return end
  }

  finish(): boolean {
    if (this.#endsWithConnection) this.done = true
    return this.done
  }
}

import type { BodyFollower } from './body.ts'
import { ChunkedFollower } from './chunked.ts'
import type { Framing } from './framing.ts'
import type { WireLimits } from './limits.ts'

/** Follows a body that is framed so, from its first byte on. `limits`: of chunk extensions and trailers. */
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

  get ended(): number {
    return this.chunks
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

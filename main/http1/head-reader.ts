import type { WireLimits } from './limits.ts'
import { WireError } from './wire-error.ts'

const CR = 13
const LF = 10
const blankLine = Buffer.from('\r\n\r\n')
const nothing = Buffer.alloc(0)
const maxLeadingLines = 16

/**
 * Gathers the bytes of one head, however they are cut. A head that comes in one piece, the usual case, is never
 * copied. What cannot become a head any more (a bare LF, a NUL) is refused at once instead of being waited for.
 */
export class HeadReader {
  /** The head once `feed` has found its end: start line and fields, each with its CRLF, without the empty line. */
  text = ''
  readonly #limits: WireLimits
  #held = nothing
  #length = 0
  #leadingLines = 0

  constructor(limits: WireLimits) {
    this.#limits = limits
  }

  /** Whether a part of a head has come. */
  get started(): boolean {
    return this.#length > 0
  }

  /** Takes bytes from `from` on. Returns the offset behind the head, or -1 when all was taken and more is needed. */
  feed(bytes: Buffer, from: number): number {
    if (this.#length > 0) return this.#feedHeld(bytes, from)
    let start = from
    // RFC 9112 §2.2: an empty line before a start line is ignored.
    while (bytes[start] === CR && bytes[start + 1] === LF) {
      start += 2
      this.#countLeadingLine()
    }
    const end = bytes.indexOf(blankLine, start)
    if (end === -1) {
      if (start < bytes.length) this.#hold(bytes, start)
      return -1
    }
    this.#bound(end + 4 - start)
    this.text = bytes.toString('latin1', start, end + 2)
    this.#leadingLines = 0
    return end + 4
  }

  #feedHeld(bytes: Buffer, from: number): number {
    const before = this.#length
    this.#hold(bytes, from)
    let start = 0
    while (this.#held[start] === CR && this.#held[start + 1] === LF && start + 1 < this.#length) {
      start += 2
      this.#countLeadingLine()
    }
    if (start > 0) {
      // Only a CR can have been held alone, so everything behind the empty line came with these bytes.
      this.#length = 0
      return this.feed(bytes, from + start - before)
    }
    const end = this.#held.subarray(0, this.#length).indexOf(blankLine, Math.max(0, before - 3))
    if (end === -1) return -1
    this.text = this.#held.toString('latin1', 0, end + 2)
    this.#held = nothing
    this.#length = 0
    this.#leadingLines = 0
    return from + end + 4 - before
  }

  #countLeadingLine(): void {
    if (++this.#leadingLines > maxLeadingLines) throw new WireError('too many empty lines before the start line')
  }

  #bound(length: number): void {
    if (length > this.#limits.head) {
      throw new WireError(`the head is larger than ${this.#limits.head} bytes`, 431)
    }
  }

  /** Copies, because the caller's buffer is only lent. Doubles its room, so that slow heads cost linear time. */
  #hold(bytes: Buffer, from: number): void {
    // A head may end within these bytes with a body behind it, so only what could be head is looked at and kept.
    const end = Math.min(bytes.length, from + this.#limits.head + 1 - this.#length)
    const length = this.#length + end - from
    if (length > this.#held.length) {
      const room = Buffer.allocUnsafe(Math.max(1024, length, this.#held.length * 2))
      this.#held.copy(room, 0, 0, this.#length)
      this.#held = room
    }
    bytes.copy(this.#held, this.#length, from, end)
    const before = this.#length
    this.#length = length
    const found = this.#held.subarray(0, length).indexOf(blankLine, Math.max(0, before - 3))
    refuseHopeless(this.#held, before, found === -1 ? length : found + 4)
    this.#bound(found === -1 ? length : found + 4)
  }
}

/** Refuses bytes that no head contains, so that a broken peer is answered instead of being waited for. */
function refuseHopeless(bytes: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === LF && bytes[at - 1] !== CR) throw new WireError('a line ends with a bare LF instead of CRLF')
    if (at > 0 && bytes[at - 1] === CR && byte !== LF) throw new WireError('a CR is not followed by LF')
    if (byte === 0) throw new WireError('a NUL byte in the head')
  }
}

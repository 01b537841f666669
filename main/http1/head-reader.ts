import { findForbidden, refuseForbidden } from './grammar.ts'
import { HeldBytes } from './held-bytes.ts'
import type { WireLimits } from './limits.ts'
import { WireError } from './wire-error.ts'

const CR = 13
const LF = 10
const maxEmptyLines = 16

/**
 * Gathers the bytes of one head after the other, however they are cut. A head that comes in one piece, the usual case,
 * is never copied. What cannot become a head any more (a bare LF, a NUL) is refused at once instead of being waited for.
 */
export class HeadReader {
  /**
   * The head once `feed` has found its end: start line and fields, each with its CRLF, without the empty line.
   * After a WireError: what had come of it.
   */
  text = ''
  readonly #limits: WireLimits
  readonly #held = new HeldBytes()
  #emptyLines = 0

  constructor(limits: WireLimits) {
    this.#limits = limits
  }

  /** Whether a part of a head has come. */
  get started(): boolean {
    return this.#held.length > 0
  }

  /** What has come of the head, from its first byte on. */
  get partial(): string {
    return this.#held.view().toString('latin1')
  }

  /** Takes bytes from `from` on. Returns the offset behind the head, or -1 when all was taken and more is needed. */
  feed(bytes: Buffer, from: number): number {
    const start = this.#skipEmptyLines(bytes, from)
    if (this.#held.length > 0) return this.#hold(bytes, start)
    const end = findBlankLine(bytes, start)
    // A head that is too large goes the long way, which looks no further than the limit.
    if (end === -1 || end + 4 - start > this.#limits.head) return this.#hold(bytes, start)
    this.text = bytes.toString('latin1', start, end + 2)
    this.#emptyLines = 0
    return end + 4
  }

  /** RFC 9112 §2.2: empty lines before a start line are ignored; a few of them. */
  #skipEmptyLines(bytes: Buffer, from: number): number {
    let start = from
    if (this.#held.length > 0) {
      if (this.#held.length > 1 || this.#held.view()[0] !== CR || bytes[start] !== LF) return start
      this.#held.take()
      this.#countEmptyLine()
      start++
    }
    while (bytes[start] === CR && bytes[start + 1] === LF) {
      this.#countEmptyLine()
      start += 2
    }
    return start
  }

  #countEmptyLine(): void {
    if (++this.#emptyLines <= maxEmptyLines) return
    this.text = ''
    throw new WireError('too many empty lines before the start line')
  }

  #hold(bytes: Buffer, from: number): number {
    const { head: limit } = this.#limits
    const before = this.#held.length
    // A head may end within these bytes with a body behind it, so only what could be head is looked at and kept.
    this.#held.add(bytes, from, Math.min(bytes.length, from + limit + 1 - before))
    const view = this.#held.view()
    const end = findBlankLine(view, Math.max(0, before - 3))
    if (end !== -1 && end + 4 <= limit) {
      this.text = view.toString('latin1', 0, end + 2)
      this.#held.take()
      this.#emptyLines = 0
      return from + end + 4 - before
    }
    // The byte before the new ones decides what a CR or LF among them means; an LF there was part of a CRLF.
    const unseen = before === 0 || view[before - 1] === LF ? before : before - 1
    const bad = findForbidden(view.toString('latin1', unseen)) !== -1
    if (!bad && view.length <= limit) return -1
    this.text = view.toString('latin1')
    if (bad) refuseForbidden(this.text)
    throw new WireError(`the head is larger than ${limit} bytes`, 431)
  }
}

/** Where CRLF CRLF begins, from `from` on, or -1. Looks at every fourth byte: heads are short, and native code is far. */
function findBlankLine(bytes: Buffer, from: number): number {
  for (let at = from + 3; at < bytes.length;) {
    const byte = bytes[at]
    if (byte !== CR && byte !== LF) at += 4
    else if (byte === CR) at += 1
    else if (bytes[at - 1] === CR && bytes[at - 2] === LF && bytes[at - 3] === CR) return at - 3
    else at += 2
  }
  return -1
}

import { HeldText } from './held-text.ts'

export type LineOptions = {
  /** Keep each line's end: "\n", "\r\n" or "\r". */
  ends: boolean
  /** Characters of a line, without its end. */
  limit: number
}

/** So many characters may a line have, unless said otherwise. */
export const longestLine = 16 * 1024 ** 2

/**
 * Text to lines, which end with LF, CRLF or CR. A line is there as soon as its end is: a CR ends it at once, and an LF
 * that follows belongs to it. Only when ends are kept does a CR wait for what follows. Give text, then take all lines.
 */
export class LineReader {
  readonly #who: string
  readonly #options: LineOptions
  readonly #held = new HeldText()
  #text = ''
  #at = 0
  /** Where the next of each is in the text, from #at on; its length when there is none. */
  #nextLf = 0
  #nextCr = 0
  /** The text before ended with a CR. */
  #afterCr = false

  constructor(who: string, options: LineOptions) {
    this.#who = who
    this.#options = options
  }

  /** Only when `next` has nothing more. */
  give(text: string): void {
    this.#text = text
    this.#at = 0
    this.#nextLf = -1
    this.#nextCr = -1
  }

  next(): string | undefined {
    const text = this.#text
    if (this.#at >= text.length) return undefined
    if (this.#afterCr) {
      this.#afterCr = false
      const isCrLf = text.charCodeAt(this.#at) === 10
      if (isCrLf) this.#at++
      if (this.#options.ends) return this.#held.take() + (isCrLf ? '\n' : '')
      if (this.#at >= text.length) return undefined
    }
    if (this.#nextLf < this.#at) this.#nextLf = indexOrEnd(text, '\n', this.#at)
    if (this.#nextCr < this.#at) this.#nextCr = indexOrEnd(text, '\r', this.#at)
    const end = Math.min(this.#nextLf, this.#nextCr)
    if (this.#held.length + end - this.#at > this.#options.limit) throw this.#tooLong()
    if (end === text.length) {
      this.#held.add(text.slice(this.#at))
      this.#at = end
      return undefined
    }
    const isCr = end === this.#nextCr
    const isCrLf = isCr && end + 1 === this.#nextLf
    this.#afterCr = isCr && end + 1 === text.length
    return this.#line(end, isCrLf ? end + 2 : end + 1)
  }

  /** The last line, when it has no end. */
  end(): string | undefined {
    return this.#held.length > 0 ? this.#held.take() : undefined
  }

  #line(end: number, next: number): string | undefined {
    const { ends } = this.#options
    const piece = this.#text.slice(this.#at, ends ? next : end)
    this.#at = next
    const mustWait = ends && this.#afterCr
    if (this.#held.length === 0 && !mustWait) return piece
    this.#held.add(piece)
    return mustWait ? undefined : this.#held.take()
  }

  #tooLong(): RangeError {
    const { limit } = this.#options
    return new RangeError(`${this.#who}: a line has more than ${limit} characters`)
  }
}

function indexOrEnd(text: string, char: string, from: number): number {
  const index = text.indexOf(char, from)
  return index === -1 ? text.length : index
}

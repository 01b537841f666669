/** A chunk as it is compared and shown. Pure. */
import { looksLikeText } from '../../../inspector/content/view-choice.ts'

/** `bytes`: its beginning, as much as is shown; `length`: of the whole. */
export type Chunk = { bytes: Uint8Array; length: number }

export class Piece {
  readonly bytes: Uint8Array
  readonly length: number
  #text: string | undefined
  #pairs: ReadonlyMap<string, number> | undefined

  constructor({ bytes, length }: Chunk) {
    this.bytes = bytes
    this.length = length
  }

  /** There is more of it than is shown. */
  get isCut(): boolean {
    return this.bytes.length < this.length
  }

  get isText(): boolean {
    return looksLikeText(this.bytes)
  }

  /** As UTF-8; what is none is U+FFFD. */
  get text(): string {
    return (this.#text ??= new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes))
  }

  /** As far as both are known. */
  equals(other: Piece): boolean {
    if (this.length !== other.length || this.bytes.length !== other.bytes.length) return false
    return this.bytes.every((byte, index) => byte === other.bytes[index])
  }

  /** From 0, nothing in common, to 1: by the pairs of letters that occur in both. */
  likeness(other: Piece): number {
    const [mine, theirs] = [this.#letters(), other.#letters()]
    let [common, all] = [0, 0]
    for (const [pair, count] of mine) {
      common += Math.min(count, theirs.get(pair) ?? 0)
      all += count
    }
    for (const count of theirs.values()) all += count
    return all === 0 ? 0 : (2 * common) / all
  }

  /** All of it is somewhere in the other, or may be in what is not shown of that. */
  isIn(other: Piece): boolean {
    if (this.length > other.length || this.length === 0) return false
    return other.isCut || (!this.isCut && other.text.includes(this.text))
  }

  #letters(): ReadonlyMap<string, number> {
    if (this.#pairs) return this.#pairs
    const pairs = new Map<string, number>()
    const text = this.text.slice(0, sample)
    for (let at = 0; at + 1 < text.length; at++) {
      const pair = text.slice(at, at + 2)
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
    }
    return (this.#pairs = pairs)
  }
}

/** Likeness is judged by so many letters. */
const sample = 1024

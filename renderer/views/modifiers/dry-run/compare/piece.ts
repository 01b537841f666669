/** A chunk as it is compared and shown. Pure. */
import { looksLikeText } from '../../../inspector/content/view-choice.ts'

/** `bytes`: its beginning, as much as is shown; `length`: of the whole. */
export type Chunk = { bytes: Uint8Array; length: number }

export class Piece {
  readonly bytes: Uint8Array
  readonly length: number
  #text: string | undefined
  #binary: string | undefined

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

  /** A letter for each byte: those of ASCII, and beyond them U+F780 to U+F7FF. */
  get binary(): string {
    return (this.#binary ??= new TextDecoder('x-user-defined').decode(this.bytes))
  }

  /** As far as both are known. */
  equals(other: Piece): boolean {
    if (this.length !== other.length || this.bytes.length !== other.bytes.length) return false
    return this.bytes.every((byte, index) => byte === other.bytes[index])
  }

  /** All of it is somewhere in the other, or may be in what is not shown of that. */
  isIn(other: Piece): boolean {
    if (this.length > other.length || this.length === 0) return false
    return other.isCut || (!this.isCut && other.text.includes(this.text))
  }
}

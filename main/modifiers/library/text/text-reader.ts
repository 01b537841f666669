import { concat, noBytes } from '../bytes/concat.ts'
import type { LibraryDecoder, LibraryHost } from '../host.ts'
import { wrongChunk } from '../source.ts'
import { byteOrderMark, decoderOf } from './charset.ts'
import { WholeCharacters } from './whole-characters.ts'

/**
 * Chunks to text, however characters are cut. A byte order mark at the beginning is no text and wins over the charset
 * (as in the WHATWG Encoding Standard's "decode"). Keeps the bytes of at most one character.
 */
export class TextReader {
  readonly #who: string
  readonly #host: LibraryHost
  readonly #declared: LibraryDecoder
  readonly #characters = new WholeCharacters()
  /** Set when the first bytes have told whether they are a byte order mark. */
  #decoder: LibraryDecoder | undefined
  #first = noBytes
  #begun = false

  constructor(who: string, host: LibraryHost, label: string) {
    this.#who = who
    this.#host = host
    this.#declared = decoderOf(who, host, label)
  }

  /** What can be read by now; perhaps nothing. */
  read(chunk: unknown): string {
    if (typeof chunk === 'string') {
      // What bytes have left unfinished ends here: text does not finish it.
      const before = this.#decoder ? this.#decoder.decode(undefined, false) : this.#undecided()
      return before + this.#withoutMark(this.#characters.add(chunk))
    }
    if (!(chunk instanceof Uint8Array)) throw wrongChunk(this.#who, chunk)
    if (chunk.length === 0) return ''
    const half = this.#withoutMark(this.#characters.take())
    const text = this.#decoder ? this.#decoder.decode(chunk, true) : this.#decodeFirst(chunk)
    return half === '' ? text : half + text
  }

  /** What is left at the end. */
  end(): string {
    const text = this.#decoder ? this.#decoder.decode(undefined, false) : this.#undecided()
    return text + this.#withoutMark(this.#characters.take())
  }

  #decodeFirst(chunk: Uint8Array): string {
    const bytes = this.#first.length === 0 ? chunk : concat([this.#first, chunk])
    const mark = this.#begun ? { label: undefined, length: 0 } : byteOrderMark(bytes)
    if (!mark) {
      this.#first = bytes.slice()
      return ''
    }
    this.#begun = true
    this.#first = noBytes
    this.#decoder = mark.label === undefined ? this.#declared : decoderOf(this.#who, this.#host, mark.label)
    return this.#decoder.decode(bytes.subarray(mark.length), true)
  }

  /** Bytes that could have begun a byte order mark, and did not. */
  #undecided(): string {
    if (this.#first.length === 0) return ''
    const bytes = this.#first
    this.#first = noBytes
    this.#begun = true
    return this.#declared.decode(bytes, false)
  }

  #withoutMark(text: string): string {
    if (this.#begun || text === '') return text
    this.#begun = true
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }
}

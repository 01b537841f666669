import { concat } from '../bytes/concat.ts'
import type { LibraryHost } from '../host.ts'
import { type Chunk, wrongChunk } from '../source.ts'
import { WholeCharacters } from '../text/whole-characters.ts'
import { LiteralReplacer } from './literal.ts'
import { type ReplaceStream, type Replacement, answerOf, readTemplate } from './replacement.ts'
import { byteUnits, textUnits } from './units.ts'

/** A text or bytes, replaced in text as long as only text comes, and in bytes from the first bytes on. */
export class NeedleStream implements ReplaceStream {
  readonly #host: LibraryHost
  readonly #needle: string | Uint8Array
  readonly #replacement: Replacement
  readonly #characters = new WholeCharacters()
  #texts: LiteralReplacer<string> | undefined
  #bytes: LiteralReplacer<Uint8Array> | undefined

  constructor(host: LibraryHost, needle: string | Uint8Array, replacement: Replacement) {
    this.#host = host
    // The caller may change its bytes meanwhile.
    this.#needle = typeof needle === 'string' ? needle : needle.slice()
    this.#replacement = replacement
    if (typeof needle === 'string' && !(replacement instanceof Uint8Array)) {
      const answer = this.#answer(needle)
      this.#texts = new LiteralReplacer(needle, textUnits, (offset) => asText(answer(offset)))
    } else {
      this.#bytes = this.#ofBytes()
    }
  }

  feed(chunk: unknown): Chunk {
    if (typeof chunk === 'string') {
      const text = this.#characters.add(chunk)
      return this.#bytes ? this.#bytes.feed(this.#host.encode(text)) : (this.#texts?.feed(text) ?? text)
    }
    if (!(chunk instanceof Uint8Array)) throw wrongChunk('replace', chunk)
    if (chunk.length === 0) return chunk
    const before = (this.#texts?.end() ?? '') + this.#characters.take()
    this.#texts = undefined
    this.#bytes ??= this.#ofBytes()
    if (before === '') return this.#bytes.feed(chunk)
    return concat([this.#bytes.feed(this.#host.encode(before)), this.#bytes.feed(chunk)])
  }

  end(): Chunk {
    const half = this.#characters.take()
    if (!this.#bytes) return this.#texts ? this.#texts.feed(half) + this.#texts.end() : half
    const last = this.#bytes.feed(this.#host.encode(half))
    return concat([last, this.#bytes.end()])
  }

  #ofBytes(): LiteralReplacer<Uint8Array> {
    const needle = this.#needle
    const answer = this.#answer(needle)
    const toBytes = (given: Chunk): Uint8Array => (typeof given === 'string' ? this.#host.encode(given) : given)
    // A replacement that is always the same is encoded once.
    const always = typeof this.#replacement === 'function' ? undefined : toBytes(answer(0))
    const replace = (offset: number): Uint8Array => always ?? toBytes(answer(offset))
    return new LiteralReplacer(toBytes(needle), byteUnits, replace)
  }

  #answer(needle: string | Uint8Array): (offset: number) => Chunk {
    const replacement = this.#replacement
    if (typeof replacement === 'function') {
      const call = replacement as (match: Chunk, offset: number) => unknown
      return (offset) => {
        const answer = call(typeof needle === 'string' ? needle : needle.slice(), offset)
        return answer instanceof Uint8Array ? answer : answerOf(answer)
      }
    }
    // In bytes nothing has a meaning of its own.
    if (typeof replacement !== 'string' || typeof needle !== 'string') return () => replacement
    const text = readTemplate(replacement, { count: 0, named: false })({ text: needle, groups: [], named: undefined })
    return () => text
  }
}

function asText(answer: Chunk): string {
  if (typeof answer === 'string') return answer
  throw new TypeError('replace: in text a match can only be replaced by text')
}

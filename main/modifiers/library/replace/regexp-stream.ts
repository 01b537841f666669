import { concat, noBytes } from '../bytes/concat.ts'
import { ExactUtf8 } from '../bytes/exact-utf8.ts'
import type { LibraryHost } from '../host.ts'
import { type Chunk, wrongChunk } from '../source.ts'
import { WholeCharacters } from '../text/whole-characters.ts'
import { RegExpReplacer, type ReplaceMatch } from './regexp/regexp-replacer.ts'
import { Search } from './regexp/search.ts'
import { type ReplaceStream, type Replacement, answerOf, readTemplate } from './replacement.ts'

/**
 * A regular expression over text, or over bytes as the UTF-8 they are. A byte order mark at the beginning stays, and is
 * no part of the text.
 */
export class RegExpStream implements ReplaceStream {
  readonly #utf8: ExactUtf8
  readonly #replacer: RegExpReplacer
  readonly #characters = new WholeCharacters()
  /** Without the flag `u` the place from which a match may begin lies also within a character. */
  readonly #passed = new WholeCharacters()
  #isBytes = false
  #begun = false

  constructor(host: LibraryHost, pattern: RegExp, replacement: Replacement, within: number) {
    const search = new Search(pattern, within)
    this.#utf8 = new ExactUtf8(host)
    this.#replacer = new RegExpReplacer(search, replaceMatch(search, replacement), within)
  }

  feed(chunk: unknown): Chunk {
    if (typeof chunk === 'string') {
      const before = this.#isBytes ? this.#utf8.end() : ''
      return this.#out(before + this.#characters.add(chunk))
    }
    if (!(chunk instanceof Uint8Array)) throw wrongChunk('replace', chunk)
    if (chunk.length === 0) return chunk
    this.#isBytes = true
    return this.#out(this.#characters.take() + this.#utf8.decode(chunk))
  }

  end(): Chunk {
    const last = this.#out(this.#utf8.end() + this.#characters.take())
    const rest = this.#passed.add(this.#replacer.end()) + this.#passed.take()
    if (typeof last === 'string') return last + rest
    return concat([last, rest === '' ? noBytes : this.#utf8.encode(rest)])
  }

  #out(text: string): Chunk {
    if (this.#begun || text === '') return this.#coded(this.#passed.add(this.#replacer.feed(text)))
    this.#begun = true
    const mark = text.startsWith('\ufeff') ? '\ufeff' : ''
    return this.#coded(this.#passed.add(mark + this.#replacer.feed(text.slice(mark.length))))
  }

  #coded(text: string): Chunk {
    return this.#isBytes ? this.#utf8.encode(text) : text
  }
}

function replaceMatch({ groups }: Search, replacement: Replacement): ReplaceMatch {
  if (typeof replacement === 'string') {
    const made = readTemplate(replacement, groups)
    return (match) => made({ text: match[0], groups: match.slice(1), named: match.groups })
  }
  if (typeof replacement !== 'function') {
    throw new TypeError('replace: a regular expression finds text, which only text or a function can replace')
  }
  const call = replacement as (...given: unknown[]) => unknown
  return (match, offset) => {
    const given: unknown[] = match.slice()
    given.push(offset)
    if (match.groups) given.push(match.groups)
    return answerOf(Reflect.apply(call, undefined, given))
  }
}

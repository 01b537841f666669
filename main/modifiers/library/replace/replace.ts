import type { LibraryHost } from '../host.ts'
import { described } from '../described.ts'
import { type Chunk, type Items, type Source, itemsOf, wholeNumber } from '../source.ts'
import { NeedleStream } from './needle-stream.ts'
import type { ReplaceStream, Replacement } from './replacement.ts'
import { RegExpStream } from './regexp-stream.ts'

/** `within`: UTF-16 units of a match of a regular expression and what it looks at; longer ones are perhaps not found. */
export type ReplaceOptions = { within?: number | undefined }

export type Replace = {
  (
    chunks: Items<string>,
    pattern: string | RegExp,
    replacement: Replacement,
    options?: ReplaceOptions,
  ): AsyncGenerator<string, void, undefined>
  (
    chunks: Items<Uint8Array>,
    pattern: string | RegExp | Uint8Array,
    replacement: Replacement,
    options?: ReplaceOptions,
  ): AsyncGenerator<Uint8Array, void, undefined>
  (
    chunks: Source,
    pattern: string | RegExp | Uint8Array,
    replacement: Replacement,
    options?: ReplaceOptions,
  ): AsyncGenerator<Chunk, void, undefined>
}

/**
 * Replaces what the pattern finds, however it is cut: all occurrences of a text or of bytes, and of a regular expression
 * all matches with the flag g, the first without. Text stays text and bytes stay bytes; what is not replaced goes out
 * as it came, also where it is no UTF-8. Never holds back what cannot become part of a match any more.
 */
export function createReplace(host: LibraryHost): Replace {
  function replace(
    chunks: Source,
    pattern: string | RegExp | Uint8Array,
    replacement: Replacement,
    options: ReplaceOptions = {},
  ): AsyncGenerator<Chunk, void, undefined> {
    return generate(itemsOf('replace', chunks), streamOf(host, pattern, replacement, options))
  }
  // Its stream answers text with text, and bytes with bytes, which no signature of one function says.
  return replace as Replace
}

function streamOf(
  host: LibraryHost,
  pattern: string | RegExp | Uint8Array,
  replacement: Replacement,
  { within = 64 * 1024 }: ReplaceOptions,
): ReplaceStream {
  const isText = typeof replacement === 'string' || replacement instanceof Uint8Array
  if (!isText && typeof replacement !== 'function') {
    throw new TypeError(`replace: the replacement must be text, bytes or a function, not ${described(replacement)}`)
  }
  wholeNumber('replace', '`within`', within, 1)
  if (pattern instanceof RegExp) return new RegExpStream(host, pattern, replacement, within)
  if (typeof pattern !== 'string' && !(pattern instanceof Uint8Array)) {
    throw new TypeError(`replace: the pattern must be text, a regular expression or bytes, not ${described(pattern)}`)
  }
  if (pattern.length === 0) throw new RangeError('replace: the pattern is empty, so it is everywhere')
  return new NeedleStream(host, pattern, replacement)
}

async function* generate(source: Source, stream: ReplaceStream): AsyncGenerator<Chunk, void, undefined> {
  for await (const chunk of source) {
    const out = stream.feed(chunk)
    if (out.length > 0) yield out
  }
  const rest = stream.end()
  if (rest.length > 0) yield rest
}

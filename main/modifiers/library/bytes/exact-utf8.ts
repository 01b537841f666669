import type { LibraryDecoder, LibraryHost } from '../host.ts'
import { concat, noBytes } from './concat.ts'

/**
 * UTF-8 to text and back without loss: a byte that is no UTF-8 becomes a lone surrogate, U+DC00 plus its value, which
 * text decoded from UTF-8 never holds otherwise, and becomes that byte again. Keeps the bytes of at most one character.
 */
export class ExactUtf8 {
  readonly #host: LibraryHost
  readonly #decoder: LibraryDecoder
  #held = noBytes
  /** There have been bytes that are no UTF-8. */
  #strange = false

  constructor(host: LibraryHost) {
    this.#host = host
    this.#decoder = host.decoder('utf-8')
  }

  decode(bytes: Uint8Array): string {
    const all = this.#held.length === 0 ? bytes : concat([this.#held, bytes])
    const end = all.length - unfinished(all)
    this.#held = end === all.length ? noBytes : all.slice(end)
    const text = this.#decoder.decode(all.subarray(0, end), false)
    return text.includes('\ufffd') ? this.#decodeExactly(all.subarray(0, end)) : text
  }

  /** What waits for the rest of a character that does not come. */
  end(): string {
    const held = this.#held
    this.#held = noBytes
    return this.#decodeExactly(held)
  }

  encode(text: string): Uint8Array {
    if (!this.#strange) return this.#host.encode(text)
    const parts: Uint8Array[] = []
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code >= 0xd800 && code <= 0xdbff) at++
      else if (code >= 0xdc80 && code <= 0xdcff) {
        if (at > from) parts.push(this.#host.encode(text.slice(from, at)))
        parts.push(Uint8Array.of(code - 0xdc00))
        from = at + 1
      }
    }
    if (from < text.length) parts.push(this.#host.encode(text.slice(from)))
    return concat(parts)
  }

  #decodeExactly(bytes: Uint8Array): string {
    let text = ''
    let from = 0
    let at = 0
    while (at < bytes.length) {
      const length = characterLength(bytes, at)
      if (length > 0) {
        at += length
        continue
      }
      text += this.#decoder.decode(bytes.subarray(from, at), false) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
      this.#strange = true
      at++
      from = at
    }
    return text + this.#decoder.decode(bytes.subarray(from), false)
  }
}

/** How many bytes the last character has, if more of it may come; 0 when it is whole, or can become none. */
function unfinished(bytes: Uint8Array): number {
  const { length } = bytes
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needed > back && byte < 0xf5 ? back : 0
  }
  return 0
}

/** Bytes of the character there; 0 when it is none: a byte out of place, an overlong form, a surrogate (RFC 3629). */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const second = bytes[at + 1] ?? 0
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  for (let next = 2; next < length; next++) {
    if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0
  }
  return length
}

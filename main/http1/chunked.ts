import type { BodyFollower } from './body.ts'
import { isControl, tokenTable } from './grammar.ts'
import { parseFields } from './head.ts'
import { HeldBytes } from './held-bytes.ts'
import type { WireLimits } from './limits.ts'
import { WireError, quote } from './wire-error.ts'

const CR = 13
const LF = 10
const QUOTE = 34
const SEMICOLON = 59
const EQUALS = 61
const BACKSLASH = 92

// States of the reader, one byte each. RFC 9112 §7.1.
const SIZE = 0 // hexadecimal digits
const EXTENSION = 1 // behind ';': the name must begin
const NAME = 2
const VALUE = 3 // behind '=': the value must begin
const TOKEN = 4
const QUOTED = 5
const ESCAPED = 6
const QUOTED_END = 7
const SIZE_LF = 8
const DATA = 9
const DATA_CR = 10
const DATA_LF = 11
const TRAILER = 12 // at the beginning of a trailer line
const TRAILER_LINE = 13
const TRAILER_LF = 14
const END_LF = 15
const DONE = 16

const hexTable = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit++) {
  hexTable[digit.toString(16).charCodeAt(0)] = digit
  hexTable[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/**
 * RFC 9110 §6.5.1: fields that frame or route a message have no place behind it; merged, they smuggle. Those about the
 * connection (§7.6.1) end it for some readers, llhttp among them.
 */
const neverTrailers = ['content-length', 'transfer-encoding', 'host', 'connection', 'proxy-connection', 'upgrade']

/**
 * Follows a chunked body. Framing lines are accepted only when they are complete and valid, so raw forwarding never
 * sends half a chunk-size line; the last chunk goes out together with its trailers and the final CRLF.
 */
export class ChunkedFollower implements BodyFollower {
  done = false
  readonly pieces: number[] = []
  carried: Buffer | undefined = undefined
  accepted = 0
  chunks = 0
  trailers: string | undefined = undefined
  readonly #limits: WireLimits
  #state = SIZE
  #size = 0
  #digits = 0
  #extensionBytes = 0
  /** Framing bytes of earlier feeds that are not accepted yet. */
  readonly #unfinished = new HeldBytes()
  /** Within the unfinished bytes and this feed's: where the trailer section begins; -1 before it. */
  #trailerAt = -1

  constructor(limits: WireLimits) {
    this.#limits = limits
  }

  get ended(): number {
    return this.#state === DATA ? this.chunks - 1 : this.chunks
  }

  feed(bytes: Buffer, from: number): number {
    this.pieces.length = 0
    this.carried = undefined
    this.accepted = from
    let at = from
    while (at < bytes.length && this.#state !== DONE) {
      if (this.#state === DATA) {
        const end = Math.min(bytes.length, at + this.#size)
        this.pieces.push(at, end)
        this.#size -= end - at
        at = end
        this.#accept(at)
        if (this.#size === 0) this.#state = DATA_CR
      } else {
        const before = this.#state
        this.#state = this.#step(bytes, at)
        at++
        if (this.#state === DATA || this.#state === DONE || before === DATA_LF) this.#accept(at)
      }
    }
    if (this.#state === DONE) this.done = true
    else if (this.accepted < at) this.#unfinished.add(bytes, this.accepted, at)
    return at
  }

  finish(): boolean {
    return this.done
  }

  /** Everything before `at` is valid and may go out. */
  #accept(at: number): void {
    this.accepted = at
    if (this.#unfinished.length > 0) this.carried = this.#unfinished.take()
  }

  /** Reads one framing byte; returns the state behind it. */
  #step(bytes: Buffer, at: number): number {
    const byte = bytes[at] ?? 0
    switch (this.#state) {
      case SIZE:
        return this.#sizeByte(byte)
      case EXTENSION:
      case NAME:
      case VALUE:
      case TOKEN:
      case QUOTED:
      case ESCAPED:
      case QUOTED_END:
        if (++this.#extensionBytes > this.#limits.extensions) {
          throw new WireError(`chunk extensions of more than ${this.#limits.extensions} bytes`)
        }
        return this.#extensionByte(byte)
      case SIZE_LF:
        return this.#sizeEnd(byte, at)
      case DATA_CR:
        if (byte !== CR) throw new WireError('a chunk is longer than its size')
        return DATA_LF
      case DATA_LF:
        if (byte !== LF) throw new WireError('a chunk does not end with CRLF')
        this.#digits = 0
        this.#extensionBytes = 0
        return SIZE
      default:
        return this.#trailerByte(byte, bytes, at)
    }
  }

  #sizeByte(byte: number): number {
    const digit = hexTable[byte] ?? -1
    if (digit >= 0) {
      this.#size = this.#digits === 0 ? digit : this.#size * 16 + digit
      if (++this.#digits > 16 || this.#size > Number.MAX_SAFE_INTEGER) throw new WireError('a chunk size is too large')
      return SIZE
    }
    if (this.#digits === 0) throw new WireError(`a chunk size begins with ${quote(String.fromCharCode(byte))}`)
    if (byte === CR) return SIZE_LF
    if (byte === SEMICOLON) return EXTENSION
    throw new WireError(`a chunk size is followed by ${quote(String.fromCharCode(byte))}`)
  }

  #sizeEnd(byte: number, at: number): number {
    if (byte !== LF) throw new WireError('a chunk-size line does not end with CRLF')
    if (this.#size > 0) {
      this.chunks++
      return DATA
    }
    this.#trailerAt = this.#unfinished.length + at + 1 - this.accepted
    return TRAILER
  }

  #extensionByte(byte: number): number {
    const isText = tokenTable[byte] === 1
    switch (this.#state) {
      case EXTENSION:
        if (isText) return NAME
        throw badExtension(byte)
      case NAME:
        if (isText) return NAME
        if (byte === EQUALS) return VALUE
        break
      case VALUE:
        if (byte === QUOTE) return QUOTED
        if (isText) return TOKEN
        throw badExtension(byte)
      case TOKEN:
        if (isText) return TOKEN
        break
      case QUOTED:
        if (byte === QUOTE) return QUOTED_END
        if (isControl(byte)) throw badExtension(byte)
        return byte === BACKSLASH ? ESCAPED : QUOTED
      case ESCAPED:
        if (isControl(byte)) throw badExtension(byte)
        return QUOTED
      default: // QUOTED_END
    }
    if (byte === CR) return SIZE_LF
    if (byte === SEMICOLON) return EXTENSION
    throw badExtension(byte)
  }

  #trailerByte(byte: number, bytes: Buffer, at: number): number {
    const length = this.#unfinished.length + at + 1 - this.accepted - this.#trailerAt
    if (length > this.#limits.head) throw new WireError(`trailers of more than ${this.#limits.head} bytes`, 431)
    switch (this.#state) {
      case TRAILER:
      case TRAILER_LINE:
        if (byte === CR) return this.#state === TRAILER ? END_LF : TRAILER_LF
        if (isControl(byte)) throw new WireError(`${quote(String.fromCharCode(byte))} may not stand in a trailer line`)
        return TRAILER_LINE
      case TRAILER_LF:
        if (byte !== LF) throw new WireError('a trailer line does not end with CRLF')
        return TRAILER
      default: // END_LF
        if (byte !== LF) throw new WireError('the body does not end with CRLF')
        if (length > 2) this.#readTrailers(bytes, at)
        return DONE
    }
  }

  #readTrailers(bytes: Buffer, at: number): void {
    const all = Buffer.concat([this.#unfinished.view(), bytes.subarray(this.accepted, at + 1)])
    const text = all.toString('latin1', this.#trailerAt, all.length - 2)
    const fields = parseFields(text, 0, this.#limits)
    for (const name of neverTrailers) if (fields.has(name)) throw new WireError(`"${name}" among the trailers`)
    this.trailers = text
  }
}

function badExtension(byte: number): WireError {
  return new WireError(`bad chunk extension at ${quote(String.fromCharCode(byte))}`)
}

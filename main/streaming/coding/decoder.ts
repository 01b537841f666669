import * as zlib from 'node:zlib'
import type { Coding } from './codings.ts'
import { TransformRun, type Codec } from './transform-run.ts'

const chunkSize = 64 * 1024
/** RFC 9659: who sends zstd over HTTP needs no larger window, and a larger one would cost us its memory. */
const zstdWindowLog = 23

/** The bytes are not what their coding says; the end of a sentence. */
export class CodingError extends Error {}

/** Turns pieces of one body into what they stand for, at once; then its end. */
export type Recoder = {
  /** The bytes must not change until all is taken. */
  feed(bytes: Uint8Array): AsyncIterable<Buffer>
  finish(): AsyncIterable<Buffer>
  /** Whoever takes gets no more. */
  destroy(): void
}

/** Removes one coding. Throws CodingError for what is broken, cut, or followed by something else. */
export class Decoder implements Recoder {
  readonly #coding: Coding
  #run: TransformRun | undefined
  /** Of deflate, before it is known which kind it is. */
  #first: Buffer | undefined
  /** A gzip that has ended may be padded with zeros. */
  #padded = false
  #destroyed = false

  constructor(coding: Coding) {
    this.#coding = coding
  }

  async *feed(bytes: Uint8Array): AsyncGenerator<Buffer> {
    try {
      yield* this.#feed(bytes)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  async *finish(): AsyncGenerator<Buffer> {
    try {
      if (this.#first) this.#run = this.#begin(this.#first)
      if (this.#first) yield* this.#run?.feed(this.#first) ?? []
      // Nothing at all is nothing in any coding.
      if (this.#run && !this.#run.over) yield* this.#run.finish()
    } catch (error) {
      throw this.#explained(error)
    }
  }

  destroy(): void {
    this.#destroyed = true
    this.#run?.destroy()
  }

  async *#feed(given: Uint8Array): AsyncGenerator<Buffer> {
    let rest = given
    if (!this.#run) {
      rest = this.#first ? Buffer.concat([this.#first, given]) : given
      this.#first = undefined
      if (this.#coding === 'deflate' && rest.length < 2) {
        this.#first = Buffer.from(rest)
        return
      }
    }
    while (rest.length > 0 && !this.#destroyed) {
      if (this.#padded) {
        if (rest.some((byte) => byte !== 0)) throw new CodingError('something else follows its end')
        return
      }
      const run = (this.#run ??= this.#begin(rest))
      const before = run.consumed
      yield* run.feed(rest)
      rest = rest.subarray(run.consumed - before)
      // Behind its end, a format takes nothing.
      if (rest.length === 0 && !run.over) return
      // RFC 8878 §3: frames may follow each other.
      if (this.#coding === 'zstd') this.#run = undefined
      else if (this.#coding === 'gzip') this.#padded = true
      else if (rest.length > 0) throw new CodingError('something else follows its end')
    }
  }

  #begin(first: Uint8Array): TransformRun {
    return new TransformRun(make(this.#coding, first))
  }

  #explained(error: unknown): Error {
    if (error instanceof CodingError) return error
    const cut = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
    return new CodingError(cut ? 'it is cut short' : 'it is broken', { cause: error })
  }
}

function make(coding: Coding, [first = 0, second = 0]: Uint8Array): Codec {
  switch (coding) {
    case 'gzip':
      return zlib.createGunzip({ chunkSize })
    case 'deflate': {
      // Zlib's format by RFC 9110 §8.4.1.2, and bare deflate by many servers: its first two bytes tell (RFC 1950 §2.2).
      const isZlib = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
      return isZlib ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize })
    }
    case 'br':
      return zlib.createBrotliDecompress({ chunkSize })
    case 'zstd':
      return zlib.createZstdDecompress({
        chunkSize,
        params: { [zlib.constants.ZSTD_d_windowLogMax]: zstdWindowLog },
      })
    default:
      return coding satisfies never
  }
}

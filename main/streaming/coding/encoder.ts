import * as zlib from 'node:zlib'
import type { Coding } from './codings.ts'
import type { Recoder } from './decoder.ts'
import { TransformRun, type Codec } from './transform-run.ts'

const { constants } = zlib

/** Brotli's own default takes seconds for a megabyte. */
const brotliQuality = 4

/** Applies one coding; each piece can be decoded as soon as it has arrived. */
export class Encoder implements Recoder {
  readonly #run: TransformRun
  readonly #flush: number

  constructor(coding: Coding) {
    const [codec, flush] = make(coding)
    this.#run = new TransformRun(codec)
    this.#flush = flush
  }

  feed(bytes: Uint8Array): AsyncIterable<Buffer> {
    return this.#run.feed(bytes, this.#flush)
  }

  finish(): AsyncIterable<Buffer> {
    return this.#run.finish()
  }

  destroy(): void {
    this.#run.destroy()
  }
}

function make(coding: Coding): [Codec, flush: number] {
  switch (coding) {
    case 'gzip':
      return [zlib.createGzip(), constants.Z_SYNC_FLUSH]
    case 'deflate':
      return [zlib.createDeflate(), constants.Z_SYNC_FLUSH]
    case 'br': {
      const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality }
      return [zlib.createBrotliCompress({ params }), constants.BROTLI_OPERATION_FLUSH]
    }
    case 'zstd':
      return [zlib.createZstdCompress(), constants.ZSTD_e_flush]
    default:
      return coding satisfies never
  }
}

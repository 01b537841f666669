import { bytesOf } from '../bytes/bytes-of.ts'
import type { LibraryHost } from '../host.ts'
import type { Source } from '../source.ts'
import { leastOne } from './pieces.ts'

/** Chunks of exactly so many bytes, however they come; the last has what is left. */
export function gather(
  host: LibraryHost,
  chunks: Source,
  size: number | string,
): AsyncGenerator<Uint8Array, void, undefined> {
  return join(bytesOf('gather', host, chunks), leastOne('gather', size))
}

async function* join(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const room = new Room(size)
  for await (const chunk of chunks) {
    let at = 0
    while (at < chunk.length) {
      if (room.length === 0 && chunk.length - at >= size) {
        yield chunk.subarray(at, at + size)
        at += size
      } else {
        at = room.add(chunk, at)
        if (room.length === size) yield room.take()
      }
    }
  }
  if (room.length > 0) yield room.take()
}

/** Bytes that wait for more. Grows with them, so that a large size costs nothing before it is needed. */
class Room {
  length = 0
  readonly #size: number
  #bytes = new Uint8Array(0)

  constructor(size: number) {
    this.#size = size
  }

  /** Takes what there is room for; returns where the rest begins. */
  add(chunk: Uint8Array, from: number): number {
    const to = Math.min(chunk.length, from + this.#size - this.length)
    const length = this.length + to - from
    if (length > this.#bytes.length) {
      const wanted = Math.min(this.#size, Math.max(length, this.#bytes.length * 2, 1024))
      const grown = new Uint8Array(wanted)
      grown.set(this.#bytes.subarray(0, this.length))
      this.#bytes = grown
    }
    this.#bytes.set(chunk.subarray(from, to), this.length)
    this.length = length
    return to
  }

  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.length)
    this.#bytes = new Uint8Array(0)
    this.length = 0
    return bytes
  }
}

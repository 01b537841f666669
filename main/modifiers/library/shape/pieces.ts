import { bytesOf } from '../bytes/bytes-of.ts'
import { sizeOf } from '../bytes/amount.ts'
import type { LibraryHost } from '../host.ts'
import type { Source } from '../source.ts'

/** The chunks cut into pieces of at most so many bytes. Nothing waits; gather joins them. */
export function pieces(
  host: LibraryHost,
  chunks: Source,
  size: number | string,
): AsyncGenerator<Uint8Array, void, undefined> {
  return cut(bytesOf('pieces', host, chunks), leastOne('pieces', size))
}

async function* cut(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    if (chunk.length <= size) yield chunk
    else for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size)
  }
}

/** A size that something can be cut to. */
export function leastOne(who: string, size: unknown): number {
  const bytes = sizeOf(who, size)
  if (bytes === 0) throw new RangeError(`${who}: the size must be at least one byte`)
  return bytes
}

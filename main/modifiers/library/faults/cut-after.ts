import { sizeOf } from '../bytes/amount.ts'
import { bytesOf } from '../bytes/bytes-of.ts'
import type { LibraryHost } from '../host.ts'
import type { Source } from '../source.ts'

/** The modifier asked for the cut: not a mistake of its own, and visible to the client as an abort. */
export class CutError extends Error {
  override readonly name = 'CutError'

  constructor(size: number) {
    super(`cutAfter has cut the body after ${size} ${size === 1 ? 'byte' : 'bytes'}`)
  }
}

/** The first so many bytes; then it throws CutError, also when nothing more would have come. A shorter body is whole. */
export function cutAfter(
  host: LibraryHost,
  chunks: Source,
  size: number | string,
): AsyncGenerator<Uint8Array, void, undefined> {
  return cut(bytesOf('cutAfter', host, chunks), sizeOf('cutAfter', size))
}

async function* cut(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (size === 0) throw new CutError(size)
  let left = size
  for await (const chunk of chunks) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk
    left -= chunk.length
    if (left <= 0) throw new CutError(size)
  }
}

import { sizeOf } from '../bytes/amount.ts'
import { bytesOf } from '../bytes/bytes-of.ts'
import type { LibraryHost } from '../host.ts'
import type { Source } from '../source.ts'
import { type Pause, milliseconds, withPauses } from './pauses.ts'

/** The first so many bytes, then nothing, for so many milliseconds or, without them, for ever. Then the rest. */
export function stallAfter(
  host: LibraryHost,
  chunks: Source,
  size: number | string,
  ms?: number,
): AsyncIterableIterator<Uint8Array, void, undefined> {
  const bytes = sizeOf('stallAfter', size)
  const time = ms === undefined ? Infinity : milliseconds('stallAfter', ms)
  const source = bytesOf('stallAfter', host, chunks)
  return withPauses(host, (pause) => stalled(source, bytes, time, pause))
}

async function* stalled(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
  ms: number,
  pause: Pause,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size
  for await (const chunk of chunks) {
    if (left > chunk.length) {
      left -= chunk.length
      yield chunk
    } else if (left === -1) {
      yield chunk
    } else {
      // Whatever comes next comes late, so the stall begins with the last byte before it.
      if (left > 0) yield chunk.subarray(0, left)
      if (!(await pause(ms))) return
      if (left < chunk.length) yield chunk.subarray(left)
      left = -1
    }
  }
}

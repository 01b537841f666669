import { rateOf } from '../bytes/amount.ts'
import { bytesOf } from '../bytes/bytes-of.ts'
import type { LibraryHost } from '../host.ts'
import type { Source } from '../source.ts'
import { type Pause, withPauses } from './pauses.ts'

/** Large chunks go in pieces of so much time, so that they flow instead of coming in lumps. */
const pieceMs = 50
/** What late timers have lost may be caught up, up to this; a source that was silent earns no more. */
const creditMs = 100

/** The chunks at no more than so many bytes per second. */
export function throttle(
  host: LibraryHost,
  chunks: Source,
  rate: number | string,
): AsyncIterableIterator<Uint8Array, void, undefined> {
  const perMs = rateOf('throttle', rate) / 1000
  const source = bytesOf('throttle', host, chunks)
  return withPauses(host, (pause) => paced(host, source, perMs, pause))
}

async function* paced(
  host: LibraryHost,
  chunks: AsyncIterable<Uint8Array>,
  perMs: number,
  pause: Pause,
): AsyncGenerator<Uint8Array, void, undefined> {
  const size = Math.max(1, Math.floor(perMs * pieceMs))
  /** When the next piece may go. */
  let due = host.now()
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += size) {
      const now = host.now()
      if (due > now && !(await pause(due - now))) return
      const piece = chunk.subarray(at, at + size)
      due = Math.max(due, now - creditMs) + piece.length / perMs
      yield piece
    }
  }
}

/**
 * The library that modifiers import as 'spillway'. It runs where they run: in a sandbox, after lockdown, with the
 * language and its host and nothing else. README.md says what all of it promises.
 */
import { createReplace, type Replace } from './replace/replace.ts'
import { events } from './events/events.ts'
import type { ServerEvent } from './events/server-event.ts'
import { sse } from './events/sse.ts'
import { corrupt, type CorruptOptions } from './faults/corrupt.ts'
import { cutAfter } from './faults/cut-after.ts'
import type { LibraryHost } from './host.ts'
import { shown } from './log/shown.ts'
import { createDelay, type Delay } from './pace/delay.ts'
import { stallAfter } from './pace/stall-after.ts'
import { throttle } from './pace/throttle.ts'
import { gather } from './shape/gather.ts'
import { pieces } from './shape/pieces.ts'
import { skip } from './shape/skip.ts'
import { take } from './shape/take.ts'
import type { Items, Source } from './source.ts'
import type { Charset } from './text/charset.ts'
import { createJson, type Json } from './text/json.ts'
import { lines, type LinesOptions } from './text/lines.ts'
import { text } from './text/text.ts'

export { CutError } from './faults/cut-after.ts'
export type { LibraryHost } from './host.ts'

type Generated<T> = AsyncIterableIterator<T, void, undefined>

/** assets/modifiers/spillway.d.ts tells its user the same, in more words. */
export type Library = {
  text: (chunks: Source, charset?: Charset) => Generated<string>
  lines: (chunks: Source, options?: LinesOptions) => Generated<string>
  replace: Replace
  events: (chunks: Source, options?: { limit?: number }) => Generated<ServerEvent>
  sse: typeof sse
  json: Json
  take: <T>(items: Items<T>, count: number) => Generated<T>
  skip: <T>(items: Items<T>, count: number) => Generated<T>
  delay: Delay
  throttle: (chunks: Source, rate: number | string) => Generated<Uint8Array>
  pieces: (chunks: Source, size: number | string) => Generated<Uint8Array>
  gather: (chunks: Source, size: number | string) => Generated<Uint8Array>
  stallAfter: (chunks: Source, size: number | string, ms?: number) => Generated<Uint8Array>
  cutAfter: (chunks: Source, size: number | string) => Generated<Uint8Array>
  corrupt: (chunks: Source, options?: CorruptOptions) => Generated<Uint8Array>
  log: (...values: unknown[]) => void
}

/** A library for one modifier. Its functions keep nothing from one call to the next. */
export function createLibrary(host: LibraryHost): Library {
  return {
    text: (chunks, charset) => text(host, chunks, charset),
    lines: (chunks, options) => lines(host, chunks, options),
    replace: createReplace(host),
    events: (chunks, options) => events(host, chunks, options),
    sse,
    json: createJson(host),
    take,
    skip,
    delay: createDelay(host),
    throttle: (chunks, rate) => throttle(host, chunks, rate),
    pieces: (chunks, size) => pieces(host, chunks, size),
    gather: (chunks, size) => gather(host, chunks, size),
    stallAfter: (chunks, size, ms) => stallAfter(host, chunks, size, ms),
    cutAfter: (chunks, size) => cutAfter(host, chunks, size),
    corrupt: (chunks, options) => corrupt(host, chunks, options),
    log: (...values) => host.log(shown(values)),
  }
}

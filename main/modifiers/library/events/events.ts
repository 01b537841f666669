import type { LibraryHost } from '../host.ts'
import { type Source, itemsOf, wholeNumber } from '../source.ts'
import { LineReader, longestLine } from '../text/line-reader.ts'
import { TextReader } from '../text/text-reader.ts'
import { EventReader } from './event-reader.ts'
import type { ServerEvent } from './server-event.ts'

/** The items of an event stream, each as soon as its last line has ended. */
export function events(
  host: LibraryHost,
  chunks: Source,
  { limit = longestLine }: { limit?: number | undefined } = {},
): AsyncGenerator<ServerEvent, void, undefined> {
  const source = itemsOf('events', chunks)
  wholeNumber('events', 'limit', limit, 1)
  const lines = new LineReader('events', { ends: false, limit })
  return generate(source, new TextReader('events', host, 'utf-8'), lines, new EventReader(limit))
}

async function* generate(
  source: Source,
  texts: TextReader,
  lines: LineReader,
  reader: EventReader,
): AsyncGenerator<ServerEvent, void, undefined> {
  for await (const chunk of source) {
    lines.give(texts.read(chunk))
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      const event = reader.read(line)
      if (event) yield event
    }
  }
  // A line without an end at the end of the stream belongs to an event that has not ended.
}

import type { LibraryHost } from '../host.ts'
import { type Source, itemsOf, wholeNumber } from '../source.ts'
import { type Charset, labelOf } from './charset.ts'
import { type LineOptions, LineReader, longestLine } from './line-reader.ts'
import { TextReader } from './text-reader.ts'

export type LinesOptions = { ends?: boolean | undefined; limit?: number | undefined; charset?: Charset | undefined }

/** The lines of the chunks, each as soon as it has ended; a last one without an end too. */
export function lines(
  host: LibraryHost,
  chunks: Source,
  { ends = false, limit = longestLine, charset }: LinesOptions = {},
): AsyncGenerator<string, void, undefined> {
  const source = itemsOf('lines', chunks)
  const options = { ends, limit: wholeNumber('lines', 'limit', limit, 1) }
  return linesOf(source, new TextReader('lines', host, labelOf('lines', charset)), 'lines', options)
}

/** For the functions that read lines themselves; `who` is named in errors. */
export async function* linesOf(
  source: Source,
  texts: TextReader,
  who: string,
  options: LineOptions,
): AsyncGenerator<string, void, undefined> {
  const reader = new LineReader(who, options)
  for await (const chunk of source) {
    reader.give(texts.read(chunk))
    for (let line = reader.next(); line !== undefined; line = reader.next()) yield line
  }
  reader.give(texts.end())
  for (let line = reader.next(); line !== undefined; line = reader.next()) yield line
  const last = reader.end()
  if (last !== undefined) yield last
}

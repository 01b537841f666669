import type { LibraryHost } from '../host.ts'
import { type Source, itemsOf } from '../source.ts'
import { type Charset, labelOf } from './charset.ts'
import { TextReader } from './text-reader.ts'

/** The chunks as text, as soon as there is any; pieces are never empty and never end within a character. */
export function text(host: LibraryHost, chunks: Source, charset?: Charset): AsyncGenerator<string, void, undefined> {
  const source = itemsOf('text', chunks)
  return generate(source, new TextReader('text', host, labelOf('text', charset)))
}

async function* generate(source: Source, reader: TextReader): AsyncGenerator<string, void, undefined> {
  for await (const chunk of source) {
    const piece = reader.read(chunk)
    if (piece !== '') yield piece
  }
  const rest = reader.end()
  if (rest !== '') yield rest
}

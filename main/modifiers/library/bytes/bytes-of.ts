import type { LibraryHost } from '../host.ts'
import { type Source, itemsOf, wrongChunk } from '../source.ts'
import { WholeCharacters } from '../text/whole-characters.ts'

/** The chunks as bytes, chunk by chunk; empty ones are left out. A pair of surrogates may be cut between two strings. */
export function bytesOf(who: string, host: LibraryHost, source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  return generate(who, host, itemsOf(who, source))
}

async function* generate(who: string, host: LibraryHost, source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  const characters = new WholeCharacters()
  for await (const chunk of source) {
    if (typeof chunk === 'string') {
      const text = characters.add(chunk)
      if (text !== '') yield host.encode(text)
    } else if (chunk instanceof Uint8Array) {
      const half = characters.take()
      if (half !== '') yield host.encode(half)
      if (chunk.length > 0) yield chunk
    } else {
      throw wrongChunk(who, chunk)
    }
  }
  const half = characters.take()
  if (half !== '') yield host.encode(half)
}

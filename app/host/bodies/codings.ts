/**
 * Content codings (RFC 9110 §8.4), taken off while the bytes come. What is decoded was captured: it may be cut, broken, or
 * made to fill a disk, so each step is bounded, and no step waits for more than it needs.
 */
import { Decoder, knownCodings, type Coding } from '../../../main/index.ts'
import { fieldsIn } from '../flows/head-field.ts'

type Bytes = AsyncIterable<Uint8Array>

/** In the order in which they were applied; a refusal is a sentence. */
export function codingsOf(head: string): { ok: true; codings: readonly Coding[] } | { ok: false; message: string } {
  const names = fieldsIn(head, 'content-encoding').flatMap((value) => value.split(','))
  const known = knownCodings(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))
  if ('codings' in known) return { ok: true, codings: known.codings }
  const { obstacle } = known
  const message =
    obstacle.kind === 'too-many'
      ? `It is encoded ${obstacle.count} times over.`
      : `Spillway does not know the content coding "${obstacle.name}".`
  return { ok: false, message }
}

/** More came out than may. */
export class TooLarge extends Error {}

/** Throws TooLarge when a step gives more than `most` bytes, and CodingError when the bytes are broken or cut. */
export function decoded(source: Bytes, codings: readonly Coding[], most: number): Bytes {
  let bytes = source
  for (const coding of codings.toReversed()) bytes = bounded(decodedOnce(bytes, coding), most)
  return bytes
}

async function* decodedOnce(source: Bytes, coding: Coding): AsyncGenerator<Uint8Array> {
  const decoder = new Decoder(coding)
  try {
    for await (const chunk of source) yield* decoder.feed(chunk)
    yield* decoder.finish()
  } finally {
    decoder.destroy()
  }
}

async function* bounded(source: Bytes, most: number): AsyncGenerator<Uint8Array> {
  let total = 0
  for await (const chunk of source) {
    total += chunk.length
    if (total > most) {
      const room = chunk.length - (total - most)
      if (room > 0) yield chunk.subarray(0, room)
      throw new TooLarge()
    }
    yield chunk
  }
}

/**
 * Content codings (RFC 9110 §8.4), taken off while the bytes come. What is decoded was captured: it may be cut, broken, or
 * made to fill a disk, so each step is bounded, and no step waits for more than it needs.
 */
import { Decoder, isCoding, type Coding } from '../../../main/index.ts'
import { fieldsIn } from '../flows/head-field.ts'

type Bytes = AsyncIterable<Uint8Array>

/** More than that is an attack, not a transfer. */
const mostCodings = 5

/** In the order in which they were applied; a refusal is a sentence. */
export function codingsOf(head: string): { ok: true; codings: Coding[] } | { ok: false; message: string } {
  const names = fieldsIn(head, 'content-encoding')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length > mostCodings) return { ok: false, message: `It is encoded ${names.length} times over.` }
  const codings: Coding[] = []
  for (const name of names) {
    const coding = name === 'x-gzip' ? 'gzip' : name
    if (!isCoding(coding)) {
      return { ok: false, message: `Spillway does not know the content coding "${name.slice(0, 100)}".` }
    }
    codings.push(coding)
  }
  return { ok: true, codings }
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

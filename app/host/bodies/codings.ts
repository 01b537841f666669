/**
 * Content codings (RFC 9110 §8.4), taken off while the bytes come. What is decoded was captured: it may be cut, broken, or
 * made to fill a disk, so each step is bounded, and no step waits for more than it needs.
 */
import { Readable, type Transform, pipeline } from 'node:stream'
import * as zlib from 'node:zlib'
import { fieldsIn } from '../flows/head-field.ts'

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd'
type Bytes = AsyncIterable<Uint8Array>

/** More than that is an attack, not a transfer. */
const mostCodings = 5
const chunkSize = 64 * 1024

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
    if (!isKnown(coding)) {
      return { ok: false, message: `Spillway does not know the content coding "${name.slice(0, 100)}".` }
    }
    codings.push(coding)
  }
  return { ok: true, codings }
}

// Node 20 and early 22 have no zstd.
const isKnown = (name: string): name is Coding =>
  ['gzip', 'deflate', 'br'].includes(name) || (name === 'zstd' && 'createZstdDecompress' in zlib)

/** More came out than may. */
export class TooLarge extends Error {}

/** Throws TooLarge when a step gives more than `most` bytes, and what zlib says when the bytes are broken or cut. */
export function decoded(source: Bytes, codings: readonly Coding[], most: number): Bytes {
  let bytes = source
  for (const coding of codings.toReversed()) bytes = bounded(decodedOnce(bytes, coding), most)
  return bytes
}

function decodedOnce(source: Bytes, coding: Coding): Bytes {
  switch (coding) {
    case 'gzip':
      return through(source, zlib.createGunzip({ chunkSize }))
    case 'br':
      return through(source, zlib.createBrotliDecompress({ chunkSize }))
    case 'zstd':
      return through(source, zlib.createZstdDecompress({ chunkSize }))
    case 'deflate':
      return inflated(source)
    default:
      return coding satisfies never
  }
}

/** "deflate" is zlib's format by the standard, and bare deflate by many servers: its first two bytes tell. */
async function* inflated(source: Bytes): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  let first = Buffer.alloc(0)
  try {
    while (first.length < 2) {
      const next = await iterator.next()
      if (next.done) break
      first = Buffer.concat([first, next.value])
    }
    const isZlib = first.length >= 2 && (first.readUInt8(0) & 0x0f) === 8 && first.readUInt16BE(0) % 31 === 0
    yield* through(
      joined(first, iterator),
      isZlib ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize }),
    )
  } finally {
    await iterator.return?.()
  }
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function* through(source: Bytes, decoder: Transform): AsyncGenerator<Uint8Array> {
  // Its error comes to whoever reads the decoder; this callback only makes the pipeline clean up.
  pipeline(Readable.from(source, { objectMode: false }), decoder, () => undefined)
  for await (const chunk of decoder) yield chunk as Buffer
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

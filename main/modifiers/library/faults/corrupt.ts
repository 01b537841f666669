import { bytesOf } from '../bytes/bytes-of.ts'
import { foundFor } from '../described.ts'
import type { LibraryHost } from '../host.ts'
import { type Source, wholeNumber } from '../source.ts'

export type CorruptOptions = {
  /** Offsets in the body, from 0. */
  at?: number | readonly number[] | undefined
  /** One byte of each so many, anywhere among them. */
  every?: number | undefined
  /** The same seed damages the same bytes in the same way. */
  seed?: number | undefined
}

/** The chunks with some bytes changed. Depends on offsets and seed alone, not on how the body is cut. */
export function corrupt(
  host: LibraryHost,
  chunks: Source,
  options: CorruptOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  // Files of JavaScript have no types.
  if (typeof options !== 'object' || (options as unknown) === null)
    throw new TypeError(`corrupt: its options must be an object, as in { every: 64 }, not ${foundFor(options)}`)
  const { at, every, seed = Math.floor(host.random() * 2 ** 32) } = options
  wholeNumber('corrupt', 'seed', seed, Number.MIN_SAFE_INTEGER)
  const next = at === undefined ? oneOfEach(every, seed) : oneAt(at, every)
  return damage(bytesOf('corrupt', host, chunks), next, seed)
}

/** The first damaged offset from there on. */
type Next = (from: number) => number

function oneOfEach(every: number | undefined, seed: number): Next {
  const run = wholeNumber('corrupt', '`every`', every ?? 1000, 1)
  const inRun = (index: number): number => index * run + (mixed(seed, index) % run)
  return (from) => {
    const index = Math.floor(from / run)
    const offset = inRun(index)
    return offset >= from ? offset : inRun(index + 1)
  }
}

function oneAt(at: number | readonly number[], every: number | undefined): Next {
  if (every !== undefined) throw new TypeError('corrupt: give `at` or `every`, not both')
  const given = typeof at === 'number' ? [at] : Array.from(at)
  for (const offset of given) wholeNumber('corrupt', '`at`', offset, 0)
  const offsets = Float64Array.from(given).sort()
  let index = 0
  return (from) => {
    while (index < offsets.length && (offsets[index] ?? 0) < from) index++
    return offsets[index] ?? Infinity
  }
}

async function* damage(
  chunks: AsyncIterable<Uint8Array>,
  next: Next,
  seed: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let start = 0
  for await (const chunk of chunks) {
    const end = start + chunk.length
    let offset = next(start)
    // The source's bytes are not ours to change.
    const bytes = offset < end ? chunk.slice() : chunk
    for (; offset < end; offset = next(offset + 1)) {
      const index = offset - start
      bytes[index] = (bytes[index] ?? 0) ^ (1 + (mixed(~seed, offset) % 255))
    }
    yield bytes
    start = end
  }
}

/** A number below 2³² that two numbers decide, and that looks like chance. */
function mixed(seed: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)
  hash ^= Math.floor(index / 2 ** 32)
  for (const factor of [0x7feb352d, 0x846ca68b]) hash = Math.imul(hash ^ (hash >>> 15), factor)
  return (hash ^ (hash >>> 16)) >>> 0
}

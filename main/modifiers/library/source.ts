/** What the functions of the library take: anything that can be iterated, of bytes or text. */

import { described, foundFor } from './described.ts'

/** Bytes, or text that goes out as UTF-8. */
export type Chunk = Uint8Array | string
export type Items<T> = AsyncIterable<T> | Iterable<T>
export type Source = Items<Chunk>

/**
 * The items to iterate; nothing is read yet. Text or bytes by themselves are one item, not many. Throws TypeError, so
 * that a mistake is found where the function is called and not where its result is read.
 */
export function itemsOf<T>(who: string, items: Items<T>): Items<T> {
  // A string is an iterable of its characters too, which is never what is meant.
  if (typeof items === 'string' || items instanceof Uint8Array) return [items as T]
  if (isIterable(items)) return items
  throw new TypeError(`${who}: its first argument must be chunks or another iterable, not ${described(items)}`)
}

/** Strings are none here: their characters are never what is meant. */
export function isIterable(value: unknown): value is Items<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
}

/** `who`: the function of the library that was handed it. */
export function wrongChunk(who: string, value: unknown): TypeError {
  return new TypeError(`${who}: a chunk must be bytes (Uint8Array) or text, not ${described(value)}`)
}

/** Throws RangeError unless the value is a whole number from `least` on. */
export function wholeNumber(who: string, what: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`${who}: ${what} must be a whole number from ${least} on, not ${foundFor(value)}`)
}

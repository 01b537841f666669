/** The last bytes of a stream that passes, gathered from one look after the other. Pure and bounded. */

/** `position`: behind the last byte. `skipped`: bytes that passed between two looks, before `bytes`. */
export type TailWindow = { bytes: Uint8Array<ArrayBuffer>; position: number; skipped: number }

export const emptyTail: TailWindow = { bytes: new Uint8Array(), position: 0, skipped: 0 }

/** Bytes kept; older ones have passed. */
export const tailKept = 64 * 1024

/** The window after an answer; when there is nothing new, the same one. A gap makes what came before it worthless. */
export function afterLook(seen: TailWindow, answer: { bytes: Uint8Array; position: number }): TailWindow {
  const { bytes, position } = answer
  if (bytes.length === 0 && position === seen.position) return seen
  const from = position - bytes.length
  const gap = seen.bytes.length > 0 && from > seen.position
  const before = gap ? new Uint8Array() : seen.bytes.subarray(Math.max(0, seen.bytes.length + bytes.length - tailKept))
  const joined = new Uint8Array(before.length + bytes.length)
  joined.set(before)
  joined.set(bytes, before.length)
  return { bytes: joined, position, skipped: gap ? from - seen.position : seen.skipped }
}

/** A window may begin within a character of UTF-8: where the first whole one begins. */
export function textStart(bytes: Uint8Array): number {
  for (let at = 0; at < 3 && at < bytes.length; at++) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at
  return 0
}

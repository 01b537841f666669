/** Searches bytes as they are: for a text, in UTF-8 and any case of its ASCII letters, or for bytes written in hex. */
import type { ReadBytes } from '../pages/body-bytes.ts'

/** Of bytes; `to` is behind the last. */
export type BytesMatch = { from: number; to: number }

const piece = 192 * 1024
const hexDigits = /^(?:0x(?:[0-9a-f]{2})+|[0-9a-f]{2}(?: [0-9a-f]{2})+)$/i

/** A character for each byte. */
function binary(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/** "0d 0a" and "0x0d0a" are bytes, everything else is text. */
function needleOf(query: string): { needle: string; flags: string } {
  if (!hexDigits.test(query)) return { needle: binary(new TextEncoder().encode(query)), flags: 'gi' }
  const digits = query.replace(/^0x| /gi, '')
  const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  )
  return { needle: binary(bytes), flags: 'g' }
}

export async function* searchBytes(
  total: number,
  read: ReadBytes,
  query: string,
  signal: AbortSignal,
): AsyncGenerator<BytesMatch[], undefined> {
  const { needle, flags } = needleOf(query)
  const pattern = new RegExp(needle.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), flags)
  for (let offset = 0; offset < total; offset += piece) {
    // With what a match that begins here may need of the next piece.
    const text = binary(await read(offset, piece + needle.length - 1, signal))
    const found: BytesMatch[] = []
    for (const { index } of text.matchAll(pattern)) {
      if (index < piece) found.push({ from: offset + index, to: offset + index + needle.length })
    }
    yield found
  }
}

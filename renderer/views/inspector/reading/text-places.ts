/**
 * Where pages of a text begin: each near a fixed offset of the body, so that any page can be read without those before
 * it. A page begins with the first line that begins near there, or in a long line with the first character.
 */
import { decodeText } from './charset.ts'

/** `length`: from one fixed offset to the next; `reach`: how far behind it a line is looked for. Bytes. */
export type Places = { total: number; encoding: string; length: number; reach: number }

/** `startsLine`: it begins where a line begins. `skipped`: line feeds between its fixed offset and its beginning. */
export type TextPage = { text: string; startsLine: boolean; skipped: 0 | 1 }

type Begin = { at: number; startsLine: boolean; skipped: 0 | 1 }

/** A line feed that ends right before the fixed offset makes a line begin there; in UTF-16 it has two bytes. */
const lead = 2

export const pageCount = ({ total, length }: Places): number => Math.max(1, Math.ceil(total / length))

/** Which bytes have to be there for pages `first` to `last`. */
export function bytesFor({ length, reach }: Places, first: number, last: number): { offset: number; length: number } {
  const offset = Math.max(0, first * length - lead)
  return { offset, length: (last + 1) * length + reach - offset }
}

/** `bytes` begin at `offset` and reach as far as `bytesFor` says, or to the end of the body. */
export function textPage(places: Places, index: number, bytes: Uint8Array, offset: number): TextPage {
  const begin = pageBegin(places, index, bytes, offset)
  const end = pageBegin(places, index + 1, bytes, offset)
  const part = bytes.subarray(begin.at - offset, Math.max(begin.at, end.at) - offset)
  return {
    text: decodeText(part, places.encoding, index === 0),
    startsLine: begin.startsLine,
    skipped: begin.skipped,
  }
}

function pageBegin(places: Places, index: number, bytes: Uint8Array, offset: number): Begin {
  const fixed = index * places.length
  if (fixed === 0) return { at: 0, startsLine: true, skipped: 0 }
  const wide = unitOf(places.encoding)
  const last = Math.min(offset + bytes.length, fixed + places.reach)
  if (fixed >= offset + bytes.length) return { at: offset + bytes.length, startsLine: false, skipped: 0 }
  for (let at = fixed - wide; at + wide <= last; at += wide) {
    if (!isLineFeed(bytes, at - offset, places.encoding)) continue
    return { at: at + wide, startsLine: true, skipped: at < fixed ? 0 : 1 }
  }
  return { at: fixed + insideCharacter(bytes, fixed - offset, places.encoding), startsLine: false, skipped: 0 }
}

const unitOf = (encoding: string): 1 | 2 => (encoding.startsWith('utf-16') ? 2 : 1)

/** In every encoding of the web but UTF-16, 0x0a is never a part of another character. */
function isLineFeed(bytes: Uint8Array, at: number, encoding: string): boolean {
  if (encoding === 'utf-16le') return bytes[at] === 10 && bytes[at + 1] === 0
  if (encoding === 'utf-16be') return bytes[at] === 0 && bytes[at + 1] === 10
  return bytes[at] === 10
}

/** How many bytes from `at` on belong to a character that began before; what is no UTF-8 begins anywhere. */
function insideCharacter(bytes: Uint8Array, at: number, encoding: string): number {
  if (encoding.startsWith('utf-16')) {
    const high = bytes[encoding === 'utf-16le' ? at + 1 : at] ?? 0
    return high >= 0xdc && high <= 0xdf ? 2 : 0
  }
  if (encoding !== 'utf-8') return 0
  let inside = 0
  while (inside < 4 && ((bytes[at + inside] ?? 0) & 0xc0) === 0x80) inside++
  return inside < 4 ? inside : 0
}

/** Line feeds in these bytes, which begin at an even offset of the body. */
export function lineFeeds(bytes: Uint8Array, encoding: string): number {
  let count = 0
  if (unitOf(encoding) === 2) {
    for (let at = 0; at + 1 < bytes.length; at += 2) if (isLineFeed(bytes, at, encoding)) count++
    return count
  }
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++
  return count
}

/**
 * Everything captured is hostile: text may hold characters that move the cursor, reverse the reading direction or hide
 * what follows. They are shown as what they are. Pure; how it looks is visible-text.tsx's.
 */

/** A piece of text as it is, or one character that would not be seen. */
export type Piece = { text: string; hidden: false } | { text: string; hidden: true; name: string }

/** Control, format (bidirectional, zero-width), private and unassigned characters; tab and line feed stay themselves. */
const unseen = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu
const plain = /^[\t\n\x20-\x7e]*$/

/** Beyond so many in one text each is written in plain letters: thousands of elements would freeze the page. */
const maxMarks = 400

export type VisibleOptions = {
  /** In one-line places a line break is to be seen too. */
  lines: 'kept' | 'marked'
}

/** The text in pieces, in order; joined, the pieces of plain text are the text without what is unseen. */
export function piecesOf(text: string, { lines }: VisibleOptions): Piece[] {
  if (plain.test(text) && (lines === 'kept' || !/[\n\t]/.test(text))) return text === '' ? [] : [asIs(text)]
  const pieces: Piece[] = []
  let done = 0
  let marks = 0
  for (const match of text.matchAll(unseen)) {
    const [character] = match
    if (lines === 'kept' && staysInLines(text, match.index)) continue
    if (++marks > maxMarks) return [asIs(written(text, lines))]
    if (match.index > done) pieces.push(asIs(text.slice(done, match.index)))
    pieces.push({ text: symbolOf(character), hidden: true, name: nameOf(character) })
    done = match.index + character.length
  }
  if (done < text.length) pieces.push(asIs(text.slice(done)))
  return pieces
}

/** The same as one plain text. */
export function written(text: string, lines: VisibleOptions['lines']): string {
  return text.replace(unseen, (character, index: number) =>
    lines === 'kept' && staysInLines(text, index) ? character : symbolOf(character),
  )
}

const asIs = (text: string): Piece => ({ text, hidden: false })

/** Tab, LF, and the CR of a CRLF, which every HTTP text is full of. */
function staysInLines(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code === 9 || code === 10 || (code === 13 && text.charCodeAt(index + 1) === 10)
}

/** In letters, since few fonts have pictures of control characters. */
export function symbolOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return `\u2039${short[code] ?? codeOf(code)}\u203a`
}

const short: Record<number, string> = {
  0x00: 'NUL',
  0x08: 'BS',
  0x09: 'TAB',
  0x0a: 'LF',
  0x0d: 'CR',
  0x1b: 'ESC',
  0x7f: 'DEL',
  0xfeff: 'BOM',
}

const codeOf = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`

const names: Record<number, string> = {
  0x00: 'null',
  0x08: 'backspace',
  0x09: 'tab',
  0x0a: 'line feed',
  0x0d: 'carriage return',
  0x1b: 'escape',
  0x7f: 'delete',
  0xad: 'soft hyphen',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'pop directional formatting',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'pop directional isolate',
  0xfeff: 'byte order mark',
}

export function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const name = names[code] ?? (code < 0xa0 ? 'control character' : 'character that cannot be seen')
  return `${codeOf(code)} ${name}`
}

/** A head is kept as latin1, one character a byte. Most fields beyond ASCII are UTF-8, which reads better as such. */
export function readable(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1
  const bytes = Uint8Array.from(latin1, (character) => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return latin1
  }
}

/** Characters of RFC 9110 §5.6, and what may stand nowhere in a head. */
import { WireError, quote } from './wire-error.ts'

const tokenChars = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/** 1 for every tchar (RFC 9110 §5.6.2), indexed by byte. */
export const tokenTable = new Uint8Array(256)
for (const char of tokenChars) tokenTable[char.charCodeAt(0)] = 1

/** Behind the longest token that begins at `from`; `from` when there is none. */
export function tokenEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && tokenTable[text.charCodeAt(at)] === 1) at++
  return at
}

/** Whether text[from, to) is a token; a token is not empty. */
export function isToken(text: string, from: number, to: number): boolean {
  return to > from && tokenEnd(text, from) >= to
}

/** What may name a field. */
export function isFieldName(text: string): boolean {
  return isToken(text, 0, text.length)
}

/** What may be the value of a field: it cannot end its line, and each character is one byte. */
export function isFieldValue(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 255 || isControl(code)) return false
  }
  return true
}

/** A control that no field value holds (RFC 9110 §5.5): all but HTAB. */
export function isControl(byte: number): boolean {
  return (byte < 32 && byte !== 9) || byte === 127
}

/** Whether nothing in text[from, to) is blank or a control. */
export function isVisible(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code <= 32 || code === 127) return false
  }
  return true
}

/** Whether a CRLF begins there. */
export function isLineEnd(text: string, at: number): boolean {
  return text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10
}

/** Where the CRLF is that ends the line; -1 when something stands before it that may stand nowhere in a head. */
export function lineEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && !isControl(text.charCodeAt(at))) at++
  return isLineEnd(text, at) ? at : -1
}

/**
 * Where in a head something stands that may stand nowhere in it: a control other than HTAB, a CR or LF that is not part
 * of a CRLF; or -1. A CR at the very end is let pass: more may come.
 */
export function findForbidden(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (!isControl(code)) continue
    if (code === 13 && (at + 1 === text.length || text.charCodeAt(at + 1) === 10)) at++
    else return at
  }
  return -1
}

/** `text` is a head from its beginning. Throws WireError. */
export function refuseForbidden(text: string): void {
  const at = findForbidden(text)
  if (at === -1) return
  // The first byte of a TLS record with a handshake.
  if (text.charCodeAt(0) === 0x16) throw new WireError('this looks like TLS, sent where plain HTTP is spoken')
  throw new WireError(`line ${text.slice(0, at).split('\r\n').length}: ${explainForbidden(text[at] ?? '')}`)
}

function explainForbidden(char: string): string {
  if (char === '\n') return 'it ends with a bare LF instead of CRLF'
  if (char === '\r') return 'a CR is not followed by LF'
  return `the character ${quote(char)} may not stand in a head`
}

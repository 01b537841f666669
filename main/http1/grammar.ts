/** Characters of RFC 9110 §5.6. */

const tokenChars = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/** 1 for every tchar (RFC 9110 §5.6.2), indexed by byte. */
export const tokenTable = new Uint8Array(256)
for (const char of tokenChars) tokenTable[char.charCodeAt(0)] = 1

/** Whether text[from, to) is a token; a token is not empty. */
export function isToken(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (tokenTable[text.charCodeAt(at)] !== 1) return false
  return to > from
}

/**
 * What may stand nowhere in a head: controls other than HTAB, DEL, CR or LF that are not part of a CRLF.
 * The text ends with CRLF, so a CR is always followed by something.
 */
export const forbiddenInHead = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r[^\n]|[^\r]\n/

/**
 * Everything captured is hostile: a URL may hold escape sequences that would move the cursor, rename the window or
 * hide text. Control, format (bidirectional, zero-width) and unassigned characters are shown as what they are.
 */
const plain = /^[\x20-\x7e]*$/
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Safe to print on one line of a terminal: ESC becomes `\x1b`. */
export function visible(text: string): string {
  return plain.test(text) ? text : text.replace(invisible, (character) => escaped(character.codePointAt(0) ?? 0))
}

const escaped = (code: number): string =>
  code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`

/** JSON that is safe to print: JSON.stringify leaves DEL, C1 controls and bidirectional marks as they are. */
export function visibleJson(json: string): string {
  return plain.test(json) ? json : json.replace(invisible, jsonEscaped)
}

function jsonEscaped(character: string): string {
  let text = ''
  for (let i = 0; i < character.length; i++) text += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return text
}

/** Keeps both ends, which say the most of a URL: host and file name. At least 3 wide. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text
  const front = Math.ceil((width - 1) * 0.65)
  return `${text.slice(0, front)}…${text.slice(text.length - (width - 1 - front))}`
}

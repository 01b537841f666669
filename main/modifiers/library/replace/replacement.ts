import { described } from '../described.ts'
import type { Chunk } from '../source.ts'

/** A text in which $&, $1, $<name> and $$ mean what they mean in the language; bytes; or a function that answers either. */
export type Replacement = string | Uint8Array | ((...match: never[]) => string | Uint8Array)

/** What follows one stream and says what may go out. */
export type ReplaceStream = { feed(chunk: unknown): Chunk; end(): Chunk }

/** A match as the language tells of it: the text, then the groups that took part, by number and by name. */
export type Match = { text: string; groups: readonly (string | undefined)[]; named: Record<string, string> | undefined }

/** What a pattern has to refer to. */
export type Groups = { count: number; named: boolean }

type Part = string | { number: number } | { name: string }

/**
 * A replacement text with $$, $&, $1 … $99 and $<name>, read as String.prototype.replace reads it. Throws SyntaxError
 * for what no stream can give: all text before the match, or behind it.
 */
export function readTemplate(text: string, groups: Groups): (match: Match) => string {
  const parts = partsOf(text, groups)
  const [only = ''] = parts
  if (parts.length < 2 && typeof only === 'string') return () => only
  return (match) => {
    let made = ''
    for (const part of parts) {
      if (typeof part === 'string') made += part
      else if ('name' in part) made += match.named?.[part.name] ?? ''
      else made += (part.number === 0 ? match.text : match.groups[part.number - 1]) ?? ''
    }
    return made
  }
}

function partsOf(text: string, groups: Groups): Part[] {
  const parts: Part[] = []
  let literal = ''
  let at = 0
  for (let dollar = text.indexOf('$'); dollar !== -1; dollar = text.indexOf('$', at)) {
    literal += text.slice(at, dollar)
    const [part, end] = reference(text, dollar, groups)
    if (typeof part === 'string') literal += part
    else {
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push(part)
    }
    at = end
  }
  literal += text.slice(at)
  if (literal !== '') parts.push(literal)
  return parts
}

/** What the dollar at `at` means, and where it ends. */
function reference(text: string, at: number, { count, named }: Groups): [part: Part, end: number] {
  const next = text.charAt(at + 1)
  if (next === '$') return ['$', at + 2]
  if (next === '&') return [{ number: 0 }, at + 2]
  if (next === '`' || next === "'") {
    throw new SyntaxError(
      `replace: "$${next}" needs the whole text, which a stream does not have; write "$$${next}" for it`,
    )
  }
  if (next === '<' && named) {
    const end = text.indexOf('>', at)
    if (end !== -1) return [{ name: text.slice(at + 2, end) }, end + 1]
  }
  // Two digits where there are so many groups, else one; a dollar where there is no such group.
  for (const length of [2, 1]) {
    const digits = text.slice(at + 1, at + 1 + length)
    const number = Number(digits)
    if (digits.length === length && isDigits(digits) && number >= 1 && number <= count) {
      return [{ number }, at + 1 + length]
    }
  }
  return ['$', at + 1]
}

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 48 || text.charCodeAt(at) > 57) return false
  return true
}

/** What a replacement function has answered. Throws TypeError for what is no text. */
export function answerOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new TypeError(`replace: the replacement function must return text, not ${described(value)}`)
}

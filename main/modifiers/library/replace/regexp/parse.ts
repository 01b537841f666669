import type { Alternatives, Flags, Part } from './pattern.ts'

/**
 * Reads the source of a RegExp. Undefined for what it does not follow: flags inside groups, sets with strings, and the
 * odd forms that browsers take for the sake of old pages (a quantified lookahead, `\c` without a letter).
 */
export function parsePattern(source: string, flags: Flags, groups: number, named: boolean): Alternatives | undefined {
  const parser = new Parser(source, flags, groups, named)
  try {
    return parser.pattern()
  } catch (error) {
    if (error === notFollowed) return undefined
    throw error
  }
}

const notFollowed = new Error('a form that is not followed')

const quantifierForm = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/y
const escapeForms = [
  /\\u[0-9a-fA-F]{4}/y,
  /\\x[0-9a-fA-F]{2}/y,
  /\\c[a-zA-Z]/y,
  // Octal numbers, in patterns without u and v.
  /\\(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/y,
]
const unicodeEscapeForms = [
  /\\u\{[0-9a-fA-F]+\}/y,
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/y,
  /\\[pP]\{[^}]*\}/y,
]
const setsOfStrings = /\\q\{|\\p\{(?:RGI_|Basic_Emoji|Emoji_Keycap)/

class Parser {
  readonly #source: string
  readonly #flags: Flags
  readonly #groups: number
  readonly #named: boolean
  #at = 0
  #opened = 0

  constructor(source: string, flags: Flags, groups: number, named: boolean) {
    this.#source = source
    this.#flags = flags
    this.#groups = groups
    this.#named = named
  }

  pattern(): Alternatives {
    const body = this.#alternatives()
    if (this.#at < this.#source.length) throw notFollowed
    return body
  }

  #alternatives(): Alternatives {
    const all: Alternatives = [[]]
    for (let parts = all[0] ?? []; this.#at < this.#source.length;) {
      const char = this.#source.charAt(this.#at)
      if (char === ')') break
      if (char === '|') {
        this.#at++
        parts = []
        all.push(parts)
      } else {
        parts.push(this.#quantified(this.#part(char)))
      }
    }
    return all
  }

  #quantified(part: Part): Part {
    const found = this.#take(quantifierForm)
    if (!found) return part
    if (part.kind === 'assertion' || part.kind === 'look') throw notFollowed
    const [quantifier, least, comma, most] = found
    if (least === undefined) {
      const min = quantifier.startsWith('+') ? 1 : 0
      return { kind: 'repeat', part, quantifier, min, max: quantifier.startsWith('?') ? 1 : Infinity }
    }
    const min = Number(least)
    const max = comma === undefined ? min : most === '' || most === undefined ? Infinity : Number(most)
    return { kind: 'repeat', part, quantifier, min, max }
  }

  #part(char: string): Part {
    if (char === '(') return this.#group()
    if (char === '[') return { kind: 'character', text: this.#set() }
    if (char === '\\') return this.#escape()
    if (char === '^' || char === '$') {
      this.#at++
      return { kind: 'assertion', text: char }
    }
    const code = this.#flags.unicode ? (this.#source.codePointAt(this.#at) ?? 0) : this.#source.charCodeAt(this.#at)
    const text = this.#flags.unicode ? String.fromCodePoint(code) : char
    this.#at += text.length
    // Alone, they stand for themselves in old patterns, but not within what is made of them.
    return { kind: 'character', text: '{}]'.includes(text) ? `\\${text}` : text }
  }

  #group(): Part {
    const start = this.#at
    const look = this.#take(/\(\?(<?)([=!])/y)
    if (look) {
      const body = this.#body()
      const text = this.#source.slice(start, this.#at)
      return { kind: 'look', behind: look[1] === '<', negative: look[2] === '!', text, body }
    }
    const open = this.#take(/\((?:\?:|\?<([^>]*)>|(?!\?))/y)
    if (!open) throw notFollowed
    const name = open[1]
    const number = open[0] === '(?:' ? undefined : ++this.#opened
    return { kind: 'group', open: open[0], number, name, body: this.#body() }
  }

  #body(): Alternatives {
    const body = this.#alternatives()
    this.#at++ // the parenthesis
    return body
  }

  #set(): string {
    const start = this.#at
    let depth = 0
    do {
      const char = this.#source.charAt(this.#at)
      if (char === '\\') this.#at++
      else if (char === '[' && (depth === 0 || this.#flags.sets)) depth++
      else if (char === ']') depth--
      this.#at++
    } while (depth > 0 && this.#at < this.#source.length)
    const text = this.#source.slice(start, this.#at)
    if (this.#flags.sets && setsOfStrings.test(text)) throw notFollowed
    return text
  }

  #escape(): Part {
    const next = this.#source.charAt(this.#at + 1)
    if (next === 'b' || next === 'B') {
      this.#at += 2
      return { kind: 'assertion', text: next === 'b' ? '\\b' : '\\B' }
    }
    const reference = this.#reference(next)
    if (reference) return reference
    for (const form of this.#flags.unicode ? unicodeEscapeForms : []) {
      const found = this.#take(form)
      if (found && this.#flags.sets && setsOfStrings.test(found[0])) throw notFollowed
      if (found) return { kind: 'character', text: found[0] }
    }
    for (const form of escapeForms) {
      const found = this.#take(form)
      if (found) return { kind: 'character', text: found[0] }
    }
    if (next === 'c') throw notFollowed
    const text = `\\${this.#flags.unicode ? String.fromCodePoint(this.#source.codePointAt(this.#at + 1) ?? 0) : next}`
    this.#at += text.length
    return { kind: 'character', text }
  }

  #reference(next: string): Part | undefined {
    if (next === 'k' && (this.#named || this.#flags.unicode)) {
      const name = this.#take(/\\k<([^>]*)>/y)
      if (!name) throw notFollowed
      return { kind: 'reference', text: name[0], group: name[1] ?? '' }
    }
    const start = this.#at
    const digits = this.#take(/\\([1-9]\d*)/y)
    if (!digits) return undefined
    const group = Number(digits[1])
    if (this.#flags.unicode || group <= this.#groups) return { kind: 'reference', text: digits[0], group }
    this.#at = start
    return undefined
  }

  #take(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.#at
    const found = form.exec(this.#source)
    if (found) this.#at += found[0].length
    return found ?? undefined
  }
}

import { parsePattern } from './parse.ts'
import { type Alternatives, type Flags, lookbehindOf, reachOf } from './pattern.ts'
import { undecidedPattern } from './undecided.ts'

/** A decided match, or from where on more text decides. */
export type Found = { match: RegExpExecArray } | { from: number }

/**
 * Searches a text that is not complete yet. Says of what it finds whether it holds whatever comes; never changes its
 * mind about what it has said.
 */
export class Search {
  readonly global: boolean
  readonly unicode: boolean
  /** Groups to refer to. */
  readonly groups: { count: number; named: boolean }
  /** UTF-16 units of a match that can be decided anywhere; it may be Infinity. */
  readonly reach: number
  /** UTF-16 units before a match that matter to it; it may be Infinity. */
  readonly lookbehind: number
  readonly #within: number
  readonly #given: RegExp
  readonly #sticky: RegExp
  readonly #parsed: Alternatives | undefined
  readonly #flags: Flags
  readonly #plainFlags: string
  /** Undefined when it cannot be had. */
  #undecided: RegExp | undefined
  #mark = -1

  /** Throws TypeError for a sticky pattern. */
  constructor(pattern: RegExp, within: number) {
    if (pattern.sticky) throw new TypeError('replace: a sticky pattern (flag y) has no place to stick to in a stream')
    const { source, flags } = pattern
    this.global = pattern.global
    this.unicode = pattern.unicode || pattern.unicodeSets
    const { multiline, dotAll, unicodeSets } = pattern
    this.#flags = { unicode: this.unicode, sets: unicodeSets, multiline, dotAll }
    this.#plainFlags = without(without(flags, 'g'), 'd')
    this.#within = within
    this.#given = new RegExp(source, `${this.#plainFlags}g`)
    this.#sticky = new RegExp(source, `${this.#plainFlags}y`)
    const empty = new RegExp(`${source}|`, this.#plainFlags).exec('')
    this.groups = { count: (empty?.length ?? 1) - 1, named: empty?.groups !== undefined }
    this.#parsed = parsePattern(source, this.#flags, this.groups.count, this.groups.named)
    const width = this.unicode ? 2 : 1
    this.reach = this.#parsed ? reachOf(this.#parsed) * width : Infinity
    this.lookbehind = this.#parsed ? (lookbehindOf(this.#parsed) + 1) * width : Infinity
    this.#nextMark('')
  }

  /**
   * Whether it says of any text at once what is decided. Otherwise whatever begins in the last `within` units is not, and
   * what it says of the rest may depend on how much text there is.
   */
  get follows(): boolean {
    return this.#undecided !== undefined || this.reach <= this.#within
  }

  /** The text gets this piece; what it has by then besides must be given too. */
  prepare(piece: string, text: string): void {
    if (this.#undecided && piece.includes(marks.charAt(this.#mark))) this.#nextMark(text + piece)
  }

  /** The text as `find` wants it. */
  marked(text: string): string {
    return this.#undecided ? text + marks.charAt(this.#mark) : text
  }

  /** `marked` is the marked text, whose first `length` units are the text; `from` is not behind its end. */
  find(marked: string, length: number, from: number): Found {
    if (!this.#undecided) return this.#findEarly(marked, length, from, Math.min(this.reach, this.#within))
    if (this.reach < Infinity && from + this.reach <= length) {
      const found = this.#findEarly(marked, length, from, this.reach)
      if ('match' in found) return found
      from = found.from
    }
    for (;;) {
      this.#undecided.lastIndex = from
      const found = this.#undecided.exec(marked)
      if (!found) return { from: length }
      if (found.index + found[0].length > length) return { from: Math.min(found.index, length) }
      this.#sticky.lastIndex = found.index
      const match = this.#sticky.exec(marked)
      if (match) return { match }
      from = this.after(marked, found.index)
    }
  }

  /** A match in the whole text. */
  findLast(text: string, from: number): RegExpExecArray | undefined {
    this.#given.lastIndex = from
    return this.#given.exec(text) ?? undefined
  }

  /** The place behind the character there. */
  after(text: string, at: number): number {
    return at + (this.unicode && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
  }

  /** Only what begins so far from the end that the end is out of its reach. */
  #findEarly(text: string, length: number, from: number, reach: number): Found {
    const match = this.findLast(text, from)
    return match && match.index + reach <= length ? { match } : { from: Math.max(from, length - reach + 1) }
  }

  /** Each is tried once, so that a text that has them all costs no more than that. */
  #nextMark(text: string): void {
    this.#undecided = undefined
    while (this.#parsed && ++this.#mark < marks.length) {
      const mark = marks.charAt(this.#mark)
      if (text.includes(mark)) continue
      const source = undecidedPattern(this.#parsed, this.#flags, this.#plainFlags, mark, this.#within)
      this.#undecided = source === undefined ? undefined : compiled(source, `${this.#plainFlags}g`)
      return
    }
  }
}

/** Characters that texts seldom have: controls first, with which a text of small characters stays small. */
const marks = marksOf([0, 8], [14, 31], [0xfdd0, 0xfdef])

function marksOf(...ranges: [from: number, to: number][]): string {
  let all = ''
  for (const [from, to] of ranges) for (let code = from; code <= to; code++) all += String.fromCharCode(code)
  return all
}

function without(flags: string, flag: string): string {
  const at = flags.indexOf(flag)
  return at === -1 ? flags : flags.slice(0, at) + flags.slice(at + 1)
}

function compiled(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags)
  } catch {
    // Too large, or a name twice where a lookahead was written twice.
    return undefined
  }
}

import { type Alternatives, type Flags, type Part, allParts, anyPart, hasLook, longestMatch } from './pattern.ts'

/**
 * A pattern that tells, at the end of the text so far, whether more text could change what the given one matches.
 *
 * The text is followed by a mark, a character that occurs nowhere in it. Wherever the given pattern would look at the
 * character behind the text, the one made here reads the mark instead, and then everything that is left holds. It tries
 * the same ways in the same order, so its first match is one of two:
 * - it has not read the mark: the given pattern matches just this text there, whatever comes;
 * - it has: from there on the given pattern might match, or match otherwise. What comes before is decided.
 *
 * Undefined when that cannot be said of the pattern. `longest`: characters of a match.
 */
export function undecidedPattern(
  pattern: Alternatives,
  flags: Flags,
  text: string,
  mark: string,
  longest: number,
): string | undefined {
  for (const part of allParts(pattern)) {
    if (part.kind === 'look' && part.behind && hasLook(part.body)) return undefined
  }
  const hasReference = anyPart(pattern, (part) => part.kind === 'reference')
  // A lookahead is written more than once, and a group may not be.
  if (hasReference && anyPart(pattern, (part) => part.kind === 'look' && hasGroup(part.body))) return undefined
  if (deepestLook(pattern) > 2) return undefined
  return new Maker({ pattern, flags, text, mark, longest, keepGroups: hasReference }).alternatives(pattern)
}

type Plan = {
  pattern: Alternatives
  flags: Flags
  /** The pattern's flags as they are written. */
  text: string
  mark: string
  longest: number
  keepGroups: boolean
}

/** Sets that have every character in them. */
const anything = ['[\\s\\S]', '[\\S\\s]', '[\\d\\D]', '[\\D\\d]', '[\\w\\W]', '[\\W\\w]', '[^]']

/** Behind the mark nothing is left, and everything holds. */
const over = '(?![^])'

class Maker {
  readonly #plan: Plan
  readonly #mark: string
  /** Instead of what looks behind the text. */
  readonly #end: string

  constructor(plan: Plan) {
    this.#plan = plan
    this.#mark = `\\u${plan.mark.charCodeAt(0).toString(16).padStart(4, '0')}`
    this.#end = `${this.#mark}|${over}`
  }

  alternatives(alternatives: Alternatives): string {
    return alternatives.map((parts) => parts.map((part) => this.#part(part)).join('')).join('|')
  }

  #part(part: Part): string {
    switch (part.kind) {
      case 'character':
        return `(?:${this.#character(part.text)}|${this.#end})`
      case 'assertion':
        return this.#assertion(part.text)
      case 'reference':
        return this.#reference(part)
      case 'group':
        return `${this.#plan.keepGroups ? part.open : '(?:'}${this.alternatives(part.body)})`
      case 'look':
        return part.behind ? this.#behind(part) : this.#ahead(part)
      case 'repeat':
        return this.#repeat(part)
    }
  }

  #repeat({ part, quantifier }: Part & { kind: 'repeat' }): string {
    // The usual loops stay loops over one character, which are several times faster.
    if (part.kind === 'character' && (quantifier === '*' || quantifier === '+')) {
      const loop = `(?:${this.#character(part.text)})${quantifier}${this.#mark}?`
      return quantifier === '*' ? loop : `(?:${loop}|${this.#end})`
    }
    return `(?:${this.#part(part)})${quantifier}`
  }

  /** What matches the same characters, and not the mark. */
  #character(text: string): string {
    const { flags } = this.#plan
    if (text === '.') return flags.dotAll ? `[^${this.#mark}]` : `[^\\n\\r\\u2028\\u2029${this.#mark}]`
    if (anything.includes(text) && !flags.sets) return `[^${this.#mark}]`
    if (!new RegExp(`^${text}`, this.#plan.text).test(this.#plan.mark)) return text
    return text.startsWith('[^') && !flags.sets ? `[^${this.#mark}${text.slice(2)}` : `(?!${this.#mark})${text}`
  }

  #assertion(text: '^' | '$' | '\\b' | '\\B'): string {
    if (text === '^') return `(?:^|${over})`
    if (text !== '$') return `(?:(?!${this.#mark})${text}|${this.#end})`
    return this.#plan.flags.multiline ? `(?:(?=[\\n\\r\\u2028\\u2029])|${this.#end})` : `(?:${this.#end})`
  }

  /** The text may end within what a group has read: then there is less of it than the group can read. */
  #reference({ text, group }: Part & { kind: 'reference' }): string {
    // Not found when its name is written in two ways.
    let longest = -Infinity
    for (const part of allParts(this.#plan.pattern)) {
      if (part.kind === 'group' && (part.number === group || part.name === group)) {
        longest = Math.max(longest, longestMatch(part.body))
      }
    }
    if (longest === -Infinity) longest = Infinity
    const less = Math.max(0, Math.min(longest, this.#plan.longest) - 1)
    return `(?:${text}|[^${this.#mark}]{0,${less}}${this.#mark}|${over})`
  }

  /** Looks at what has come, except for a word's or the text's end. */
  #behind({ text, body }: Part & { kind: 'look' }): string {
    const looksOn = anyPart(body, (part) => part.kind === 'assertion' && part.text !== '^')
    return looksOn ? `(?:(?!${this.#mark})${text}|${this.#end})` : `(?:${text}|${over})`
  }

  #ahead({ negative, body }: Part & { kind: 'look' }): string {
    const made = this.alternatives(body)
    const decided = `(?:${made})(?=[^])`
    const open = `(?:${made})${over}`
    // The mark is read here, as reading it in the lookahead does not show in the match. One way excludes the other, so
    // that going back from one never ends in the other.
    const undecided = `(?=${open})[^]*${over}`
    if (negative) return `(?!${decided})(?:${undecided}|(?!${open}))`
    // What its groups read is decided only when nothing of it can be undecided.
    if (hasGroup(body)) return `(?:${undecided}|(?!${open})(?=${made}))`
    return `(?:(?=${decided})|(?!${decided})${undecided})`
  }
}

const hasGroup = (body: Alternatives): boolean =>
  anyPart(body, (part) => part.kind === 'group' && part.number !== undefined)

function deepestLook(alternatives: Alternatives): number {
  let deepest = 0
  for (const part of allParts(alternatives)) {
    if (part.kind === 'look') deepest = Math.max(deepest, 1 + deepestLook(part.body))
  }
  return deepest
}

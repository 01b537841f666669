/** A regular expression's parts, as far as it matters how much text they read and where they look. */

export type Alternatives = Part[][]

export type Part =
  /** Reads one character. */
  | { kind: 'character'; text: string }
  /** `$`, `\b` and `\B` look at the next character; `^` looks only at the one before. */
  | { kind: 'assertion'; text: '^' | '$' | '\\b' | '\\B' }
  /** What a group has read, once more. */
  | { kind: 'reference'; text: string; group: number | string }
  | { kind: 'group'; open: string; number: number | undefined; name: string | undefined; body: Alternatives }
  | { kind: 'look'; behind: boolean; negative: boolean; text: string; body: Alternatives }
  | { kind: 'repeat'; part: Part; quantifier: string; min: number; max: number }

export type Flags = { unicode: boolean; sets: boolean; multiline: boolean; dotAll: boolean }

/** Most characters that it can read in a row; Infinity when there is no such number. */
export const longestMatch = (alternatives: Alternatives): number =>
  furthest(alternatives, (part) => {
    if (part.kind === 'character') return 1
    return part.kind === 'reference' ? Infinity : 0
  })

/** How many characters from its beginning on can decide whether it matches, those that it only looks at among them. */
export const reachOf = (alternatives: Alternatives): number =>
  furthest(alternatives, (part) => {
    if (part.kind === 'reference') return Infinity
    if (part.kind !== 'look') return 1
    if (!part.behind) return reachOf(part.body)
    return hasLook(part.body) ? Infinity : 1
  })

type Simple = Exclude<Part, { kind: 'group' | 'repeat' }>

/** The most of its alternatives, where parts behind each other add up and a repeated one counts as often as it may. */
function furthest(alternatives: Alternatives, lengthOf: (part: Simple) => number): number {
  const measure = (part: Part): number => {
    if (part.kind === 'group') return furthest(part.body, lengthOf)
    if (part.kind !== 'repeat') return lengthOf(part)
    const once = measure(part.part)
    return once === 0 ? 0 : once * part.max
  }
  let most = 0
  for (const parts of alternatives) {
    let length = 0
    for (const part of parts) length += measure(part)
    most = Math.max(most, length)
  }
  return most
}

/** How many characters before a place its lookbehinds see, with the one before them that `^` and `\b` look at. */
export function lookbehindOf(alternatives: Alternatives): number {
  let most = 1
  for (const part of allParts(alternatives)) {
    if (part.kind !== 'look' || !part.behind) continue
    most = Math.max(most, hasLook(part.body) ? Infinity : 1 + longestMatch(part.body))
  }
  return most
}

/** Whether one of the parts, at any depth, passes. */
export function anyPart(alternatives: Alternatives, test: (part: Part) => boolean): boolean {
  for (const part of allParts(alternatives)) if (test(part)) return true
  return false
}

export const hasLook = (body: Alternatives): boolean => anyPart(body, (part) => part.kind === 'look')

/** Every part, at every depth. */
export function* allParts(alternatives: Alternatives): Generator<Part, void, undefined> {
  for (const parts of alternatives) {
    for (let part of parts) {
      while (part.kind === 'repeat') {
        yield part
        part = part.part
      }
      yield part
      if (part.kind === 'group' || part.kind === 'look') yield* allParts(part.body)
    }
  }
}

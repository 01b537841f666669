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
export function longestMatch(alternatives: Alternatives): number {
  let longest = 0
  for (const parts of alternatives) {
    let length = 0
    for (const part of parts) length += longestPart(part)
    longest = Math.max(longest, length)
  }
  return longest
}

function longestPart(part: Part): number {
  switch (part.kind) {
    case 'character':
      return 1
    case 'assertion':
    case 'look':
      return 0
    case 'reference':
      return Infinity
    case 'group':
      return longestMatch(part.body)
    case 'repeat': {
      const once = longestPart(part.part)
      return once === 0 ? 0 : once * part.max
    }
  }
}

/** How many characters from its beginning on can decide whether it matches, those that it only looks at among them. */
export function reachOf(alternatives: Alternatives): number {
  let furthest = 0
  for (const parts of alternatives) {
    let reach = 0
    for (const part of parts) reach += reachOfPart(part)
    furthest = Math.max(furthest, reach)
  }
  return furthest
}

function reachOfPart(part: Part): number {
  switch (part.kind) {
    case 'character':
    case 'assertion':
      return 1
    case 'reference':
      return Infinity
    case 'look':
      if (!part.behind) return reachOf(part.body)
      return hasLook(part.body) ? Infinity : 1
    case 'group':
      return reachOf(part.body)
    case 'repeat': {
      const once = reachOfPart(part.part)
      return once === 0 ? 0 : once * part.max
    }
  }
}

/** How many characters before a place its lookbehinds see, with the one before them that `^` and `\b` look at. */
export function lookbehindOf(alternatives: Alternatives): number {
  let furthest = 1
  for (const part of allParts(alternatives)) {
    if (part.kind !== 'look' || !part.behind) continue
    furthest = Math.max(furthest, hasLook(part.body) ? Infinity : 1 + longestMatch(part.body))
  }
  return furthest
}

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

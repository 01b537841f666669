/** What one stream of text or of bytes is made of. */
export type Units<T> = {
  codeAt(of: T, at: number): number
  /** From there on, or -1. */
  find(within: T, code: number, from: number): number
  slice(of: T, from: number, to: number): T
  join(parts: T[]): T
}

/** What takes the place of the needle that was found at that offset. */
export type ReplaceNeedle<T> = (offset: number) => T

/**
 * Replaces every occurrence of a needle in a stream. Takes linear time whatever comes (Knuth, Morris, Pratt), and holds
 * back only what may be the beginning of the needle, of which it needs no copy.
 */
export class LiteralReplacer<T extends { readonly length: number }> {
  readonly #needle: T
  readonly #units: Units<T>
  readonly #replace: ReplaceNeedle<T>
  readonly #borders: Int32Array
  readonly #first: number
  /** So much of the needle the stream ends with. */
  #matched = 0
  #offset = 0

  /** The needle is not empty. */
  constructor(needle: T, units: Units<T>, replace: ReplaceNeedle<T>) {
    this.#needle = needle
    this.#units = units
    this.#replace = replace
    this.#borders = bordersOf(needle, units)
    this.#first = units.codeAt(needle, 0)
  }

  /** What may go out after this chunk; perhaps nothing. */
  feed(chunk: T): T {
    const needle = this.#needle
    const units = this.#units
    const borders = this.#borders
    const carried = this.#matched
    const parts: T[] = []
    // Places count from the chunk's beginning; what is held from before lies in front of it.
    let done = -carried
    let matched = carried
    let at = 0
    while (at < chunk.length) {
      if (matched === 0) {
        at = units.find(chunk, this.#first, at)
        if (at === -1) break
        matched = 1
      } else {
        const code = units.codeAt(chunk, at)
        while (matched > 0 && units.codeAt(needle, matched) !== code) matched = borders[matched] ?? 0
        if (units.codeAt(needle, matched) === code) matched++
      }
      at++
      if (matched === needle.length) {
        const start = at - matched
        this.#release(parts, chunk, carried, done, start)
        parts.push(this.#replace(this.#offset + start))
        done = at
        matched = 0
      }
    }
    this.#release(parts, chunk, carried, done, chunk.length - matched)
    this.#matched = matched
    this.#offset += chunk.length
    return units.join(parts)
  }

  /** What is held when nothing more comes. */
  end(): T {
    const held = this.#units.slice(this.#needle, 0, this.#matched)
    this.#matched = 0
    return held
  }

  #release(parts: T[], chunk: T, carried: number, from: number, to: number): void {
    // What is held is the needle's beginning.
    if (from < 0 && to > from) parts.push(this.#units.slice(this.#needle, from + carried, Math.min(to, 0) + carried))
    if (to > 0 && to > from) parts.push(this.#units.slice(chunk, Math.max(from, 0), to))
  }
}

/** For each length of a beginning of the needle: the longest shorter one that it ends with. */
function bordersOf<T extends { readonly length: number }>(needle: T, units: Units<T>): Int32Array {
  const borders = new Int32Array(needle.length + 1)
  let border = 0
  for (let at = 1; at < needle.length; at++) {
    const code = units.codeAt(needle, at)
    while (border > 0 && units.codeAt(needle, border) !== code) border = borders[border] ?? 0
    if (units.codeAt(needle, border) === code) border++
    borders[at + 1] = border
  }
  return borders
}

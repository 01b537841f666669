/** Where compiled code comes from: each entry is a compiled line and column, and the user's line and column, from 0. */
export class PositionMap {
  readonly #entries: Int32Array

  constructor(entries: Int32Array) {
    this.#entries = entries
  }

  /** Lines and columns count from 1. Undefined for code that is not the user's. */
  find(line: number, column: number): { line: number; column: number } | undefined {
    const entries = this.#entries
    let low = 0
    let high = entries.length / 4
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = middle * 4
      const before = entries[at] ?? 0
      if (before < line - 1 || (before === line - 1 && (entries[at + 1] ?? 0) <= column - 1)) low = middle + 1
      else high = middle
    }
    const at = (low - 1) * 4
    // A place before the first mapped column of its line is nearest to that one; else the entry before it.
    const found = entries[at] === line - 1 ? at : entries[at + 4] === line - 1 ? at + 4 : undefined
    if (found === undefined) return undefined
    return { line: (entries[found + 2] ?? 0) + 1, column: (entries[found + 3] ?? 0) + 1 }
  }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new Map(Array.from(digits, (digit, value) => [digit, value]))

/** Entries of a PositionMap from the `mappings` of a source map (ECMA-426) of one file. */
export function readMappings(mappings: string): Int32Array<ArrayBuffer> {
  const entries: number[] = []
  let line = 0
  let column = 0
  let place = { line: 0, column: 0 }
  for (const group of mappings.split(';')) {
    column = 0
    for (const segment of group === '' ? [] : group.split(',')) {
      const [ahead = 0, , lines, columns] = numbers(segment)
      column += ahead
      if (lines === undefined || columns === undefined) continue
      place = { line: place.line + lines, column: place.column + columns }
      entries.push(line, column, place.line, place.column)
    }
    line++
  }
  return Int32Array.from(entries)
}

/** Base64 VLQ: five bits a digit, the lowest first; the sixth says that more follow; the lowest bit of all is the sign. */
function numbers(segment: string): number[] {
  const result: number[] = []
  let value = 0
  let shift = 0
  for (const digit of segment) {
    const bits = values.get(digit) ?? 0
    value += (bits & 31) << shift
    shift += 5
    if (bits & 32) continue
    result.push(value & 1 ? -(value >>> 1) : value >>> 1)
    value = 0
    shift = 0
  }
  return result
}

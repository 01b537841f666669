/** Which output chunk is which input chunk. Pure. */
import type { Piece } from './piece.ts'

export type Pair = { input: number; output: number }

/** More comparisons than this are not made at once: equal ones are found, others taken in their order. */
const mostCompared = 2500

/** Being equal is worth more than any two that are only alike, and those more than two that merely came together. */
const worth = { equal: 4, together: 0.5, alike: 2 }

/**
 * Pairs in order, none crossing another. What came together and has nothing in common is a pair all the same: a modifier
 * may change everything.
 */
export function alignChunks(inputs: readonly Piece[], outputs: readonly Piece[]): Pair[] {
  if (inputs.length === 0 || outputs.length === 0) return []
  if (inputs.length * outputs.length > mostCompared) return inOrder(inputs, outputs)
  // best[i][j]: the most that inputs from i and outputs from j are worth together.
  const best = Array.from({ length: inputs.length + 1 }, () => new Float64Array(outputs.length + 1))
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0
  const values = inputs.map((input) => outputs.map((output) => valueOf(input, output)))
  const value = (i: number, j: number): number => values[i]?.[j] ?? 0
  for (let i = inputs.length - 1; i >= 0; i--) {
    for (let j = outputs.length - 1; j >= 0; j--) {
      const row = best[i]
      if (row) row[j] = Math.max(value(i, j) + at(i + 1, j + 1), at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: Pair[] = []
  for (let i = 0, j = 0; i < inputs.length && j < outputs.length;) {
    if (at(i, j) === at(i + 1, j)) i++
    else if (at(i, j) === at(i, j + 1)) j++
    else pairs.push({ input: i++, output: j++ })
  }
  return pairs
}

function valueOf(input: Piece, output: Piece): number {
  if (input.equals(output)) return worth.equal
  return worth.together + worth.alike * input.likeness(output)
}

function inOrder(inputs: readonly Piece[], outputs: readonly Piece[]): Pair[] {
  const pairs: Pair[] = []
  let next = 0
  for (const [output, piece] of outputs.entries()) {
    const found = inputs.findIndex((input, index) => index >= next && input.equals(piece))
    if (found === -1) continue
    pairs.push({ input: found, output })
    next = found + 1
  }
  return pairs.length > 0 ? pairs : [{ input: inputs.length - 1, output: 0 }]
}

import { attempt, type Finding } from './loop.ts'
import type { Target } from './target.ts'

/** The finding with as little as possible of its input, and the same promise broken. Gives up after so many ms. */
export async function minimise(target: Target, finding: Finding, budgetMs: number): Promise<Finding> {
  let smallest = finding
  const until = performance.now() + budgetMs
  for (let size = smallest.input.length >> 1; size >= 1;) {
    let shorter = false
    for (let at = 0; at < smallest.input.length && performance.now() < until;) {
      const { input } = smallest
      const outcome = await attempt(target, Buffer.concat([input.subarray(0, at), input.subarray(at + size)]))
      if (typeof outcome === 'object' && outcome.promise === finding.promise) {
        smallest = outcome
        shorter = true
      } else at += size
    }
    if (!shorter) size >>= 1
    if (performance.now() >= until) break
  }
  return smallest
}

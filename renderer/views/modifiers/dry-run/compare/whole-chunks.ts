import type { Run } from './runs.ts'

/** All of its chunks as one text, a letter for each byte, and where a whole one begins; in order. */
export type Side = { text: string; starts: readonly number[] }

/**
 * The same runs, where a gap may be whole chunks as well: what stands before it within its chunk is also what stands before
 * the end of it within another. Events begin alike, so a dropped one and the beginning of the next explain the same bytes,
 * and that a chunk was dropped is what happened. The same holds for what was added.
 */
export function wholeChunks(runs: readonly Run[], ins: Side, outs: Side): Run[] {
  const swap = (all: readonly Run[]): Run[] => all.map(({ a, b, length }) => ({ a: b, b: a, length }))
  return swap(slid(swap(slid(runs, ins)), outs))
}

/** Gaps of `a`, from the last to the first, as what stands before one moves with it. */
function slid(runs: readonly Run[], { text, starts }: Side): Run[] {
  let all = [...runs]
  for (let index = runs.length - 1; index > 0; index--) {
    const [before, next] = [all[index - 1], all[index]]
    if (!before || !next) continue
    const from = before.a + before.length
    const start = starts.findLast((place) => place <= from)
    if (start === undefined || start === from) continue
    const beginning = text.slice(start, from)
    const other = starts.findLast((place) => place > start && place + beginning.length <= next.a && text.startsWith(beginning, place)) // prettier-ignore
    if (other !== undefined) all = moved(all, index, start, other - start)
  }
  return all
}

/** Those before `index`, from `start` on, stand so much further. */
function moved(runs: readonly Run[], index: number, start: number, by: number): Run[] {
  return runs.flatMap((run, at) => {
    if (at >= index || run.a + run.length <= start) return [run]
    const stays = Math.max(0, start - run.a)
    const goes = { a: run.a + stays + by, b: run.b + stays, length: run.length - stays }
    return stays > 0 ? [{ ...run, length: stays }, goes] : [goes]
  })
}

/** Which bytes of chunks that went in are bytes of chunks that came out, also where only their beginnings are known. Pure. */
import { alignBytes, type Alignment, type Run } from './runs.ts'
import { wholeChunks, type Side } from './whole-chunks.ts'

/** Its beginning, a letter for each byte, and the length of all: what is not known may be anything. `rest`: of a chunk. */
export type Segment = { known: string; length: number; rest: boolean }

/** All of `outs` against a beginning of `ins`, or all of them where that is the `whole`. */
export function matchChunks(ins: readonly Segment[], outs: readonly Segment[], whole: boolean): Alignment {
  const common = commonLength(ins, outs)
  const first: Run[] = common > 0 ? [{ a: 0, b: 0, length: common }] : []
  const [restIn, restOut] = [behind(ins, common), behind(outs, common)]
  const { runs, score } = restOut.length === 0 ? { runs: [], score: 0 } : rest(restIn, restOut, whole)
  const all = [...first, ...runs.map((run) => ({ ...run, a: run.a + common, b: run.b + common }))]
  const isAllKnown = all.length > 1 && ins.every(isKnown) && outs.every(isKnown)
  return { runs: isAllKnown ? wholeChunks(all, sideOf(ins), sideOf(outs)) : all, score: common + score }
}

function sideOf(segments: readonly Segment[]): Side {
  let at = 0
  const starts = segments.flatMap(({ length, rest }) => {
    at += length
    return rest ? [] : [at - length]
  })
  return { text: textOf(segments), starts }
}

function rest(ins: readonly Segment[], outs: readonly Segment[], whole: boolean): Alignment {
  const chunks = equalChunks(ins, outs, whole)
  if (!ins.every(isKnown) || !outs.every(isKnown)) return chunks
  const bytes = alignBytes(textOf(ins), textOf(outs), whole)
  return bytes.score >= chunks.score ? bytes : chunks
}

export const lengthOfAll = (segments: readonly { length: number }[]): number =>
  segments.reduce((sum, { length }) => sum + length, 0)

/** The last place before `end` from which all of `outs` is what went in, else the first where they begin alike. */
export function heldFrom(ins: readonly Segment[], outs: readonly Segment[], end: number): number | undefined {
  const isAlike = commonLength(ins, outs) > 0
  const at = ins.every(isKnown) && outs.every(isKnown) ? textOf(ins).lastIndexOf(textOf(outs), end - 1) : -1
  return at !== -1 ? at : isAlike ? 0 : undefined
}

const isKnown = ({ known, length }: Segment): boolean => known.length === length

const textOf = (segments: readonly Segment[]): string => segments.map(({ known }) => known).join('')

/** Of what is beside whole chunks that are the same; so it is worth more than bytes here and there. */
const gap = 0.5

/** Whole chunks that are the same, in order. */
function equalChunks(ins: readonly Segment[], outs: readonly Segment[], whole: boolean): Alignment {
  const runs: Run[] = []
  let [next, a, b, score] = [0, 0, 0, 0]
  for (const out of outs) {
    const place = ins.findIndex(
      ({ known, length, rest }, index) =>
        index >= next && !rest && !out.rest && length === out.length && known === out.known,
    )
    if (place !== -1) {
      for (const passed of ins.slice(next, place)) a += passed.length
      runs.push({ a, b, length: out.length })
      score += out.length - (isBeside(a, b, runs.at(-2)) ? 0 : gap)
      a += out.length
      next = place + 1
    }
    b += out.length
  }
  return { runs, score: isBeside(whole ? lengthOfAll(ins) : undefined, b, runs.at(-1)) ? score : score - gap }
}

/** Nothing lies between; of what went in anything may, where it is not asked for. */
function isBeside(a: number | undefined, b: number, run: Run | undefined): boolean {
  const [endA, endB] = run ? [run.a + run.length, run.b + run.length] : [0, 0]
  return b === endB && (a === undefined || a === endA)
}

function behind(segments: readonly Segment[], length: number): Segment[] {
  let left = length
  return segments.flatMap((segment) => {
    const gone = Math.min(left, segment.length)
    left -= gone
    if (gone === segment.length) return []
    return [{ known: segment.known.slice(gone), length: segment.length - gone, rest: segment.rest || gone > 0 }]
  })
}

/** So many bytes from the beginning on are the same, however both are cut. */
function commonLength(ins: readonly Segment[], outs: readonly Segment[]): number {
  let [i, j, atIn, atOut, common] = [0, 0, 0, 0, 0]
  for (;;) {
    const [input, output] = [ins[i], outs[j]]
    if (!input || !output) return common
    const step = Math.min(input.length - atIn, output.length - atOut)
    const compared = Math.min(step, input.known.length - atIn, output.known.length - atOut)
    for (let at = 0; at < compared; at++)
      if (input.known.charCodeAt(atIn + at) !== output.known.charCodeAt(atOut + at)) return common + at
    common += step
    atIn += step
    atOut += step
    if (atIn === input.length) [i, atIn] = [i + 1, 0]
    if (atOut === output.length) [j, atOut] = [j + 1, 0]
  }
}

/** Which bytes of one text are the next bytes of another. Pure. */

/** So many bytes from `a` on are those from `b` on. */
export type Run = { a: number; b: number; length: number }
/** `score`: how good an explanation the runs are; bytes that are the same, less what each gap costs. */
export type Alignment = { runs: Run[]; score: number }

/** More comparisons than this are not made byte by byte, or word by word. */
const mostBytes = 16_000
const mostWords = 24_000
/** A gap is worth as much as so many bytes that are the same: what is the same by chance is shorter. */
const gap = 2
/** What is put in where something is left out is one thing rather than two. */
const oneGap = 1
/** To leave out a byte costs nearly nothing: a whole event may have been dropped. */
const leftOut = 0.005

const word = /[\w\uf780-\uf7ff]+|\s+|[^]/g

/**
 * All of `b` against a beginning of `a`: what `a` has behind it may still come, unless it is the `whole`. Both are bytes,
 * a letter each. What is the same from the beginning on has been found; these differ in their first byte, or one is empty.
 */
export function alignBytes(a: string, b: string, whole = false): Alignment {
  if (a === '' || b === '') return { runs: [], score: b === '' ? 0 : -gap }
  if (a.length * b.length <= mostBytes) return aligned(Array.from(a), Array.from(b), whole)
  const [words, others] = [a.match(word) ?? [], b.match(word) ?? []]
  if (words.length * others.length > mostWords) return found(a, b)
  const { runs, score } = aligned(words, others, whole)
  return { runs: runs.map((run, index) => grown(run, runs[index - 1], runs[index + 1], a, b)), score }
}

/** The best of all: gaps cost as they are opened, not as they are long. */
function aligned(a: readonly string[], b: readonly string[], whole: boolean): Alignment {
  const width = b.length + 1
  const best = new Float64Array((a.length + 1) * width)
  const from = new Uint8Array(best.length)
  // Scores of ways that end in a gap: of what is left out, for each place in b; of what is put in, for this row.
  const out = new Float64Array(width).fill(-Infinity)
  let [end, most] = [0, -Infinity]
  for (let i = 0; i <= a.length; i++) {
    const unit = i === 0 ? '' : (a[i - 1] ?? '')
    let put = -Infinity
    for (let j = 0; j <= b.length; j++) {
      const at = i * width + j
      let [score, way] = i === 0 && j === 0 ? [0, 0] : [-Infinity, 0]
      if (i > 0) {
        const opened = (best[at - width] ?? 0) - opening(from[at - width])
        const longer = out[j] ?? 0
        out[j] = Math.max(opened, longer) - leftOut * unit.length
        if (longer > opened) way |= outLonger
      }
      if (j > 0) {
        const opened = (best[at - 1] ?? 0) - opening(from[at - 1])
        if (put > opened) way |= putLonger
        put = Math.max(opened, put)
      }
      if (i > 0 && j > 0 && unit === b[j - 1]) score = (best[at - width - 1] ?? 0) + unit.length
      let step = same
      if (i > 0 && (out[j] ?? 0) > score) [score, step] = [out[j] ?? 0, leaveOut]
      if (j > 0 && put > score) [score, step] = [put, putIn]
      best[at] = score
      from[at] = way | step
      if (j === b.length && (whole ? i === a.length : score > most)) [end, most] = [i, score]
    }
  }
  return { runs: walked(from, width, a, b, end), score: most }
}

const opening = (way = 0): number => ((way & 3) === same ? gap : oneGap)

const [same, leaveOut, putIn, outLonger, putLonger] = [0, 1, 2, 4, 8]

/** Back from the end, along the steps that were the best. */
function walked(from: Uint8Array, width: number, a: readonly string[], b: readonly string[], end: number): Run[] {
  const pairs: [number, number][] = []
  let [i, j, step] = [end, b.length, -1]
  while (i > 0 || j > 0) {
    const way = from[i * width + j] ?? 0
    if (step === -1) step = way & 3
    if (step === same) {
      pairs.push([--i, --j])
      step = -1
    } else if (step === leaveOut) {
      if ((way & outLonger) === 0) step = -1
      i--
    } else {
      if ((way & putLonger) === 0) step = -1
      j--
    }
  }
  const [placesA, placesB] = [placesOf(a), placesOf(b)]
  const runs: Run[] = []
  for (const [x, y] of pairs.reverse()) {
    const [at, bt, length] = [placesA[x] ?? 0, placesB[y] ?? 0, a[x]?.length ?? 0]
    const last = runs.at(-1)
    if (last && last.a + last.length === at && last.b + last.length === bt) last.length += length
    else runs.push({ a: at, b: bt, length })
  }
  return runs
}

function placesOf(units: readonly string[]): number[] {
  let at = 0
  return units.map((unit) => (at += unit.length) - unit.length)
}

/** Words may have been cut: what is the same beside a run belongs to it. */
function grown(run: Run, before: Run | undefined, after: Run | undefined, a: string, b: string): Run {
  let { a: x, b: y, length } = run
  const [leastA, leastB] = before ? [before.a + before.length, before.b + before.length] : [0, 0]
  while (x > leastA && y > leastB && a[x - 1] === b[y - 1]) [x, y, length] = [x - 1, y - 1, length + 1]
  const [mostA, mostB] = [after?.a ?? a.length, after?.b ?? b.length]
  while (x + length < mostA && y + length < mostB && a[x + length] === b[y + length]) length++
  return { a: x, b: y, length }
}

/** Too much to compare: the first place where it goes on as before. */
function found(a: string, b: string): Alignment {
  const at = a.indexOf(b.slice(0, 64))
  if (at === -1) return { runs: [], score: -gap }
  let length = 0
  while (at + length < a.length && length < b.length && a[at + length] === b[length]) length++
  return { runs: [{ a: at, b: 0, length }], score: length - gap - leftOut * at - (length < b.length ? gap : 0) }
}

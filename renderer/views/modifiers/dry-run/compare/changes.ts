/** What differs between two texts, so that it can be marked inside of them. Pure. */

export type Span = { text: string; changed: boolean }
export type Changes = { before: Span[]; after: Span[] }

/** More comparisons than this are not made: then all between the common beginning and end is marked. */
const mostCompared = 120_000

/** Words, runs of space, and everything else by the letter: what people see as one thing is marked as one. */
const word = /[\p{L}\p{N}_]+|\s+|[^]/gu

export function changesBetween(before: string, after: string): Changes {
  const [a, b] = [before.match(word) ?? [], after.match(word) ?? []]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [head, tail] = [a.slice(0, start).join(''), end === 0 ? '' : a.slice(-end).join('')]
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const kept = middleA.length * middleB.length > mostCompared ? [] : commonWords(middleA, middleB)
  return {
    before: spans(head, marked(middleA, new Set(kept.map(([at]) => at))), tail),
    after: spans(head, marked(middleB, new Set(kept.map(([, at]) => at))), tail),
  }
}

/** The longest common subsequence, as pairs of places. */
function commonWords(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1
  const length = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => length[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}

const marked = (words: readonly string[], kept: ReadonlySet<number>): Span[] =>
  words.map((text, index) => ({ text, changed: !kept.has(index) }))

function spans(head: string, middle: readonly Span[], tail: string): Span[] {
  const all = [{ text: head, changed: false }, ...middle, { text: tail, changed: false }]
  const joined: Span[] = []
  for (const { text, changed } of all) {
    if (text === '') continue
    const last = joined.at(-1)
    if (last?.changed === changed) last.text += text
    else joined.push({ text, changed })
  }
  return joined
}

/**
 * The spans from a little before the first change on, so that a line that has no room for all of them shows it; what is
 * left out is "…".
 */
export function fromFirstChange(all: readonly Span[], room: number): Span[] {
  const first = all.findIndex(({ changed }) => changed)
  const end = all.slice(0, first + 1).reduce((sum, { text }) => sum + text.length, 0)
  if (first <= 0 || end <= room) return [...all]
  const [lead, ...rest] = [all[first - 1]?.text ?? '', ...all.slice(first)] as [string, ...Span[]]
  return [{ text: `…${lead.slice(-Math.floor(room / 3))}`, changed: false }, ...rest]
}

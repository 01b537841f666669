/** Follows the bytes of a run: which of those that went in have come out, in which chunk, and which have not. */
import type { Piece } from './piece.ts'
import { heldFrom, lengthOfAll, matchChunks, type Segment } from './match.ts'
import type { Run } from './runs.ts'

export type In = {
  readonly piece: Piece
  /** Counts what happened. */
  readonly at: number
  readonly atMs: number
  /** Bytes that have come out, and that never will. */
  readonly kept: number
  readonly lost: number
  /** The most that came out in place of bytes of it. */
  readonly stead: number
}

export type Out = {
  readonly piece: Piece
  readonly at: number
  readonly atMs: number
  readonly ms: number
  /** Bytes that had gone in, and others. */
  readonly kept: number
  readonly added: number
  /** Others are in the place of bytes that went in. */
  readonly instead: boolean
}

/** `input`: its number in `ins`. */
export type Row = { input: number | undefined; output: Out | undefined }

export type Streams = {
  /** Those of `rows` and `waiting`. */
  readonly ins: Map<number, In>
  /** In order; from the first on that may still change. */
  readonly rows: readonly Row[]
  /** Went in, and have no row yet. */
  readonly waiting: number[]
  /** Bytes that have not come out. */
  readonly pending: { input: number; from: number }[]
  /** So many of them may have been replaced by what came out last, or have been held back. */
  readonly doubtful: number
  /** Bytes that came out since the last that had gone in. */
  readonly inserted: number
}

export const newStreams = (): Streams => ({
  ins: new Map(),
  rows: [],
  waiting: [],
  pending: [],
  doubtful: 0,
  inserted: 0,
})

/** Changes `streams`: thousands may go in before anything comes out. */
export function wentIn({ ins, waiting, pending }: Streams, piece: Piece, at: number, atMs: number): void {
  ins.set(at, { piece, at, atMs, kept: 0, lost: 0, stead: 0 })
  waiting.push(at)
  if (piece.length > 0) pending.push({ input: at, from: 0 })
}

/**
 * What came out before the next one went in, all at once: what follows tells what came before. `isLast`: nothing
 * more comes out. Gives another state.
 */
export function cameOut(
  before: Streams,
  given: readonly Omit<Out, 'kept' | 'added' | 'instead'>[],
  isLast = false,
): Streams {
  const taken = new Taken(before)
  const outs = given.map((out) => ({ ...out, kept: 0, added: 0, instead: false }))
  const lastOf: (number | undefined)[] = []
  const { runs, skipped } = chosen(before, outs.map(segmentOf), isLast)
  let inserted = before.inserted
  if (skipped > 0) {
    taken.lose(skipped, inserted)
    inserted = 0
  }
  let [a, b, index, within] = [skipped, 0, 0, 0]
  /** Goes on in the output, chunk by chunk. */
  const pass = (length: number, act: (out: (typeof outs)[number], length: number, index: number) => void): void => {
    for (let left = length; left > 0;) {
      const out = outs[index]
      if (!out) return
      const step = Math.min(left, out.piece.length - within)
      if (step > 0) act(out, step, index)
      left -= step
      within += step
      if (within < out.piece.length) continue
      index++
      within = 0
    }
  }
  for (const run of runs) {
    const [gone, came] = [run.a - a, run.b - b]
    const last = gone > 0 ? taken.lose(gone, came + inserted) : undefined
    pass(came, (out, length, index) => {
      out.added += length
      out.instead ||= gone > 0
      if (last !== undefined) lastOf[index] = last
    })
    pass(run.length, (out, length, index) => {
      out.kept += length
      lastOf[index] = taken.keep(length)
    })
    inserted = 0
    ;[a, b] = [run.a + run.length, run.b + run.length]
  }
  const total = lengthOfAll(given.map(({ piece }) => piece))
  pass(total - b, (out, length) => void (out.added += length))
  const placed = placeRows(taken.streams(), outs, lastOf, runs.length === 0)
  const tail = total - b
  return { ...placed, inserted: inserted + tail, doubtful: tail > 0 ? lengthOf(placed) : 0 }
}

/** What has not come out is lost. Gives another state. */
export function ended(before: Streams): Streams {
  const taken = new Taken(before)
  taken.lose(lengthOf(before), before.inserted)
  return { ...taken.streams(), doubtful: 0, inserted: 0 }
}

/**
 * Of what is doubtful, an end may have been held back: the least of it that explains all that came out, or all of it where
 * it begins alike and explains more than nothing does.
 */
function chosen(before: Streams, outs: readonly Segment[], isLast: boolean): { runs: Run[]; skipped: number } {
  const { doubtful } = before
  const from = (skipped: number) => ({ skipped, ...matchChunks(segmentsOf(before, skipped), outs, isLast) })
  const without = from(doubtful)
  if (doubtful > 0 && without.score < lengthOfAll(outs)) {
    const place = heldFrom(segmentsOf(before), outs, doubtful)
    const held = place === undefined ? undefined : from(place)
    if (held && held.score > without.score) return { ...held, runs: moved(held.runs, held.skipped) }
  }
  return { ...without, runs: moved(without.runs, doubtful) }
}

const moved = <T extends { a: number }>(runs: readonly T[], by: number): T[] =>
  runs.map((run) => ({ ...run, a: run.a + by }))

const segmentOf = ({ piece }: { piece: Piece }): Segment => ({
  known: piece.binary,
  length: piece.length,
  rest: false,
})

function segmentsOf({ pending, ins }: Streams, skip = 0): Segment[] {
  let left = skip
  return pending.flatMap(({ input, from }) => {
    const piece = ins.get(input)?.piece
    if (!piece) return []
    const start = Math.min(piece.length, from + left)
    left -= start - from
    return start === piece.length
      ? []
      : [{ known: piece.binary.slice(start), length: piece.length - start, rest: start > 0 }]
  })
}

function lengthOf({ pending, ins }: Streams): number {
  return pending.reduce((sum, { input, from }) => sum + (ins.get(input)?.piece.length ?? from) - from, 0)
}

/** Takes pending bytes from the front. */
class Taken {
  readonly #before: Streams
  readonly #ins: Map<number, In>
  #first = 0
  #from: number
  /** The doubtful have turned out to be replaced. */
  #replaced = false

  constructor(before: Streams) {
    this.#before = before
    this.#ins = new Map(before.ins)
    this.#from = before.pending[0]?.from ?? 0
  }

  /** Which one the last of them belonged to. */
  keep(length: number): number | undefined {
    return this.#take(length, (input, part) => ({ ...input, kept: input.kept + part }))
  }

  /** `stead`: bytes that came out in their place. */
  lose(length: number, stead: number): number | undefined {
    if (length > 0 && this.#first === 0) this.#replaced = true
    return this.#take(length, (input, part) => ({
      ...input,
      lost: input.lost + part,
      stead: Math.max(input.stead, stead),
    }))
  }

  streams(): Streams {
    const { pending, rows } = this.#before
    const [first, ...rest] = pending.slice(this.#first)
    return {
      ...this.#before,
      ins: this.#ins,
      pending: first ? [{ ...first, from: this.#from }, ...rest] : [],
      rows: this.#replaced && this.#before.doubtful > 0 ? insteadOf(rows) : rows,
    }
  }

  #take(length: number, change: (input: In, part: number) => In): number | undefined {
    let last: number | undefined
    for (let left = length; left > 0;) {
      const part = this.#before.pending[this.#first]
      const input = part && this.#ins.get(part.input)
      if (!input) break
      const step = Math.min(left, input.piece.length - this.#from)
      this.#ins.set(part.input, change(input, step))
      last = part.input
      left -= step
      this.#from += step
      if (this.#from < input.piece.length) continue
      this.#first++
      this.#from = this.#before.pending[this.#first]?.from ?? 0
    }
    return last
  }
}

/** What came out last was no addition. */
function insteadOf(rows: readonly Row[]): Row[] {
  const last = rows.findLastIndex(({ output }) => output !== undefined && output.kept > 0)
  return rows.map((row, index) =>
    row.output && index >= last && row.output.added > 0 ? { ...row, output: { ...row.output, instead: true } } : row,
  )
}

/**
 * Each output stands beside the last input it has bytes of, or is in the place of; one that has nothing of any stands
 * beside the last that went in, as a modifier may change everything.
 */
function placeRows(
  streams: Streams,
  outs: readonly Out[],
  lastOf: readonly (number | undefined)[],
  isNew: boolean,
): Streams {
  const rows = [...streams.rows]
  let waiting = [...streams.waiting]
  for (const [index, output] of outs.entries()) {
    const input = lastOf[index] ?? (isNew ? waiting.at(-1) : undefined)
    const place = input === undefined ? -1 : waiting.indexOf(input)
    if (place === -1) {
      rows.push({ input: undefined, output })
      continue
    }
    for (const passed of waiting.slice(0, place)) rows.push({ input: passed, output: undefined })
    rows.push({ input, output })
    waiting = waiting.slice(place + 1)
  }
  return { ...streams, rows, waiting }
}

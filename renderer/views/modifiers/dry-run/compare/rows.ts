/**
 * The steps of a dry run as rows: what went in beside what came out, and what was told meanwhile, in the order in which it
 * happened. Steps come as they happen; rows are final but for the last few, whose bytes may still come out.
 */
import type { DryRunStep } from '../../../../../app/contract/modifiers.ts'
import { fateOf, isChange, type Fate } from './fates.ts'
import { Piece, type Chunk } from './piece.ts'
import { cameOut, ended, newStreams, wentIn, type Row, type Streams } from './streams.ts'

export type ChunkRow = {
  kind: 'chunk'
  fate: Fate
  input: Piece | undefined
  output: Piece | undefined
  /** Of the modifier's own time until it yielded the output. */
  ms: number | undefined
  atMs: number
}
type Note = Extract<DryRunStep, { kind: 'log' | 'head' | 'error' }>
export type RunRow = ChunkRow | Note

type Placed = { row: ChunkRow; at: number }
type Told = { note: Note; at: number }
type Came = Parameters<typeof cameOut>[1][number]

export type Counts = { in: number; out: number; bytesIn: number; bytesOut: number; ms: number }

/** Chunks that wait to come out at most, and what is known of their bytes. */
const mostWaiting = 4096
const mostPending = 1024 * 1024
/** Beyond so many bytes of chunks in sight only their beginnings are kept. */
const mostBytes = 32 * 1024 * 1024
const beginning = 256
/** The rows of a run; what comes after them is only counted. */
export const mostRows = 50_000

export class RunRows {
  /** Another array after each change. */
  rows: readonly RunRow[] = []
  isOver = false
  counts: Counts = { in: 0, out: 0, bytesIn: 0, bytesOut: 0, ms: 0 }
  #settled: RunRow[] = []
  /** Places of settled rows that wait all the same, because too many did. */
  #held: number[] = []
  /** Before what has come out since the last one went in. */
  #streams = newStreams()
  #came: Came[] = []
  /** With that; forgotten when more comes. */
  #now: Streams | undefined
  #told: Told[] = []
  #happened = 0
  #bytes = 0
  #pendingBytes = 0

  push(steps: readonly DryRunStep[]): void {
    for (const step of steps) this.#take(step)
    this.rows = [...this.#settled, ...merged(this.#laidOut('waiting'), this.#told)].slice(0, mostRows)
  }

  /** Nothing more comes: it was ended from outside. */
  stop(): void {
    if (!this.isOver) this.#finish('unsent')
    this.push([])
  }

  /** Undefined: something was changed. Bytes may be cut otherwise than they were. */
  get unchanged(): 'same' | 'recut' | undefined {
    const fates = this.rows.flatMap((row) => (row.kind === 'chunk' ? [row.fate] : []))
    if (fates.some(isChange)) return undefined
    return fates.every((fate) => fate === 'same') ? 'same' : 'recut'
  }

  #take(step: DryRunStep): void {
    const { counts } = this
    if (this.isOver) return
    const at = this.#happened++
    switch (step.kind) {
      case 'in': {
        // What came out before this one went in cannot be made of it.
        this.#settle()
        const piece = this.#piece(step.chunk)
        this.#pendingBytes += piece.bytes.length
        wentIn(this.#streams, piece, at, step.atMs)
        counts.in++
        counts.bytesIn += step.chunk.length
        break
      }
      case 'out': {
        const piece = this.#piece(step.chunk)
        this.#came.push({ piece, at, atMs: step.atMs, ms: step.ownMs })
        this.#letGo(piece)
        counts.out++
        counts.bytesOut += step.chunk.length
        counts.ms += step.ownMs
        break
      }
      case 'match':
        return
      case 'end':
        this.#finish('dropped')
        return
      case 'error':
        this.#finish('unsent')
        this.#settled.push(step)
        return
      default:
        this.#told.push({ note: step, at })
    }
    this.#now = undefined
  }

  #finish(fate: Fate): void {
    this.#streams = fate === 'dropped' ? ended(cameOut(this.#streams, this.#came, true)) : this.#followed()
    this.#came = []
    this.#now = undefined
    this.#settled.push(...merged(this.#laidOut(fate), this.#told))
    for (const place of this.#held) this.#decide(place, fate)
    this.#begin()
    this.#held = []
    this.isOver = true
  }

  #followed(): Streams {
    return (this.#now ??= this.#came.length === 0 ? this.#streams : cameOut(this.#streams, this.#came))
  }

  #laidOut(fate: Fate): Placed[] {
    const streams = this.#followed()
    const waiting = streams.waiting.map((input): Row => ({ input, output: undefined }))
    return [...streams.rows, ...waiting].map((row) => placed(row, streams, fate))
  }

  /** Rows that cannot change any more are final. */
  #settle(): void {
    const streams = this.#followed()
    const isNew = this.#came.length > 0
    this.#streams = streams
    this.#came = []
    if (streams.waiting.length > mostWaiting || (streams.waiting.length > 1 && this.#pendingBytes > mostPending)) {
      this.#hold()
      return
    }
    if (!isNew) return
    if (streams.pending.length === 0) this.#pendingBytes = 0
    const live = new Set(streams.pending.map(({ input }) => input))
    const isFinal = ({ input }: Row): boolean => input === undefined || !live.has(input)
    // What came out last may turn out to be in the place of what has not.
    const open = streams.doubtful > 0 ? 0 : streams.rows.findIndex((row) => !isFinal(row))
    const count = open === -1 ? streams.rows.length : open
    const laid = this.#laidOut('waiting')
    const [final, told] = [laid.slice(0, count), this.#told.map(({ at }) => laid.findIndex((each) => each.at > at))]
    const isSettled = (index: number): boolean => (told[index] ?? -1) !== -1 && (told[index] ?? 0) < count
    this.#settled.push(...merged(final, this.#told.filter((_, index) => isSettled(index)))) // prettier-ignore
    this.#told = this.#told.filter((_, index) => !isSettled(index))
    const rows = streams.rows.slice(count)
    const kept = new Set([...rows.flatMap(({ input }) => input ?? []), ...streams.waiting])
    this.#streams = { ...streams, rows, ins: new Map([...streams.ins].filter(([at]) => kept.has(at))) }
    this.#now = undefined
  }

  /** Too many wait: they are looked for in what comes out, and followed no longer. */
  #hold(): void {
    for (const row of merged(this.#laidOut('waiting'), this.#told)) {
      if (row.kind === 'chunk' && row.fate === 'waiting') this.#held.push(this.#settled.length)
      this.#settled.push(row)
    }
    this.#begin()
  }

  #begin(): void {
    this.#streams = newStreams()
    this.#now = undefined
    this.#told = []
    this.#pendingBytes = 0
  }

  /** Those that were held and are in this one. */
  #letGo(output: Piece): void {
    if (this.#held.length === 0) return
    this.#held = this.#held.filter((place) => {
      const row = this.#settled[place]
      if (row?.kind !== 'chunk' || !row.input?.isIn(output)) return true
      this.#decide(place, 'joined')
      return false
    })
  }

  #decide(place: number, fate: Fate): void {
    const row = this.#settled[place]
    if (row?.kind === 'chunk') this.#settled[place] = { ...row, fate }
  }

  #piece(chunk: Chunk): Piece {
    const bytes = this.#bytes > mostBytes ? chunk.bytes.slice(0, beginning) : chunk.bytes
    this.#bytes += bytes.length
    return new Piece({ bytes, length: chunk.length })
  }
}

/** `at`: when there was most to see of it. */
function placed(row: Row, streams: Streams, otherwise: Fate): Placed {
  const { output } = row
  const input = row.input === undefined ? undefined : streams.ins.get(row.input)
  const chunk: ChunkRow = {
    kind: 'chunk',
    fate: fateOf(row, streams, otherwise),
    input: input?.piece,
    output: output?.piece,
    ms: output?.ms,
    atMs: (input ?? output)?.atMs ?? 0,
  }
  return { row: chunk, at: (output ?? input)?.at ?? 0 }
}

/** What was told stands before the first chunk that came out behind it. */
function merged(rows: readonly Placed[], told: readonly Told[]): RunRow[] {
  const all: RunRow[] = []
  let next = 0
  for (const { row, at } of rows) {
    for (let each = told[next]; each && each.at < at; each = told[++next]) all.push(each.note)
    all.push(row)
  }
  return [...all, ...told.slice(next).map(({ note }) => note)]
}

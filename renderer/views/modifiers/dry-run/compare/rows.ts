/**
 * The steps of a dry run as rows: what went in beside what came out, in order, and what was told meanwhile. Steps come as
 * they happen; rows are final but for the last few, which may still find their partner.
 */
import type { DryRunStep } from '../../../../../app/contract/modifiers.ts'
import { alignChunks } from './align.ts'
import { Piece, type Chunk } from './piece.ts'

/**
 * `joined`: went out as a part of another chunk. `split`: a part of the one it came from. `waiting`: has gone in, and may
 * still come out. `unsent`: was waiting when the run failed.
 */
export type Fate = 'same' | 'changed' | 'added' | 'dropped' | 'joined' | 'split' | 'waiting' | 'unsent'

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

type In = { kind: 'in'; piece: Piece; atMs: number }
type Out = { kind: 'out'; piece: Piece; atMs: number; ms: number }
type Event = In | Out | Note

export type Counts = { in: number; out: number; bytesIn: number; bytesOut: number; ms: number }

/** Chunks that wait for a partner at most. */
const mostOpen = 48
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
  /** What has happened since the last row that is final. */
  #open: Event[] = []
  /** Places of settled rows that wait all the same, because too many did. */
  #held: number[] = []
  #bytes = 0
  #last = 0

  push(steps: readonly DryRunStep[]): void {
    for (const step of steps) this.#take(step)
    const { settled, open } = layOut(this.#open, 'waiting')
    this.rows = [...this.#settled, ...settled, ...open].slice(0, mostRows)
  }

  /** Nothing more comes: it was ended from outside. */
  stop(): void {
    if (!this.isOver) this.#finish('unsent')
    this.push([])
  }

  #take(step: DryRunStep): void {
    const { counts } = this
    if (this.isOver) return
    switch (step.kind) {
      case 'in':
        // What came out before this one went in cannot be made of it.
        if (this.#open.some(({ kind }) => kind === 'out') || this.#open.length >= mostOpen) this.#settle()
        this.#open.push({ kind: 'in', piece: this.#piece(step.chunk), atMs: step.atMs })
        counts.in++
        counts.bytesIn += step.chunk.length
        break
      case 'out': {
        const ms = Math.max(0, step.atMs - this.#last)
        const piece = this.#piece(step.chunk)
        this.#open.push({ kind: 'out', piece, atMs: step.atMs, ms })
        this.#letGo(piece)
        counts.out++
        counts.bytesOut += step.chunk.length
        counts.ms += ms
        break
      }
      case 'end':
        this.#finish('dropped')
        break
      case 'error':
        this.#finish('unsent')
        this.#settled.push(step)
        break
      default:
        this.#open.push(step)
    }
    if (step.kind === 'in' || step.kind === 'out') this.#last = step.atMs
  }

  #finish(fate: Fate): void {
    const { settled, open } = layOut(this.#open, fate)
    this.#settled.push(...settled, ...open)
    for (const place of this.#held) this.#decide(place, fate)
    this.#open = []
    this.#held = []
    this.isOver = true
  }

  #settle(): void {
    const { settled, open, left } = layOut(this.#open, 'waiting')
    this.#settled.push(...settled)
    this.#open = left
    if (left.length < mostOpen) return
    for (const each of open) {
      if (each.kind === 'chunk') this.#held.push(this.#settled.length)
      this.#settled.push(each)
    }
    this.#open = []
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

type Laid = {
  settled: RunRow[]
  /** Of the chunks behind the last pair, which have come to `fate`. */
  open: RunRow[]
  /** What these are made of. */
  left: Event[]
}

function layOut(events: readonly Event[], fate: Fate): Laid {
  const inputs = events.filter((event) => event.kind === 'in')
  const outputs = events.filter((event) => event.kind === 'out')
  const pairs = alignChunks(
    inputs.map(({ piece }) => piece),
    outputs.map(({ piece }) => piece),
  )
  const partner = new Map(pairs.map(({ input, output }) => [output, input]))
  const notes = notesOf(events)
  const settled: RunRow[] = [...(notes.get(-1) ?? [])]
  let next = 0
  const alone = (input: In, otherwise: Fate): RunRow => {
    const isJoined = outputs.some(({ piece }) => input.piece.isIn(piece) && !input.piece.equals(piece))
    return rowOf(isJoined ? 'joined' : otherwise, input, undefined)
  }
  for (const [index, output] of outputs.entries()) {
    const from = partner.get(index)
    const input = from === undefined ? undefined : inputs[from]
    if (from === undefined || !input) {
      const isPart = inputs.some(({ piece }) => output.piece.isIn(piece) && !output.piece.equals(piece))
      settled.push(rowOf(isPart ? 'split' : 'added', undefined, output))
      continue
    }
    for (; next < from; next++) {
      const passed = inputs[next]
      if (passed) settled.push(alone(passed, 'dropped'), ...(notes.get(next) ?? []))
    }
    const isSame = input.piece.equals(output.piece)
    settled.push(rowOf(isSame ? 'same' : 'changed', input, output), ...(notes.get(from) ?? []))
    next = from + 1
  }
  const open: RunRow[] = []
  const left: Event[] = []
  for (const [offset, input] of inputs.slice(next).entries()) {
    const told = notes.get(next + offset) ?? []
    open.push(alone(input, fate), ...told)
    left.push(input, ...told)
  }
  return { settled, open, left }
}

/** What was told, by the number of the input chunk it follows; before the first: -1. */
function notesOf(events: readonly Event[]): Map<number, Note[]> {
  const notes = new Map<number, Note[]>()
  let last = -1
  for (const event of events) {
    if (event.kind === 'in') last++
    else if (event.kind !== 'out') notes.set(last, [...(notes.get(last) ?? []), event])
  }
  return notes
}

function rowOf(fate: Fate, input: In | undefined, output: Out | undefined): ChunkRow {
  return {
    kind: 'chunk',
    fate,
    input: input?.piece,
    output: output?.piece,
    ms: output?.ms,
    atMs: (input ?? output)?.atMs ?? 0,
  }
}

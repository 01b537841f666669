/** What a cell of the comparison shows in its one line. Kept for each row, since rows are drawn again and again. */
import { changesBetween, fromFirstChange, type Span } from './compare/changes.ts'
import type { Piece } from './compare/piece.ts'
import type { ChunkRow } from './compare/rows.ts'

/** In letters; a line is never that wide. */
const shown = 400
/** Compared for marks inside the line. */
const compared = 16 * 1024
export type Cells = { input: readonly Span[]; output: readonly Span[] }

const known = new WeakMap<ChunkRow, { room: number; cells: Cells }>()

/** `room`: letters that are seen before the line ends. */
export function cellsOf(row: ChunkRow, room: number): Cells {
  const found = known.get(row)
  if (found?.room === room) return found.cells
  const cells = makeCells(row, room)
  known.set(row, { room, cells })
  return cells
}

function makeCells({ fate, input, output }: ChunkRow, room: number): Cells {
  if (fate === 'changed' && input?.isText && output?.isText) {
    const { before, after } = changesBetween(input.text.slice(0, compared), output.text.slice(0, compared))
    return { input: cut(fromFirstChange(before, room)), output: cut(fromFirstChange(after, room)) }
  }
  return { input: plain(input), output: plain(output) }
}

const plain = (piece: Piece | undefined): Span[] =>
  piece ? [{ text: piece.isText ? piece.text.slice(0, shown) : hexOf(piece.bytes), changed: false }] : []

function cut(spans: readonly Span[]): Span[] {
  let left = shown
  return spans.flatMap(({ text, changed }) => {
    const kept = text.slice(0, left)
    left -= kept.length
    return kept === '' ? [] : [{ text: kept, changed }]
  })
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 48), (byte) => byte.toString(16).padStart(2, '0')).join(' ')

/** All of a chunk that is shown, with what has changed. */
export function wholeCells({ fate, input, output }: ChunkRow): Cells {
  const spans = (piece: Piece | undefined): Span[] => (piece ? [{ text: piece.text, changed: false }] : [])
  if (fate !== 'changed' || !input || !output) return { input: spans(input), output: spans(output) }
  const { before, after } = changesBetween(input.text, output.text)
  return { input: before, output: after }
}

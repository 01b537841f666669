/** What a cell of the comparison shows in its one line. Kept for each row, since rows are drawn again and again. */
import { hexDigits } from '../../../../app/contract/hex.ts'
import { changesBetween, fromFirstChange, type Span } from './compare/changes.ts'
import type { Piece } from './compare/piece.ts'
import type { ChunkRow, RunRow } from './compare/rows.ts'

/** In letters; a line is never that wide. */
const shown = 400
/** Compared for marks inside the line. */
const compared = 16 * 1024
export type Cells = { input: readonly Span[]; output: readonly Span[] }

type Known = { room: number; above: RunRow | undefined; cells: Cells }
const known = new WeakMap<ChunkRow, Known>()

/** `room`: letters that are seen before the line ends. `above`: the row before, whose beginning need not be read twice. */
export function cellsOf(row: ChunkRow, room: number, above: RunRow | undefined): Cells {
  const found = known.get(row)
  if (found?.room === room && found.above === above) return found.cells
  const cells = makeCells(row, room, above?.kind === 'chunk' ? above : undefined)
  known.set(row, { room, above, cells })
  return cells
}

function makeCells({ fate, input, output }: ChunkRow, room: number, above: ChunkRow | undefined): Cells {
  if (fate === 'changed' && input?.isText && output?.isText) {
    const { before, after } = changesBetween(input.text.slice(0, compared), output.text.slice(0, compared))
    return { input: cut(fromFirstChange(before, room)), output: cut(fromFirstChange(after, room)) }
  }
  const shownInput = plain(input, above?.input, room)
  // What is the same looks the same: the rows above may differ.
  return { input: shownInput, output: fate === 'same' ? shownInput : plain(output, above?.output, room) }
}

function plain(piece: Piece | undefined, above: Piece | undefined, room: number): Span[] {
  if (!piece) return []
  const text = piece.isText ? sinceDifference(piece.text, above?.isText ? above.text : '', room) : hexOf(piece.bytes)
  return [{ text: text.slice(0, shown), changed: false }]
}

/** Events of one stream begin alike: a line shows where this one is another than the one above. */
function sinceDifference(text: string, above: string, room: number): string {
  let same = 0
  const most = Math.min(text.length, above.length, compared)
  while (same < most && text[same] === above[same]) same++
  if (text.length <= room || same < room / 2 || same === text.length) return text
  return `…${text.slice(Math.max(0, same - Math.floor(room / 4)))}`
}

function cut(spans: readonly Span[]): Span[] {
  let left = shown
  return spans.flatMap(({ text, changed }) => {
    const kept = text.slice(0, left)
    left -= kept.length
    return kept === '' ? [] : [{ text: kept, changed }]
  })
}

const hexOf = (bytes: Uint8Array): string => hexDigits(bytes.subarray(0, 48))

/** All of a chunk that is shown, with what has changed. */
export function wholeCells({ fate, input, output }: ChunkRow): Cells {
  const spans = (piece: Piece | undefined): Span[] => (piece ? [{ text: piece.text, changed: false }] : [])
  if (fate !== 'changed' || !input || !output) return { input: spans(input), output: spans(output) }
  const { before, after } = changesBetween(input.text, output.text)
  return { input: before, output: after }
}

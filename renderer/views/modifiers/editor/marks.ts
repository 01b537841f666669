/**
 * What is known to be wrong beyond the types: why the file cannot be applied, where it failed on a flow, where a dry run
 * ended. Each is about a text as it was at some time, and marks only what is left of that: it stays at its place while
 * the text around it is edited, and goes with what it marks.
 */
import type { Diagnostic } from '@codemirror/lint'
import { MapMode, StateEffect, StateField, type EditorState, type Extension, type Text } from '@codemirror/state'
import { Decoration, EditorView } from '@codemirror/view'
import { difference } from './difference.ts'

export type MarkKind = 'broken' | 'failed' | 'dry-run'

/** Lines and columns count from 1; without a line it is about the whole file, and marks nothing. */
export type Mark = {
  kind: MarkKind
  message: string
  line: number | undefined
  column: number | undefined
  /** The text it is about; undefined: nobody has it any more. */
  text: Text | undefined
  /** Which of its kind: the same words about the next version, or of the next run, are another mark. */
  of: string
  /** What leads further. */
  act?: { name: string; run: () => void }
}
/** `at`: undefined when what it marked is gone. */
type Placed = Mark & { at: number | undefined }

export const setMarks = StateEffect.define<readonly Mark[]>()

export const marksOf = StateField.define<readonly Placed[]>({
  create: () => [],
  update(before, transaction) {
    const { changes, docChanged, effects, newDoc } = transaction
    // TrackAfter: with the character it stands at, it has lost its place.
    const marks = docChanged
      ? before.map((mark) => ({
          ...mark,
          at: mark.at === undefined ? undefined : (changes.mapPos(mark.at, 1, MapMode.TrackAfter) ?? undefined),
        }))
      : before
    const set = effects.findLast((effect) => effect.is(setMarks))
    return set ? set.value.map((mark) => placed(mark, marks, newDoc)) : marks
  },
})

/** Where editing has moved it, when it was there before. */
function placed(mark: Mark, before: readonly Placed[], doc: Text): Placed {
  const known = before.find((other) => keyOf(other) === keyOf(mark))
  return { ...mark, at: known ? known.at : placeNow(mark, doc) }
}

/** Where the place in its text is now; undefined: not there any more. */
export function placeNow(
  { line, column, text }: Pick<Mark, 'line' | 'column' | 'text'>,
  doc: Text,
): number | undefined {
  if (line === undefined || !text) return undefined
  const at = placeOf(text, { line, column })
  if (text.eq(doc)) return at
  const changed = difference(text.toString(), doc.toString())
  if (at < changed.from) return at
  return at < changed.to ? undefined : at - changed.to + changed.from + changed.text.length
}

/** Whether these are the marks already, wherever editing has moved them. */
export function sameMarks(state: EditorState, marks: readonly Mark[]): boolean {
  const now = state.field(marksOf)
  return now.length === marks.length && now.every((mark, index) => keyOf(mark) === keyOf(marks[index]))
}

const keyOf = (mark: Mark | undefined): string =>
  JSON.stringify([mark?.kind, mark?.message, mark?.line, mark?.column, mark?.of, mark?.act?.name])

/** The place a line and a column name, as near as there is one. */
export function placeOf(
  text: Text,
  { line = 1, column = 1 }: { line?: number | undefined; column?: number | undefined },
): number {
  const { from, to } = text.line(Math.max(1, Math.min(text.lines, line)))
  return Math.min(to, from + Math.max(0, column - 1))
}

const inText = (state: EditorState): (Placed & { at: number })[] =>
  state.field(marksOf).flatMap((mark) => (mark.at === undefined ? [] : [{ ...mark, at: mark.at }]))

/** A mark on that line says it already: what cannot be compiled is found by the types, too. */
export function isMarked(state: EditorState, from: number, message: string): boolean {
  const { number } = state.doc.lineAt(Math.min(from, state.doc.length))
  const said = message.toLowerCase()
  return inText(state).some(
    (mark) => mark.message.toLowerCase().includes(said) && state.doc.lineAt(mark.at).number === number,
  )
}

/** As the linter has them: the word at the place, or the line's text where there is none. */
export function diagnosticsOf(state: EditorState): Diagnostic[] {
  return inText(state).map(({ at, message, kind, act }) => {
    const word = state.wordAt(at)
    const line = state.doc.lineAt(at)
    const from = word?.from ?? line.from + (line.text.length - line.text.trimStart().length)
    const actions = act && [{ name: act.name, apply: () => act.run() }]
    return { from, to: word?.to ?? line.to, severity: 'error', source: kind, message, ...(actions && { actions }) }
  })
}

const broken = Decoration.line({ class: 'cm-markedLine' })

/** The lines themselves, so that they are seen from afar. */
const lines = EditorView.decorations.compute([marksOf, 'doc'], (state) => {
  const starts = new Set(inText(state).map(({ at }) => state.doc.lineAt(at).from))
  return Decoration.set([...starts].sort((a, b) => a - b).map((at) => broken.range(at)))
})

export const marks = (): Extension => [marksOf, lines]

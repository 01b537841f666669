/**
 * What is known to be wrong beyond the types: why the file cannot be applied, where it failed on a flow, where a dry run
 * ended. Marks stay at their place while the text around them is edited.
 */
import type { Diagnostic } from '@codemirror/lint'
import { StateEffect, StateField, type EditorState, type Extension, type Text } from '@codemirror/state'
import { Decoration, EditorView } from '@codemirror/view'

export type MarkKind = 'broken' | 'failed' | 'dry-run'

/** Lines and columns count from 1; without a line it is about the whole file. `act`: what leads further. */
export type Mark = {
  kind: MarkKind
  message: string
  line: number | undefined
  column: number | undefined
  act?: { name: string; run: () => void }
}
type Placed = Mark & { at: number }

export const setMarks = StateEffect.define<readonly Mark[]>()

export const marksOf = StateField.define<readonly Placed[]>({
  create: () => [],
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) return effect.value.map((mark) => ({ ...mark, at: placeOf(transaction.newDoc, mark) }))
    }
    if (!transaction.docChanged || marks.length === 0) return marks
    return marks.map((mark) => ({ ...mark, at: transaction.changes.mapPos(mark.at) }))
  },
})

/** Whether these are the marks already, wherever editing has moved them. */
export function sameMarks(state: EditorState, marks: readonly Mark[]): boolean {
  const now = state.field(marksOf)
  return now.length === marks.length && now.every((mark, index) => keyOf(mark) === keyOf(marks[index]))
}

const keyOf = (mark: Mark | undefined): string =>
  JSON.stringify([mark?.kind, mark?.message, mark?.line, mark?.column, mark?.act?.name])

/** The place a line and a column name, as near as there is one. */
export function placeOf(
  text: Text,
  { line = 1, column = 1 }: { line?: number | undefined; column?: number | undefined },
): number {
  const { from, to } = text.line(Math.max(1, Math.min(text.lines, line)))
  return Math.min(to, from + Math.max(0, column - 1))
}

/** As the linter has them: the word at the place, or the line's text where there is none. */
export function diagnosticsOf(state: EditorState): Diagnostic[] {
  return state.field(marksOf).map(({ at, message, kind, act }) => {
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
  const starts = new Set(state.field(marksOf).map(({ at }) => state.doc.lineAt(at).from))
  return Decoration.set([...starts].sort((a, b) => a - b).map((at) => broken.range(at)))
})

export const marks = (): Extension => [marksOf, lines]

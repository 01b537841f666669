/** The editor in sight: what buttons, lists and keys outside of it act on. */
import { forEachDiagnostic, setDiagnosticsEffect, type Diagnostic } from '@codemirror/lint'
import type { EditorState, Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { create } from 'zustand'
import { openFind } from './find/find-panel.tsx'
import { ask } from './typed/ask.ts'
import { placeOf } from './marks.ts'

export type ShownProblem = {
  from: number
  line: number
  column: number
  severity: Diagnostic['severity']
  /** Who says so: "types", or what kind of mark. */
  source: string
  message: string
  act: { name: string; run: () => void } | undefined
}

export const useProblems = create<{ problems: readonly ShownProblem[] }>(() => ({ problems: [] }))

let shown: EditorView | undefined

export function show(view: EditorView): void {
  shown = view
  noteProblems(view.state)
}

export function hide(view: EditorView): void {
  if (shown !== view) return
  shown = undefined
  useProblems.setState({ problems: [] })
}

/** After changes in the editor. */
export function lookAt(state: EditorState, transactions: readonly Transaction[]): void {
  const isNews = transactions.some(
    ({ docChanged, effects }) => docChanged || effects.some((e) => e.is(setDiagnosticsEffect)),
  )
  if (isNews) noteProblems(state)
}

function noteProblems(state: EditorState): void {
  const problems: ShownProblem[] = []
  forEachDiagnostic(state, ({ severity, message, source = '', actions }, from) => {
    const line = state.doc.lineAt(from)
    const [act] = actions ?? []
    problems.push({
      from,
      line: line.number,
      column: from - line.from + 1,
      severity,
      source,
      message,
      act: act && { name: act.name, run: () => shown && act.apply(shown, from, from) },
    })
  })
  useProblems.setState({ problems })
}

export function goToPlace(from: number): void {
  if (!shown) return
  const anchor = Math.min(from, shown.state.doc.length)
  shown.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
  shown.focus()
}

export function goToLine(line: number, column?: number): void {
  if (shown) goToPlace(placeOf(shown.state.doc, { line, column }))
}

export const focusEditor = (): void => shown?.focus()

export function find(): void {
  if (shown) openFind(shown)
}

/** As TypeScript lays it out; one change, taken back as one. */
export async function format(): Promise<void> {
  const view = shown
  if (!view) return
  const { state } = view
  const changes = await ask(state, 'format', undefined)
  if (changes && changes.length > 0 && view.state.doc === state.doc)
    view.dispatch({ changes, userEvent: 'input.format' })
}

/** CodeMirror as a reader of laid-out JSON: line numbers, colours, folding. Loaded when the first JSON is shown. */
import { defaultKeymap } from '@codemirror/commands'
import {
  codeFolding,
  foldAll,
  foldGutter,
  foldKeymap,
  foldService,
  unfoldAll,
  unfoldEffect,
  foldedRanges,
} from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { codeLook, own } from '../../../../ui/code/look.ts'
import type { PrettyPiece } from '../../reading/pretty-json.ts'
import { cutMarks, moreCuts } from './cut-marks.ts'
import { foundMarks, markFound } from './found-marks.ts'
import { jsonColours } from './json-colours.ts'

export type Reader = {
  /** Behind what is there; the place that is looked at stays. */
  append(piece: PrettyPiece): void
  readonly length: number
  text(from: number, to: number): string
  /** Where a line ends at or behind this place. */
  lineEnd(at: number): number
  /** The first character in sight. */
  readonly top: number
  /** Marks all that matches; `current` is the one that is stepped to. */
  mark(pattern: RegExp | undefined, current: { from: number; to: number } | undefined): void
  /** Brings a place into sight, unfolded. */
  show(from: number, to: number): void
  foldAll(): void
  unfoldAll(): void
  focus(): void
  close(): void
}

/** `showCut`: somebody wants to see what was left out. */
export function openReader(parent: HTMLElement, label: string, showCut: () => void): Reader {
  /** From behind an opening bracket to its closing one. */
  const folds = new Map<number, number>()
  const extensions = [
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
    EditorView.lineWrapping,
    lineNumbers(),
    codeLook(),
    jsonColours,
    cutMarks(showCut),
    foundMarks,
    foldService.of((_, _from, end) => {
      const to = folds.get(end)
      return to === undefined ? null : { from: end, to }
    }),
    codeFolding(),
    foldGutter(),
    keymap.of(own(foldKeymap)),
    keymap.of(defaultKeymap),
  ]
  const view = new EditorView({ parent, state: EditorState.create({ extensions }) })
  // Tab leaves it, as it leaves everything that is not written in.
  return {
    append({ text, cuts, folds: more }) {
      for (const { from, to } of more) folds.set(from, to)
      const changes = { from: view.state.doc.length, insert: text }
      view.dispatch(cuts.length === 0 ? { changes } : { changes, effects: moreCuts.of(cuts) })
    },
    get length() {
      return view.state.doc.length
    },
    text: (from, to) => view.state.doc.sliceString(from, to),
    lineEnd: (at) => view.state.doc.lineAt(at).to,
    get top() {
      return view.lineBlockAtHeight(view.scrollDOM.getBoundingClientRect().top - view.documentTop).from
    },
    mark: (pattern, current) => view.dispatch({ effects: markFound.of({ pattern, current }) }),
    show(from, to) {
      const hidden: { from: number; to: number }[] = []
      foldedRanges(view.state).between(from, to, (start, end) => {
        hidden.push({ from: start, to: end })
      })
      const unfold = hidden.map((range) => unfoldEffect.of(range))
      view.dispatch({ effects: [...unfold, EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 60 })] })
    },
    foldAll: () => foldAll(view),
    unfoldAll: () => unfoldAll(view),
    focus: () => view.focus(),
    close: () => view.destroy(),
  }
}

/** CodeMirror as a reader: line numbers, folding, search. Loaded when the first text is shown. */
import { defaultKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { codeFolding, foldAll, foldGutter, foldKeymap, unfoldAll } from '@codemirror/language'
import { openSearchPanel, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { codeLook, own } from '../../../../ui/code/look.ts'

export type Reader = {
  /** Behind what is there; the place that is looked at stays. */
  append(text: string): void
  search(): void
  /** Both undefined where nothing can be folded. */
  foldAll: (() => void) | undefined
  unfoldAll: (() => void) | undefined
  close(): void
}

export function openReader(parent: HTMLElement, label: string, isJson: boolean, startAtTop: string): Reader {
  const extensions: Extension[] = [
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
    EditorView.lineWrapping,
    lineNumbers(),
    codeLook(),
    search({ top: true }),
    keymap.of(own([...searchKeymap, ...foldKeymap])),
    keymap.of(defaultKeymap),
  ]
  if (isJson) extensions.push(json(), codeFolding(), foldGutter())
  const view = new EditorView({ parent, state: EditorState.create({ doc: startAtTop, extensions }) })
  // Tab leaves it, as it leaves everything that is not written in.
  return {
    append: (insert) => view.dispatch({ changes: { from: view.state.doc.length, insert } }),
    search: () => openSearchPanel(view),
    foldAll: isJson ? () => foldAll(view) : undefined,
    unfoldAll: isJson ? () => unfoldAll(view) : undefined,
    close: () => view.destroy(),
  }
}

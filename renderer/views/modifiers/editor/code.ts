/** CodeMirror as the editor of one modifier; a file's state holds its text, its history and where the cursor is. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { lintGutter, lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view'
import { codeLook, own } from '../../../ui/code/look.ts'
import { nameIs } from './file-name.ts'
import { findPanel } from './find/find-panel.tsx'
import { marks } from './marks.ts'
import { editorLook } from './look.ts'
import { typingOverSelections } from './replacing.ts'
import { typed } from './typed/typed.ts'

/** The id of the hint that says how Tab leaves the editor. */
export const hintId = 'code-keys'

const shared: Extension = [
  lineNumbers(),
  lintGutter(),
  highlightActiveLineGutter(),
  history(),
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  EditorState.tabSize.of(2),
  indentUnit.of('  '),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  typingOverSelections,
  autocompletion({ icons: false, closeOnBlur: true }),
  rectangularSelection(),
  crosshairCursor(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  findPanel(),
  EditorView.contentAttributes.of({ 'aria-describedby': hintId, tabindex: '0', autocapitalize: 'off' }),
  keymap.of(own([...closeBracketsKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap])),
  // Escape, then Tab leaves the editor: CodeMirror's own way out, which the hint tells.
  keymap.of([...defaultKeymap, indentWithTab]),
]

export function codeState(text: string, name: string): EditorState {
  return EditorState.create({ doc: text, extensions: [codeLook(), editorLook, nameIs(name), typed(), marks(), shared] })
}

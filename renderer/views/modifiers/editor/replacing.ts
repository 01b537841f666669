/**
 * Typing over a selection, done by the editor instead of the browser: that one keeps the looks of what it takes away in
 * a style attribute, which the page's policy forbids, and complains of.
 */
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

export const typingOverSelections: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view
    const { main, ranges } = state.selection
    if (event.inputType !== 'insertText' || event.data === null || main.empty || view.composing) return false
    event.preventDefault()
    const text = event.data
    const insert = () => state.update(state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true })
    // Who has a say in what is typed (brackets around a selection) is asked, as CodeMirror itself does.
    const isTaken =
      ranges.length === 1 &&
      state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, text, insert))
    if (!isTaken) view.dispatch(insert())
    return true
  },
})

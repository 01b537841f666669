/** The name of the file an editor's state belongs to; it changes when the file is renamed. */
import { javascript } from '@codemirror/lang-javascript'
import { Compartment, Facet, type Extension, type StateEffect } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { modifiers as texts } from '../../../texts/modifiers.ts'

export const fileName = Facet.define<string, string>({ combine: ([first = 'modifier.ts']) => first })

const named = new Compartment()

/** What depends on the name: the language, and how the editor is called. */
const allOf = (name: string): Extension => [
  fileName.of(name),
  javascript({ typescript: !name.endsWith('.js') }),
  EditorView.contentAttributes.of({ 'aria-label': texts.editor.code(name) }),
]

export const nameIs = (name: string): Extension => named.of(allOf(name))

export const nameBecomes = (name: string): StateEffect<unknown> => named.reconfigure(allOf(name))

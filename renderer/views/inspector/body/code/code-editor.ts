/** CodeMirror as a reader: line numbers, folding, search. Loaded when the first text is shown. */
import { defaultKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import {
  codeFolding,
  foldAll,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
  unfoldAll,
} from '@codemirror/language'
import { openSearchPanel, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, highlightSpecialChars, keymap, lineNumbers, type KeyBinding } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { nameOf, symbolOf } from '../../shown/visible.ts'

export type Reader = {
  /** Behind what is there; the place that is looked at stays. */
  append(text: string): void
  search(): void
  /** Both undefined where nothing can be folded. */
  foldAll: (() => void) | undefined
  unfoldAll: (() => void) | undefined
  close(): void
}

/** What it does with a key is not for the window around it. */
const own = (bindings: readonly KeyBinding[]): KeyBinding[] =>
  bindings.map((binding) => ({ ...binding, stopPropagation: true }))

/** CodeMirror's own set lacks some of those that reorder text. */
const alsoSpecial = /[\u202a-\u202c\u2060-\u2064\u2068\u206a-\u206f\u{e0000}-\u{e007f}]/gu

/** Written as everywhere else in the inspector. */
function special(code: number): HTMLElement {
  const mark = document.createElement('span')
  const character = String.fromCodePoint(code)
  mark.className = 'cm-specialChar'
  mark.textContent = symbolOf(character)
  mark.title = nameOf(character)
  return mark
}

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--redirect)' },
  { tag: [tags.bool, tags.null], color: 'var(--held)' },
  { tag: tags.invalid, color: 'var(--server-error)' },
])

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', fontSize: 'var(--text-s)', backgroundColor: 'var(--panel)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.5' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--ink-3)', border: 'none' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--accent-soft)', border: 'none', color: 'var(--accent)' },
  '.cm-specialChar': { color: 'var(--stall)' },
  '.cm-panels': { backgroundColor: 'var(--ground)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search label': { fontSize: 'var(--text-s)' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink)' },
  '.cm-textfield, .cm-button': {
    backgroundColor: 'var(--raised)',
    backgroundImage: 'none',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    color: 'var(--ink)',
    fontSize: 'var(--text-s)',
  },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--client-error) 30%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--stall) 40%, var(--panel))' },
  '.cm-searchMatch span, .cm-searchMatch-selected span, .cm-searchMatch-selected': { color: 'var(--ink)' },
})

export function openReader(parent: HTMLElement, label: string, isJson: boolean, startAtTop: string): Reader {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce
  const extensions: Extension[] = [
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
    EditorView.lineWrapping,
    lineNumbers(),
    highlightSpecialChars({ addSpecialChars: alsoSpecial, render: special }),
    search({ top: true }),
    theme,
    syntaxHighlighting(highlight),
    keymap.of(own([...searchKeymap, ...foldKeymap])),
    keymap.of(defaultKeymap),
  ]
  if (nonce) extensions.push(EditorView.cspNonce.of(nonce))
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

/** How code looks, read or written: the tokens' colours, so that light and dark come by themselves. Loaded with CodeMirror. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView, highlightSpecialChars, type KeyBinding } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { nameOf, symbolOf } from '../visible/visible.ts'

/** What the editor does with a key is not for the window around it. */
export const own = (bindings: readonly KeyBinding[]): KeyBinding[] =>
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
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--held)' },
  { tag: [tags.comment, tags.docComment], color: 'var(--ink-3)' },
  { tag: [tags.typeName, tags.className, tags.namespace], color: 'var(--redirect)' },
  { tag: [tags.regexp, tags.escape, tags.special(tags.string)], color: 'var(--client-error)' },
  { tag: tags.function(tags.variableName), color: 'var(--accent)' },
  { tag: tags.function(tags.definition(tags.variableName)), color: 'var(--accent)', fontWeight: '600' },
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
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--client-error) 30%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--stall) 40%, var(--panel))' },
  '.cm-searchMatch span, .cm-searchMatch-selected span, .cm-searchMatch-selected': { color: 'var(--ink)' },
})

/** Colours, unseen characters, and styles that the page's policy allows. */
export function codeLook(): Extension[] {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce
  return [
    highlightSpecialChars({ addSpecialChars: alsoSpecial, render: special }),
    theme,
    syntaxHighlighting(highlight),
    ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
  ]
}

/** The call that is being written: its parameters, the current one marked, while the cursor is between the parentheses. */
import { StateEffect, StateField, type Extension } from '@codemirror/state'
import { EditorView, keymap, showTooltip, ViewPlugin, type Tooltip, type ViewUpdate } from '@codemirror/view'
import type { Signature } from '../../types/protocol.ts'
import { ask } from './ask.ts'
import { part, proseElement, wordsElement } from './told.ts'

type Shown = { at: number; told: Signature }

const show = StateEffect.define<Shown | undefined>()

const shown = StateField.define<Shown | undefined>({
  create: () => undefined,
  update(now, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value
    return now && { ...now, at: transaction.changes.mapPos(now.at) }
  },
  provide: (field) => showTooltip.from(field, (now) => (now ? tooltipOf(now) : null)),
})

function tooltipOf({ at, told }: Shown): Tooltip {
  return { pos: at, above: true, strictSide: true, create: () => ({ dom: elementOf(told) }) }
}

function elementOf({ before, current, after, prose }: Signature): HTMLElement {
  const element = document.createElement('div')
  const call = wordsElement(before)
  call.append(wordsElement(current, 'b'), ...wordsElement(after).childNodes)
  part(element).append(call)
  if (prose.length > 0) part(element).append(...prose.map(proseElement))
  return element
}

/** Asks when a parenthesis or a comma is typed, and while it is shown. */
const asking = ViewPlugin.fromClass(
  class {
    readonly #view: EditorView
    constructor(view: EditorView) {
      this.#view = view
    }

    update({ state, docChanged, selectionSet, transactions }: ViewUpdate): void {
      const isShown = state.field(shown) !== undefined
      const opens =
        docChanged && transactions.some((each) => each.isUserEvent('input')) && /[(,]\s*$/.test(before(state))
      if (opens || (isShown && (docChanged || selectionSet))) void this.#ask()
    }

    async #ask(): Promise<void> {
      const view = this.#view
      const { state } = view
      const at = state.selection.main.head
      const told = await ask(state, 'signature', { at })
      if (view.state.doc !== state.doc || view.state.selection.main.head !== at) return
      view.dispatch({ effects: show.of(told && { at, told }) })
    }
  },
)

const before = ({ doc, selection }: ViewUpdate['state']): string =>
  doc.sliceString(Math.max(0, selection.main.head - 20), selection.main.head)

function close(view: EditorView): boolean {
  if (!view.state.field(shown)) return false
  view.dispatch({ effects: show.of(undefined) })
  return true
}

export const signatureHelp = (): Extension => [
  shown,
  asking,
  keymap.of([{ key: 'Escape', run: close }]),
  EditorView.domEventHandlers({
    blur: (_event, view) => {
      close(view)
    },
  }),
]

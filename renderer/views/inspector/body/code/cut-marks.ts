/** Where a long value was shortened: how much is left out, and the way to it. */
import { StateEffect, StateField, type Extension } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'
import { sizeText } from '../../../../texts/amounts.ts'
import { inspector } from '../../../../texts/inspector.ts'

type Cut = { at: number; left: number }

export const moreCuts = StateEffect.define<readonly Cut[]>()

class CutWidget extends WidgetType {
  readonly #left: number
  readonly #show: () => void
  constructor(left: number, show: () => void) {
    super()
    this.#left = left
    this.#show = show
  }
  override eq(other: CutWidget): boolean {
    return other.#left === this.#left
  }
  toDOM(): HTMLElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'cm-cut'
    button.textContent = inspector.body.cut(sizeText(this.#left))
    button.title = inspector.body.showCut
    button.addEventListener('click', this.#show)
    return button
  }
  /** A click on it is its own. */
  override ignoreEvent(): boolean {
    return true
  }
}

export function cutMarks(show: () => void): Extension {
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(cuts, { effects, changes }) {
      let next = cuts.map(changes)
      for (const effect of effects) {
        if (!effect.is(moreCuts)) continue
        const add = effect.value.map(({ at, left }) =>
          Decoration.replace({ widget: new CutWidget(left, show) }).range(at, at + 1),
        )
        next = next.update({ add })
      }
      return next
    },
    provide: (held) => EditorView.decorations.from(held),
  })
  return [
    field,
    EditorView.theme({
      '.cm-cut': {
        margin: '0 2px',
        padding: '0 6px',
        border: '1px solid var(--line)',
        borderRadius: 'var(--radius)',
        backgroundColor: 'var(--accent-soft)',
        color: 'var(--accent)',
        font: 'inherit',
        cursor: 'pointer',
      },
    }),
  ]
}

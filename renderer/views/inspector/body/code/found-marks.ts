/** What was found, marked where it is in sight. */
import { RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view'

type Marked = { pattern: RegExp | undefined; current: { from: number; to: number } | undefined }

export const markFound = StateEffect.define<Marked>()

const marked = StateField.define<Marked>({
  create: () => ({ pattern: undefined, current: undefined }),
  update: (before, { effects }) => effects.find((effect) => effect.is(markFound))?.value ?? before,
})

const found = Decoration.mark({ class: 'cm-searchMatch' })
const stepped = Decoration.mark({ class: 'cm-searchMatch cm-searchMatch-selected' })

function decorated(view: EditorView): DecorationSet {
  const { pattern, current } = view.state.field(marked)
  const builder = new RangeSetBuilder<Decoration>()
  if (!pattern) return builder.finish()
  for (const { from, to } of view.visibleRanges) {
    for (const { index, 0: text } of view.state.doc.sliceString(from, to).matchAll(pattern)) {
      const at = from + index
      builder.add(at, at + text.length, at === current?.from ? stepped : found)
    }
  }
  return builder.finish()
}

class Marks {
  decorations: DecorationSet
  constructor(view: EditorView) {
    this.decorations = decorated(view)
  }
  update({ view, docChanged, viewportChanged, state, startState }: ViewUpdate): void {
    const changed = state.field(marked) !== startState.field(marked)
    if (changed || docChanged || viewportChanged) this.decorations = decorated(view)
  }
}

export const foundMarks = [marked, ViewPlugin.fromClass(Marks, { decorations: ({ decorations }) => decorations })]

/** The find bar as CodeMirror's search panel: that one keeps the query with the file, and marks what is found. */
import { getSearchQuery, openSearchPanel, search } from '@codemirror/search'
import type { Extension } from '@codemirror/state'
import type { EditorView, Panel, ViewUpdate } from '@codemirror/view'
import { createRoot } from 'react-dom/client'
import { FindBar } from './find-bar.tsx'
import { currentOf, matchesOf, noMatches, type Matches } from './matches.ts'

/** Somebody opens it, to type into it; with a file that is shown again it only comes back. */
let isAsked = false

export function openFind(view: EditorView): void {
  isAsked = true
  openSearchPanel(view)
  isAsked = false
}

function panelOf(view: EditorView): Panel {
  const dom = document.createElement('div')
  const root = createRoot(dom)
  const focus = isAsked
  let query = getSearchQuery(view.state)
  let matches: Matches = noMatches
  const count = (): void => void (matches = matchesOf(query, view.state.doc))
  const draw = (): void => {
    const current = currentOf(matches, view.state)
    root.render(<FindBar {...{ view, query, matches, current, focus }} />)
  }
  count()
  draw()
  return {
    dom,
    top: true,
    update({ state, docChanged, selectionSet }: ViewUpdate) {
      const next = getSearchQuery(state)
      const isOther = !next.eq(query)
      query = next
      if (isOther || docChanged) count()
      if (isOther || docChanged || selectionSet) draw()
    },
    destroy() {
      // Whoever takes it away may be drawing just now.
      setTimeout(() => root.unmount())
    },
  }
}

export const findPanel = (): Extension => search({ top: true, createPanel: panelOf })

/** How often something is in a text, and at which of them the cursor is. Pure. */
import type { SearchQuery } from '@codemirror/search'
import type { EditorState, Text } from '@codemirror/state'

/** More are not counted: nobody steps through them, and every letter that is typed counts anew. */
const most = 5000

export type Matches = { from: readonly number[]; to: readonly number[]; more: boolean }

export const noMatches: Matches = { from: [], to: [], more: false }

export function matchesOf(query: SearchQuery, doc: Text): Matches {
  if (query.search === '' || !query.valid) return noMatches
  const [from, to]: [number[], number[]] = [[], []]
  const cursor = query.getCursor(doc)
  for (let next = cursor.next(); next.done !== true; next = cursor.next()) {
    if (from.length === most) return { from, to, more: true }
    from.push(next.value.from)
    to.push(next.value.to)
  }
  return { from, to, more: false }
}

/** From 1: the one that is selected; undefined: none is. */
export function currentOf({ from, to }: Matches, { selection }: Pick<EditorState, 'selection'>): number | undefined {
  const { main } = selection
  const at = from.indexOf(main.from)
  return at !== -1 && to[at] === main.to ? at + 1 : undefined
}

/** The one that is open, the files behind the editor, and where the user is sent in them. */
import { modifiersNow, onModifiers, saveModifier, sourceOf } from '../../store/modifiers.ts'
import { useOpened, type Jump } from '../../store/opened.ts'
import { codeState } from './editor/code.ts'
import { Drafts } from './editor/drafts.ts'
import { Files } from './editor/files.ts'
import type { FileFacts } from './editor/open-file.ts'

const drafts = new Drafts(sessionStorage)

export const files = new Files({ source: sourceOf, save: saveModifier, draft: (id) => drafts.of(id), state: codeState })

/** Opens it in the editor; with a place, that is shown and focused. */
export function openModifier(id: string, jump?: Jump): void {
  useOpened.setState({ id, jump: typeof jump === 'object' ? { ...jump } : jump })
  const row = modifiersNow()?.rows.find((each) => each.id === id)
  if (row) void files.open(row)
}

const closeModifier = (): void => useOpened.setState({ id: undefined, jump: undefined })

/** Undefined: it has not been opened. */
export const useFacts = (id: string | undefined): FileFacts | undefined =>
  files.facts(({ of }) => (id === undefined ? undefined : of.get(id)))

/** Also of those that were written before the window was loaded anew. */
export const useUnsaved = (id: string): boolean =>
  files.facts(({ of }) => {
    const facts = of.get(id)
    return facts?.status === 'ready' ? facts.unsaved : drafts.of(id) !== undefined
  })

files.onText((id, draft) => drafts.note(id, draft))
window.addEventListener('pagehide', () => drafts.keep())

/** What is on disk may be another text now; one that has gone from the list is not open any more. */
onModifiers(({ rows }) => {
  files.told(rows)
  const { id } = useOpened.getState()
  if (id !== undefined && !files.isRenaming(id) && !rows.some((row) => row.id === id)) closeModifier()
})

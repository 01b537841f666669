/** Saving, and what is said of it. */
import { create } from 'zustand'
import { mostSource } from '../../../../app/contract/modifiers.ts'
import { modifiersNow } from '../../../store/modifiers.ts'
import { notify, savedCause, takeBack } from '../../../store/notices.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { files } from '../open-files.ts'

const texts = modifiers.editor

/** Somebody wants to save what cannot be saved before its user has chosen: of which, and how often. */
export const useAsked = create<{ of: string | undefined; times: number }>(() => ({ of: undefined, times: 0 }))

export async function save(id: string): Promise<void> {
  const { changedOutside, missing } = files.factsOf(id)
  // The choice stands above the text, and is gone to.
  if (changedOutside || missing === 'unreadable') useAsked.setState(({ times }) => ({ of: id, times: times + 1 }))
  else await told(id, () => files.save(id))
}

export const writeAgain = (id: string): Promise<void> => told(id, () => files.writeAgain(id))

async function told(id: string, write: () => ReturnType<typeof files.save>): Promise<void> {
  const file = files.get(id)
  const row = modifiersNow()?.rows.find((each) => each.id === id)
  if (!file || !row) return
  const cause = savedCause(id)
  if (file.state.doc.length > mostSource) {
    notify(texts.notSaved(texts.tooLong), 'problem', { cause })
    return
  }
  const result = await write()
  if (!result) return
  if (!result.ok) {
    notify(texts.notSaved(result.fault.message), 'problem', { cause })
    return
  }
  takeBack(cause)
  useAsked.setState({ of: undefined, times: 0 })
  // What is wrong with it stands above the text, or is told where that is not in sight (store/modifier-notices.ts).
  if (!result.value.problem) notify((row.off ? texts.savedOff : texts.savedApplied)(row.name), 'info', { cause })
}

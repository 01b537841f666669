/** Saving, and what is said of it. */
import { modifiersNow } from '../../../store/modifiers.ts'
import { notify } from '../../../store/notices.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { files } from '../open-files.ts'

const texts = modifiers.editor
/** As the contract has it. */
const mostSource = 1024 * 1024

export async function save(id: string): Promise<void> {
  const file = files.get(id)
  const row = modifiersNow()?.rows.find((each) => each.id === id)
  if (!file || !row) return
  if (file.state.doc.length > mostSource) {
    notify(texts.notSaved(texts.tooLong), 'problem')
    return
  }
  const result = await files.save(id)
  if (!result) return
  if (!result.ok) notify(texts.notSaved(result.fault.message), 'problem')
  // What is wrong stands above the editor, and at its line.
  else if (result.value.problem) notify(texts.savedBroken(row.name))
  else notify((row.off ? texts.savedOff : texts.savedApplied)(row.name))
}

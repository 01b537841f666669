/** What can be done with a modifier from the list, said afterwards, and taken back where something would be lost. */
import type { ModifierRow } from '../../../app/contract/modifiers.ts'
import {
  addModifier,
  arrangedOf,
  arrangeModifiers,
  arrangement,
  changeModifier,
  modifiersNow,
  removeModifier,
  renameModifier,
  sourceOf,
  type Arranged,
} from '../../store/modifiers.ts'
import { notify, savedCause, takeBack } from '../../store/notices.ts'
import { modifiers } from '../../texts/modifiers.ts'
import { useOpened } from '../../store/opened.ts'
import { files, openModifier } from './open-files.ts'
import { moved, placed } from './list/order.ts'
import { want } from './list/wanted.ts'

const texts = modifiers.list

/** The next thing that goes wrong takes its place. */
const complain = (message: string): void => notify(message, 'problem', { cause: 'modifiers' })

/** Makes one of a source, opens it and goes into it. */
export async function addOne(name: string, source: string, like?: Omit<Arranged, 'id' | 'off'>): Promise<void> {
  const made = await addModifier(name, source)
  if (!made.ok) {
    complain(made.fault.message)
    return
  }
  const { id } = made.value
  if (like) await changeModifier(id, { match: like.match, recode: like.recode })
  openModifier(id, 'focus')
}

export async function duplicate(row: ModifierRow): Promise<void> {
  const open = files.get(row.id)?.state.doc.toString()
  const read = open === undefined ? await sourceOf(row.id) : undefined
  if (read && !read.ok) complain(read.fault.message)
  else await addOne(row.name, open ?? read?.value.source ?? '', row)
}

export async function toggle({ id, off, status }: ModifierRow): Promise<void> {
  // One that switched itself off is on in the list: only off and on again begins anew.
  const fault =
    status === 'killed' && !off
      ? ((await changeModifier(id, { off: true })) ?? (await changeModifier(id, { off: false })))
      : await changeModifier(id, { off: !off })
  // What saving has said of it, on or off, does not hold any more.
  if (fault) complain(fault.message)
  else takeBack(savedCause(id))
}

/** To the place `to` among those that can be moved; gives the place it has now, from 0, and of how many. */
export async function move(id: string, to: number): Promise<{ place: number; of: number } | undefined> {
  const rows = arrangement(modifiersNow())
  const next = moved(rows, id, to)
  if (next === rows) return undefined
  const fault = await arrangeModifiers(next)
  if (fault) complain(fault.message)
  return fault ? undefined : { place: next.findIndex((row) => row.id === id), of: next.length }
}

/** Gives its id afterwards, or what is wrong with the name; a sentence. */
export async function rename(row: ModifierRow, name: string): Promise<{ id: string } | { problem: string }> {
  if (name.trim() === row.name) return { id: row.id }
  // The list may tell of the new name before the answer comes.
  const release = files.renaming(row.id)
  const renamed = await renameModifier(row.id, name.trim())
  release()
  if (!renamed.ok) return { problem: renamed.fault.message }
  const { id } = renamed.value
  const told = modifiersNow()?.rows.find((each) => each.id === id)
  files.renamed(row.id, id, told?.name ?? name.trim())
  if (useOpened.getState().id === row.id) openModifier(id)
  return { id }
}

/** At once, with the way back. What was written and not saved comes back, too. `next`: has the focus then. */
export async function remove(row: ModifierRow, next: string | undefined): Promise<void> {
  const rows = arrangement(modifiersNow())
  const place = rows.findIndex(({ id }) => id === row.id)
  const draft = files.draftOf(row.id)
  const wasOpen = useOpened.getState().id === row.id
  const removed = await removeModifier(row.id)
  if (!removed.ok) {
    complain(removed.fault.message)
    return
  }
  files.forget(row.id)
  if (next !== undefined) want(next, 'open')
  const undo = async (): Promise<void> => {
    const back = await addModifier(removed.value.name, removed.value.source, row.off)
    if (!back.ok) {
      complain(texts.notBack(row.name, back.fault.message))
      return
    }
    const { id } = back.value
    const others = arrangement(modifiersNow()).filter((other) => other.id !== id)
    await arrangeModifiers(placed(others, { ...arrangedOf(row), id }, place))
    await files.open({ id, name: removed.value.name, changedAt: undefined }, draft)
    if (wasOpen) openModifier(id)
    // The button that was pressed is gone with its message.
    want(id, 'open')
  }
  const said = row.kept ? texts.removed(row.name) : texts.takenOff(row.name)
  notify(said, 'info', { act: { name: texts.undo, run: () => void undo() } })
}

/** Every change of the panel goes through here, so that each can be taken back. */
import { create } from 'zustand'
import type { CallFault } from '../../../../app/contract/wire.ts'
import { changeSettings, settingsNow } from '../../../store/settings.ts'
import { settings as texts } from '../../../texts/settings.ts'
import { entryOf, stillHolds, type Entry, type Patch } from './patch.ts'

/** What is said after a change; another `id` for each, so that the same words are said again. */
export type Said = { id: number; sentence: string; keys: readonly string[]; canUndo: boolean; problem: boolean }

type History = { entries: readonly Entry[]; said: Said | undefined }

const most = 100

export const useHistory = create<History>(() => ({ entries: [], said: undefined }))

let lastId = 0

function say(sentence: string, keys: readonly string[], { canUndo = false, problem = false } = {}): void {
  useHistory.setState({ said: { id: ++lastId, sentence, keys, canUndo, problem } })
}

export const closeSaid = (): void => useHistory.setState({ said: undefined })

/** Changes and undos take effect one after the other, in the order in which they were asked for. */
let turn: Promise<unknown> = Promise.resolve()

function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const mine = turn.then(act)
  turn = mine.catch(() => undefined)
  return mine
}

/** Changes settings; `label` says what, for the message and the undo. Gives what was wrong, as changeSettings does. */
export const change = (patch: Patch, label: string): Promise<CallFault | undefined> =>
  inTurn(() => changeNow(patch, label))

async function changeNow(patch: Patch, label: string): Promise<CallFault | undefined> {
  const before = settingsNow()
  const fault = await changeSettings(patch)
  if (fault) return fault
  const after = settingsNow()
  const keys = Object.keys(patch)
  const entry = before && after && entryOf(label, keys, before.values, after.values)
  if (entry) useHistory.setState(({ entries }) => ({ entries: [...entries, entry].slice(-most) }))
  say(label, keys, { canUndo: entry !== undefined })
  return undefined
}

/** The same for a control that has no place of its own for a mistake: it is said in the message. */
export async function changeAtOnce(patch: Patch, label: string): Promise<void> {
  const fault = await change(patch, label)
  if (fault) say(texts.notChanged(label, fault.message), Object.keys(patch), { problem: true })
}

/** Takes the last change back, also one that is still on its way. Says so, or why not. */
export const undo = (): Promise<void> => inTurn(undoNow)

async function undoNow(): Promise<void> {
  const { entries } = useHistory.getState()
  const entry = entries.at(-1)
  const now = settingsNow()
  if (!entry || !now) return
  const keys = Object.keys(entry.before)
  useHistory.setState({ entries: entries.slice(0, -1) })
  if (!stillHolds(entry, now.values)) {
    say(texts.notUndone(entry.label), keys, { problem: true })
    return
  }
  const fault = await changeSettings(entry.before)
  if (!fault) {
    say(texts.undone(entry.label), keys)
    return
  }
  // It may succeed later: when the connection is back, or the file is there again.
  useHistory.setState(({ entries: left }) => ({ entries: [...left, entry] }))
  say(texts.undoFailed(entry.label, fault.message), keys, { problem: true })
}

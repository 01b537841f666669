/** Which modifier is open, and where in it the user is sent. It is open again after a reload. */
import { create } from 'zustand'
import { remember, remembered, whileOpen } from './remembered.ts'

/** A place to be shown and focused; another object each time. */
export type Jump = { line: number; column: number | undefined } | 'focus'
type Opened = { id: string | undefined; jump: Jump | undefined }

const name = 'modifier'

export const useOpened = create<Opened>(() => ({
  id: remembered(name, (value) => (typeof value === 'string' ? value : undefined), whileOpen),
  jump: undefined,
}))

useOpened.subscribe(({ id }, before) => {
  if (id !== before.id) remember(name, id ?? null, whileOpen)
})

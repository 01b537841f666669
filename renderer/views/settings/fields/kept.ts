/** What is being written in the settings, kept while the window lives: going to the flows and back loses nothing. */
import { create } from 'zustand'

const useKept = create<{ drafts: Readonly<Record<string, unknown>> }>(() => ({ drafts: {} }))

type Update<T> = (now: T | undefined) => T | undefined
type Change<T> = (next: T | undefined | Update<T>) => void

/** Like useState, under a name that nobody else uses for another kind of draft. Drafts are values, not functions. */
export function useKeptDraft<T extends object | string>(name: string): [draft: T | undefined, change: Change<T>] {
  // Whoever has the name has put it there.
  const draft = useKept(({ drafts }) => drafts[name] as T | undefined)
  const change: Change<T> = (next) =>
    useKept.setState(({ drafts }) => {
      const now = drafts[name] as T | undefined
      return { drafts: { ...drafts, [name]: typeof next === 'function' ? (next as Update<T>)(now) : next } }
    })
  return [draft, change]
}

/** What is to have the focus in the list, once it is drawn with that line. */
import { create } from 'zustand'

/** `act`: which control of the line. */
export type Wanted = { line: string; act: string }

export const useWanted = create<{ wanted: Wanted | undefined }>(() => ({ wanted: undefined }))

export const want = (line: string, act: string): void => useWanted.setState({ wanted: { line, act } })

export const wantNothing = (): void => useWanted.setState({ wanted: undefined })

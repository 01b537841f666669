/** Whose search the keys open while the focus is beside what is shown, on its tab. */
import { createContext, useContext, useEffect, useRef } from 'react'

/** Opens the search of what is shown; undefined: it has none. */
export type FindHere = { current: (() => void) | undefined }

/** Undefined: what is shown in here is a part of what has the search. */
export const FindHereContext = createContext<FindHere | undefined>(undefined)

/** As long as this is shown, and `open` is there. */
export function useFindHere(open: (() => void) | undefined): void {
  const here = useContext(FindHereContext)
  const latest = useRef(open)
  useEffect(() => {
    latest.current = open
  })
  const isThere = open !== undefined
  useEffect(() => {
    if (!here || !isThere) return
    const mine = (): void => latest.current?.()
    here.current = mine
    return () => {
      if (here.current === mine) here.current = undefined
    }
  }, [here, isThere])
}

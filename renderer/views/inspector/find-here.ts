/** Whose search the keys open while the focus is anywhere beside it: on its tab, or in what surrounds it. */
import { createContext, useContext, useEffect, useRef } from 'react'

export class FindHere {
  #open: (() => void) | undefined

  /** Returns how to leave. */
  take(open: () => void): () => void {
    this.#open = open
    return () => {
      if (this.#open === open) this.#open = undefined
    }
  }

  /** False: what is shown has no search. */
  open(): boolean {
    this.#open?.()
    return this.#open !== undefined
  }
}

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
  useEffect(() => (isThere ? here?.take(() => latest.current?.()) : undefined), [here, isThere])
}

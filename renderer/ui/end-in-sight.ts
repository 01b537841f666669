import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import { watchView } from './watch-view.ts'

type List = {
  /** How many there are. */
  rows: number
  /** In pixels. */
  rowHeight: number
  /** More may come. */
  live: boolean
  /** Something in it is looked at, so that it is not to move. */
  held: boolean
  /** Told of each change of the view; always the same function. */
  look: (box: HTMLElement, atEnd: boolean) => void
}

/** Keeps the end of a list in sight while more comes, for as long as its user is there. */
export function useEndInSight(box: RefObject<HTMLElement | null>, { rows, rowHeight, live, held, look }: List): void {
  const follows = useRef(live)
  const moves = useRef(live && !held)
  useEffect(() => {
    moves.current = live && !held
  })
  useEffect(() => {
    const element = box.current
    if (!element) return
    let height = 0
    return watchView(element, () => {
      const { clientHeight, scrollHeight } = element
      // What has come above or below the list has taken of its height: nobody has scrolled away.
      if (clientHeight < height && follows.current && moves.current) element.scrollTo({ top: scrollHeight })
      height = clientHeight
      const { scrollTop } = element
      follows.current = scrollTop + clientHeight > scrollHeight - rowHeight
      look(element, follows.current)
    })
  }, [box, rowHeight, look])
  // With the rows themselves: a look in between would see that the end is elsewhere, and take it for its user's doing.
  useLayoutEffect(() => {
    const element = box.current
    if (element && live && follows.current && !held) element.scrollTo({ top: element.scrollHeight })
  }, [box, rows, live, held])
}

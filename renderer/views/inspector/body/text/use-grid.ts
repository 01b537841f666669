import { useLayoutEffect, useState, type RefObject } from 'react'

/** As the style sheet has it: letters in the probe, and pixels beside the text. */
const probed = 64
const beside = 72

/** `columns`: letters side by side; 0 before it is known. */
type Grid = { height: number; columns: number }

/**
 * How many rows and columns of letters there is room for; anew when the room, or the font that is loaded, changes.
 * `probe`: an element as wide as 64 letters.
 */
export function useGrid(box: RefObject<HTMLElement | null>, probe: RefObject<HTMLElement | null>): Grid {
  const [size, setSize] = useState<Grid>({ height: 0, columns: 0 })
  useLayoutEffect(() => {
    const look = (): void => {
      const letter = (probe.current?.getBoundingClientRect().width ?? 0) / probed
      const { clientWidth = 0, clientHeight = 0 } = box.current ?? {}
      if (letter === 0) return
      const columns = Math.max(8, Math.floor((clientWidth - beside) / letter))
      setSize((before) =>
        before.columns === columns && before.height === clientHeight ? before : { height: clientHeight, columns },
      )
    }
    look()
    const watch = new ResizeObserver(look)
    if (box.current) watch.observe(box.current)
    if (probe.current) watch.observe(probe.current)
    return () => watch.disconnect()
  }, [box, probe])
  return size
}

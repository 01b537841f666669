/** Where the list stands: at its end it goes along with what arrives, everywhere else it stands still. */
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { listOrder, useListRevision, useShown } from '../../store/list/list.ts'
import { atEnd, endOf, scrollToRow, shiftOf, type View } from './rows/window.ts'

export const rowPx = 26
export const headerPx = 30

type Scrolling = {
  /** The ref of the element that scrolls. */
  attach: (element: HTMLElement | null) => (() => void) | undefined
  view: View
  /** Of the space for the columns. */
  width: number
  /** Brings a row into sight. */
  reveal: (index: number) => void
  /** Rows that are wholly in sight. */
  page: number
}

type Anchor = { id: number; index: number } | undefined

export function useScrolling(): Scrolling {
  const revision = useListRevision()
  const byArrival = useShown(({ sorting }) => sorting.by === undefined)
  const element = useRef<HTMLElement>(null)
  const sticks = useRef(true)
  const anchor = useRef<Anchor>(undefined)
  const [place, setPlace] = useState({ scrollTop: 0, height: 0, width: Infinity, sticking: true })
  const { height, width } = place
  const list = { height, count: listOrder.ids.length, row: rowPx }
  // Where it will stand at once: else the rows would be drawn and laid out twice for every frame that brings some.
  const view: View = { ...list, scrollTop: byArrival && place.sticking ? endOf(list) : place.scrollTop }

  const attach = useCallback((scroller: HTMLElement | null) => {
    element.current = scroller
    if (!scroller) return
    const read = (): void => {
      const { scrollTop, clientHeight, clientWidth: width } = scroller
      const height = Math.max(0, clientHeight - headerPx)
      const now: View = { scrollTop, height, count: listOrder.ids.length, row: rowPx }
      const sticking = atEnd(now)
      sticks.current = sticking
      const index = Math.max(0, Math.floor(scrollTop / rowPx))
      const id = listOrder.ids[index]
      anchor.current = id === undefined ? undefined : { id, index }
      setPlace((before) =>
        before.scrollTop === scrollTop &&
        before.height === height &&
        before.width === width &&
        before.sticking === sticking
          ? before
          : { scrollTop, height, width, sticking },
      )
    }
    const resized = new ResizeObserver(() => {
      if (sticks.current) scroller.scrollTop = scroller.scrollHeight
      read()
    })
    resized.observe(scroller)
    scroller.addEventListener('scroll', read, { passive: true })
    return () => {
      resized.disconnect()
      scroller.removeEventListener('scroll', read)
    }
  }, [])

  // Before anything is painted, so that nothing jumps.
  useLayoutEffect(() => {
    const scroller = element.current
    if (!scroller) return
    if (byArrival && sticks.current) scroller.scrollTop = scroller.scrollHeight
    else if (byArrival && anchor.current) {
      // Flows that go at the beginning of the list would move all the others under the eye.
      const { id, index } = anchor.current
      const to = listOrder.indexOf(id)
      if (to >= 0 && to !== index) {
        const count = listOrder.ids.length
        scroller.scrollTop += shiftOf({ scrollTop: 0, height: scroller.clientHeight, count, row: rowPx }, index, to)
        anchor.current = { id, index: to }
      }
    }
  }, [revision, byArrival])

  const reveal = useCallback((index: number) => {
    const scroller = element.current
    if (!scroller) return
    const height = scroller.clientHeight - headerPx
    const count = listOrder.ids.length
    scroller.scrollTop = scrollToRow({ scrollTop: scroller.scrollTop, height, count, row: rowPx }, index)
  }, [])

  return { attach, view, width, reveal, page: Math.max(1, Math.floor(height / rowPx) - 1) }
}

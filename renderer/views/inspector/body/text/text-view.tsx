/** Text of any size: the rows in sight are there, the scroll bar covers all of it, and any place is as near as the next. */
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import { inspector } from '../../../../texts/inspector.ts'
import type { Places } from '../../reading/text-places.ts'
import bodyStyles from '../body.module.css'
import { Finder } from '../find/finder.ts'
import { never, type GiveFinder } from '../find/find-bar.tsx'
import { searchPages, type PageMatch } from '../find/in-pages.ts'
import { LineNumbers } from '../pages/line-numbers.ts'
import type { ReadBytes } from '../pages/body-bytes.ts'
import { TextPages } from '../pages/text-pages.ts'
import { copyRows } from './copy-rows.ts'
import { drawnHeightOf, fromBar, isExact, lastTop, toBar } from './scroll.ts'
import { TextLayout, textTop, type TextPlace } from './text-layout.ts'
import { TextRows } from './text-rows.tsx'
import styles from './text.module.css'
import { useGrid } from './use-grid.ts'

/** As the style sheet has it. */
const rowHeight = 18
/** Rows drawn beyond what is seen, so that scrolling shows no gap. */
const margin = 20

/** Bytes behind the place where a page would begin, in which the beginning of a line is looked for. */
export const textReach = 4096

type Props = { places: Places; read: ReadBytes; give: GiveFinder }

export function TextView({ places, read, give }: Props) {
  const [pages] = useState(() => new TextPages(places, read))
  const [layout] = useState(() => new TextLayout(pages))
  useSyncExternalStore(pages.subscribe, () => pages.version)
  useEffect(() => () => pages.close(), [pages])
  const numbers = useLineNumbers(places, read)
  const [place, setPlace] = useState<TextPlace>(textTop)
  const box = useRef<HTMLDivElement>(null)
  const probe = useRef<HTMLSpanElement>(null)
  const { height, columns } = useGrid(box, probe)

  if (columns > 0) layout.update(columns)
  const scrolled = { rows: layout.rows, rowHeight, height }
  const most = lastTop(scrolled)
  const wanted = place.kind === 'end' ? most : layout.rowOf(place) * rowHeight + place.below
  const top = Math.max(0, Math.min(wanted, most))
  const bar = toBar(top, scrolled)
  const first = Math.max(0, Math.floor(top / rowHeight) - margin)
  const last = Math.min(layout.rows, Math.ceil((top + height) / rowHeight) + margin)

  const from = layout.find(first).page
  const to = layout.find(Math.max(first, last - 1)).page
  useEffect(() => pages.want(from - 1, to + 1), [pages, from, to])

  /** What the scroll bar is known to be at: a change by somebody else is the user's. */
  const known = useRef(0)
  const seen = useRef({ top, height })
  useLayoutEffect(() => {
    seen.current = { top, height }
    if (!box.current || Math.abs(bar - known.current) < 0.5) return
    // By the difference, so that a scrolling that is under way goes on.
    box.current.scrollTop += bar - known.current
    known.current = box.current.scrollTop
  })

  const goTo = (pixels: number): void => {
    const within = Math.max(0, Math.min(pixels, most))
    const row = Math.floor(within / rowHeight)
    setPlace(within >= most && most > 0 ? { kind: 'end' } : layout.placeOf(row, within - row * rowHeight))
  }

  const onScroll = (scrollTop: number): void => {
    if (Math.abs(scrollTop - known.current) < 0.5) return
    known.current = scrollTop
    goTo(scrollTop >= drawnHeightOf(scrolled) - height - 1 ? most : fromBar(scrollTop, scrolled))
  }

  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.shiftKey) return
    const page = Math.max(rowHeight, height - 2 * rowHeight)
    const by = { ArrowUp: -rowHeight, ArrowDown: rowHeight, PageUp: -page, PageDown: page }[event.key]
    if (event.key === 'Home') setPlace(textTop)
    else if (event.key === 'End') setPlace({ kind: 'end' })
    else if (by !== undefined && !event.ctrlKey && !event.metaKey) goTo(top + by)
    else return
    event.preventDefault()
  }

  // Where a pixel of the bar is many of the text, the wheel moves the text.
  const coarse = !isExact(scrolled)
  const turn = useRef(goTo)
  useLayoutEffect(() => {
    turn.current = goTo
  })
  useEffect(() => {
    const element = box.current
    if (!element || !coarse) return
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey) return
      event.preventDefault()
      turn.current(seen.current.top + event.deltaY * (event.deltaMode === 1 ? rowHeight : 1))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [box, coarse])

  const [finder, setFinder] = useState<Finder<PageMatch>>()
  useSyncExternalStore(finder?.subscribe ?? never, () => finder?.found)
  useEffect(() => {
    const rowOf = ({ page, at }: PageMatch): number => layout.rowOf({ kind: 'row', page, at, part: 0, below: 0 })
    const made = new Finder<PageMatch>({
      search: (query, signal) => searchPages(places, read, query, signal),
      isBefore: (match) => rowOf(match) < Math.floor(seen.current.top / rowHeight),
      show(match) {
        const row = rowOf(match) * rowHeight
        const isSeen = row >= seen.current.top && row + 2 * rowHeight <= seen.current.top + seen.current.height
        if (isSeen && layout.starts(match.page)) return
        const below = -Math.round(seen.current.height / 3)
        setPlace({ kind: 'row', page: match.page, at: match.at, part: 0, below })
      },
    })
    setFinder(made)
    return give(made)
  }, [places, read, layout, give])

  return (
    <>
      {pages.fault !== undefined && (
        <p className={bodyStyles['warning']}>{`${inspector.body.notLoaded} ${pages.fault}`}</p>
      )}
      <div
        ref={box}
        className={styles['box']}
        tabIndex={0}
        role="region"
        aria-label={inspector.body.region}
        onScroll={({ currentTarget }) => onScroll(currentTarget.scrollTop)}
        onKeyDown={press}
        onCopy={copyRows}
      >
        <span ref={probe} className={styles['probe']} aria-hidden />
        <div style={{ height: drawnHeightOf(scrolled) }} />
        <pre style={{ top: bar - (top - first * rowHeight) }}>
          <TextRows pages={pages} layout={layout} numbers={numbers} finder={finder} first={first} last={last} />
        </pre>
      </div>
    </>
  )
}

/** Undefined before the counting has begun. */
function useLineNumbers(places: Places, read: ReadBytes): LineNumbers | undefined {
  const [{ numbers }, setCounted] = useState<{ numbers: LineNumbers | undefined }>({ numbers: undefined })
  useEffect(() => {
    const made = new LineNumbers(places, read, () => setCounted({ numbers: made }))
    return () => made.close()
  }, [places, read])
  return numbers
}

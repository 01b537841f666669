/** Any body as bytes; only the rows in sight exist, and only the pages around them are loaded. */
import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { inspector } from '../../../texts/inspector.ts'
import { watchView } from '../../../ui/watch-view.ts'
import { drawnHeight, hexRow, rowBytes, rowCount, rowsSeen } from '../reading/hex-rows.ts'
import { never, type GiveFinder } from './find/find-bar.tsx'
import { Finder } from './find/finder.ts'
import { searchBytes, type BytesMatch } from './find/in-bytes.ts'
import { bytesOf, pageLength, readPage, type Body } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { PageWindow } from './pages/page-window.ts'
import { fromBar, toBar } from './text/scroll.ts'

/** As the style sheet has it. */
const rowHeight = 18

export function HexView({ body, give }: { body: Body; give: GiveFinder }) {
  const { id, side, decoded, total } = body
  const [pages] = useState(
    () => new PageWindow(pageLength, body.first, (offset, signal) => readPage(body, offset, signal)),
  )
  useSyncExternalStore(pages.subscribe, () => pages.version)
  useEffect(() => () => pages.close(), [pages])
  const [{ scrollTop, height }, setPort] = useState({ scrollTop: 0, height: 0 })
  const box = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = (): void => setPort({ scrollTop: element.scrollTop, height: element.clientHeight })
    return watchView(element, look)
  }, [])

  const rows = rowCount(total)
  const { first, last, top } = rowsSeen({ scrollTop, height, rowHeight, rows })
  const from = Math.floor((first * rowBytes) / pageLength)
  const to = Math.floor((Math.max(first, last - 1) * rowBytes) / pageLength)
  useEffect(() => {
    pages.want(from, to)
  }, [pages, from, to])

  const [finder, setFinder] = useState<Finder<BytesMatch>>()
  useSyncExternalStore(finder?.subscribe ?? never, () => finder?.found)
  useEffect(() => {
    const read = bytesOf({ id, side, decoded })
    const port = () => {
      const { scrollTop: bar = 0, clientHeight = 0 } = box.current ?? {}
      const scrolled = { rows, rowHeight, height: clientHeight }
      return { scrolled, seen: fromBar(bar, scrolled) }
    }
    const topOf = (offset: number): number => Math.floor(offset / rowBytes) * rowHeight
    const made = new Finder<BytesMatch>({
      search: (query, signal) => searchBytes(total, read, query, signal),
      isBefore: (match) => topOf(match.from) < port().seen - rowHeight,
      show(match) {
        const { scrolled, seen } = port()
        const at = topOf(match.from)
        if (!box.current || (at >= seen && at + 2 * rowHeight <= seen + scrolled.height)) return
        box.current.scrollTop = toBar(at - scrolled.height / 3, scrolled)
      },
    })
    setFinder(made)
    return give(made)
  }, [id, side, decoded, total, rows, give])
  const marks = finder ? marksBetween(finder, first * rowBytes, last * rowBytes) : []

  const { fault } = pages
  return (
    <>
      {fault !== undefined && <p className={styles['warning']}>{`${inspector.body.notLoaded} ${fault}`}</p>}
      <div ref={box} className={styles['hex']} tabIndex={0} role="region" aria-label={inspector.body.region}>
        <div style={{ height: drawnHeight(rows, rowHeight) }} />
        <pre style={{ top }}>
          {Array.from({ length: last - first }, (_, index) => (
            <Row key={first + index} row={first + index} pages={pages} total={total} marks={marks} />
          ))}
        </pre>
      </div>
    </>
  )
}

type Mark = BytesMatch & { current: boolean }

function marksBetween({ matches, current }: Finder<BytesMatch>, from: number, to: number): Mark[] {
  return matches
    .filter((match) => match.to > from && match.from < to)
    .map((match) => ({ ...match, current: match === current }))
}

type RowProps = { row: number; pages: PageWindow; total: number; marks: readonly Mark[] }

function Row({ row, pages, total, marks }: RowProps) {
  const at = row * rowBytes
  const { offset, hex, ascii } = hexRow(pages.bytes(at, rowBytes), at, total)
  const own = marks.flatMap(({ from, to, current }) =>
    to > at && from < at + rowBytes ? [{ from: Math.max(0, from - at), to: Math.min(rowBytes, to - at), current }] : [],
  )
  return (
    <div>
      <i>{offset}</i> {marked(hex.padEnd(rowBytes * 3), own, hexPlace)} <b>{marked(ascii, own, (byte) => byte)}</b>
    </div>
  )
}

/** Where the digits of a byte begin; there is a gap in the middle. */
const hexPlace = (byte: number): number => byte * 3 + (byte >= 8 ? 1 : 0)

function marked(text: string, marks: readonly Mark[], placeOf: (byte: number) => number): ReactNode {
  if (marks.length === 0) return text
  const parts: ReactNode[] = []
  let done = 0
  for (const { from, to, current } of marks) {
    const begin = placeOf(from)
    const end = placeOf(to - 1) + (placeOf === hexPlace ? 2 : 1)
    parts.push(text.slice(done, begin))
    parts.push(
      <mark key={begin} className={current ? styles['current'] : undefined}>
        {text.slice(begin, end)}
      </mark>,
    )
    done = end
  }
  parts.push(text.slice(done))
  return parts
}

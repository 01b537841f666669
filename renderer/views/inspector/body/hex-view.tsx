/** Any body as bytes; only the rows in sight exist, and only the pages around them are loaded. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { inspector } from '../../../texts/inspector.ts'
import { drawnHeight, hexRow, rowBytes, rowCount, rowsSeen } from '../reading/hex-rows.ts'
import { pageLength, readPage, type Body } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { PageWindow } from './pages/page-window.ts'

/** As the style sheet has it. */
const rowHeight = 18

export function HexView({ body }: { body: Body }) {
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
    const watch = new ResizeObserver(look)
    watch.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      watch.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])

  const rows = rowCount(body.total)
  const { first, last, top } = rowsSeen({ scrollTop, height, rowHeight, rows })
  const from = Math.floor((first * rowBytes) / pageLength)
  const to = Math.floor((Math.max(first, last - 1) * rowBytes) / pageLength)
  useEffect(() => {
    pages.want(from, to)
  }, [pages, from, to])
  const { fault } = pages
  return (
    <>
      {fault !== undefined && <p className={styles['warning']}>{`${inspector.body.notLoaded} ${fault}`}</p>}
      <div ref={box} className={styles['hex']} tabIndex={0} role="region" aria-label={inspector.body.region}>
        <div style={{ height: drawnHeight(rows, rowHeight) }} />
        <pre style={{ top }}>
          {Array.from({ length: last - first }, (_, index) => (
            <Row key={first + index} row={first + index} pages={pages} total={body.total} />
          ))}
        </pre>
      </div>
    </>
  )
}

function Row({ row, pages, total }: { row: number; pages: PageWindow; total: number }) {
  const at = row * rowBytes
  const { offset, hex, ascii } = hexRow(pages.bytes(at, rowBytes), at, total)
  return (
    <div>
      <i>{offset}</i> {hex.padEnd(rowBytes * 3)} <b>{ascii}</b>
    </div>
  )
}

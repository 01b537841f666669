/** The rows in sight, with the numbers of the lines that begin in them, and what was found. */
import type { ReactNode } from 'react'
import { rowText } from '../../reading/row-starts.ts'
import { VisibleText } from '../../../../ui/visible/visible-text.tsx'
import type { Finder } from '../find/finder.ts'
import { marksIn, type Mark, type PageMatch } from '../find/in-pages.ts'
import type { LineNumbers } from '../pages/line-numbers.ts'
import type { TextPages } from '../pages/text-pages.ts'
import type { TextLayout } from './text-layout.ts'
import styles from './text.module.css'

type Props = {
  pages: TextPages
  layout: TextLayout
  numbers: LineNumbers | undefined
  finder: Finder<PageMatch> | undefined
  first: number
  /** Behind the last. */
  last: number
}

export function TextRows({ pages, layout, numbers, finder, first, last }: Props) {
  const rows: ReactNode[] = []
  for (let row = first; row < last;) {
    const { page: index, row: inPage } = layout.find(row)
    const end = Math.min(last, layout.before(index + 1))
    const page = pages.page(index)
    const starts = layout.starts(index)
    if (!page || !starts) {
      rows.push(<div key={row} style={{ height: (end - row) * rowHeight }} />)
      row = Math.max(row + 1, end)
      continue
    }
    const marks = finder ? marksIn(finder.matches, index, finder.current) : []
    const { text, startsLine, skipped } = page
    const before = index === 0 ? 0 : numbers?.before({ index, skipped })
    let line = (before ?? 0) + feedsIn(text, 0, starts[inPage] ?? 0)
    for (let at = inPage; row < end; at++, row++) {
      const start = starts[at] ?? text.length
      const next = starts[at + 1] ?? text.length
      const begins = start === 0 ? startsLine : text.charCodeAt(start - 1) === 10
      const number = begins && before !== undefined ? String(line + 1) : undefined
      // As long as nobody knows the number of a line, where its page begins is told instead.
      const offset = start === 0 && before === undefined ? `@${(index * pages.places.length).toString(16)}` : undefined
      const own = marks.filter(({ from, to }) => to > start && from < next)
      rows.push(
        <div key={row} className={styles['row']} data-line={number ?? offset} data-begins={begins || undefined}>
          <RowText text={rowText(text, starts, at)} start={start} marks={own} />
        </div>,
      )
      line += feedsIn(text, start, next)
    }
  }
  return rows
}

/** As the style sheet has it. */
const rowHeight = 18

function feedsIn(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

function RowText({ text, start, marks }: { text: string; start: number; marks: readonly Mark[] }) {
  if (marks.length === 0) return <VisibleText text={text} lines />
  const parts: ReactNode[] = []
  let done = 0
  for (const { from, to, current } of marks) {
    const begin = Math.max(0, from - start)
    const end = Math.min(text.length, to - start)
    if (begin > done) parts.push(<VisibleText key={done} text={text.slice(done, begin)} lines />)
    parts.push(
      <mark key={`m${begin}`} className={current ? styles['current'] : undefined}>
        <VisibleText text={text.slice(begin, end)} lines />
      </mark>,
    )
    done = end
  }
  if (done < text.length) parts.push(<VisibleText key={done} text={text.slice(done)} lines />)
  return parts
}

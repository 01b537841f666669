/** Searches what a reader shows, a part at a time. */
import type { FindSource } from '../find/finder.ts'
import { patternOf } from '../find/pattern.ts'
import type { Reader } from './code-editor.ts'

export type ReaderMatch = { from: number; to: number }

const part = 256 * 1024

/** `reader`: the one there is now. A query never matches across lines, so parts end where lines end. */
export const readerSource = (reader: () => Reader | undefined): FindSource<ReaderMatch> => ({
  async *search(query) {
    const pattern = patternOf(query)
    for (let from = 0; ;) {
      const shown = reader()
      if (!shown || from >= shown.length) return
      const to = shown.lineEnd(Math.min(shown.length, from + part))
      const text = shown.text(from, to)
      const begin = from
      yield Array.from(text.matchAll(pattern), ({ index, 0: { length } }) => ({
        from: begin + index,
        to: begin + index + length,
      }))
      from = to + 1
      // Between two parts the page may do something else.
      await new Promise((resolve) => setTimeout(resolve))
    }
  },
  isBefore: ({ from }) => from < (reader()?.top ?? 0),
  show: ({ from, to }) => reader()?.show(from, to),
})

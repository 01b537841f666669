/** What modifiers have said by `log`, for their console panes: the last lines of each, bounded. */
import type { LogEntry } from '../../../main/index.ts'
import type { Output } from '../../contract/contract.ts'
import type { ModifierLogEntry } from '../../contract/modifiers.ts'

/** Of one modifier. */
const mostLines = 2000
const mostLetters = 512 * 1024
const longestLine = 16 * 1024

type Lines = { entries: ModifierLogEntry[]; letters: number; position: number; dropped: number }

export class LogLines {
  readonly #files = new Map<string, Lines>()

  add({ file, flow, at, text }: LogEntry): void {
    const lines = this.#of(file)
    const shown = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text
    lines.entries.push({ position: ++lines.position, at, flow, text: shown })
    lines.letters += shown.length
    // A queue that gives up a tenth at once: giving up one by one would move all the others each time.
    if (lines.entries.length > mostLines) this.#drop(lines, mostLines / 10)
    while (lines.letters > mostLetters) this.#drop(lines, Math.ceil(lines.entries.length / 10))
  }

  /** Those behind a position; the position of the last line is what to ask with next. */
  after(file: string, position: number): Output<'modifiers.log'> {
    const { entries, position: last, dropped } = this.#files.get(file) ?? nothing
    // A position that has never been is from before the lines began anew.
    const fresh = position > last ? entries.length : Math.min(entries.length, last - position)
    return { entries: entries.slice(entries.length - fresh), position: last, dropped }
  }

  /** It has another name now. */
  rename(file: string, next: string): void {
    const lines = this.#files.get(file)
    if (!lines) return
    this.#files.delete(file)
    this.#files.set(next, lines)
  }

  /** Those that are not in the list any more have no pane. */
  keep(files: ReadonlySet<string>): void {
    for (const file of this.#files.keys()) if (!files.has(file)) this.#files.delete(file)
  }

  #of(file: string): Lines {
    const found = this.#files.get(file)
    if (found) return found
    const made = { entries: [], letters: 0, position: 0, dropped: 0 }
    this.#files.set(file, made)
    return made
  }

  #drop(lines: Lines, count: number): void {
    const gone = lines.entries.splice(0, count)
    lines.dropped += gone.length
    lines.letters -= gone.reduce((sum, { text }) => sum + text.length, 0)
  }
}

const nothing: Lines = { entries: [], letters: 0, position: 0, dropped: 0 }

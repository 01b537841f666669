/** Searching the panel: every word has to be somewhere in a row. */
import { flagOf } from '../../../../app/contract/options.ts'
import { settings as texts } from '../../../texts/settings.ts'
import type { Row } from './table.ts'

/** Words to look for, in lower case. */
export const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)

/** Title, help, key, flag, section, examples and the words of choices. */
export function matches(row: Row, words: readonly string[]): boolean {
  const { key, text, help, option } = row
  const all = [text.title, help, option.help, key, flagOf(key), texts.sections[text.section]]
  all.push(...(text.examples ?? []), ...Object.values(text.choices ?? {}))
  const hay = all.join('\n').toLowerCase()
  return words.every((word) => hay.includes(word))
}

/** A text in pieces, those that were looked for marked. Longer words win where two overlap. */
export function marked(text: string, words: readonly string[]): { piece: string; hit: boolean }[] {
  const lower = text.toLowerCase()
  // A few letters change their length in lower case; marking them at the wrong place is worse than not at all.
  if (words.length === 0 || lower.length !== text.length) return [{ piece: text, hit: false }]
  const hits = new Array<boolean>(text.length).fill(false)
  for (const word of words) {
    for (let at = lower.indexOf(word); at !== -1; at = lower.indexOf(word, at + 1))
      hits.fill(true, at, at + word.length)
  }
  const pieces: { piece: string; hit: boolean }[] = []
  for (let from = 0; from < text.length;) {
    const hit = hits[from] ?? false
    let to = from + 1
    while (to < text.length && hits[to] === hit) to++
    pieces.push({ piece: text.slice(from, to), hit })
    from = to
  }
  return pieces
}

import { marked } from './search.ts'

/** A text with the words looked for marked. */
export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  return marked(text, words).map(({ piece, hit }, index) => (hit ? <mark key={index}>{piece}</mark> : piece))
}

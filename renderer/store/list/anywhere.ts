/** A word without a key: whether a row says it, wherever it says it. Made once per word, asked for every row. */
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import { flows as texts, states } from '../../texts/flows.ts'

export type Accepts = (row: FlowRow) => boolean

const modes: Record<NonNullable<FlowRow['mode']>, string> = {
  buffered: 'buffered',
  streamed: 'streamed',
  tunnelled: 'tunnelled',
}
/** The list's own words count from this many letters on: "d" alone should not be everything that is done. */
const leastLetters = 3
/** Of sentences that are told apart; there are few, unless somebody makes them up. */
const mostSentences = 1000

/** `value` in small letters. */
export function anywhere(value: string): Accepts {
  const inState = named(states, (state) => `${state} ${states[state]}`, value)
  const inMode = named(modes, (mode) => modes[mode], value)
  const isCrossover = begins(`crossover ${texts.crossed}`, value)
  const isIn = sentences(value)
  return (row) =>
    inState.has(row.state) ||
    (row.mode !== undefined && inMode.has(row.mode)) ||
    (isCrossover && row.mode === 'streamed' && row.crossoverAt !== undefined) ||
    row.method.toLowerCase() === value ||
    (row.type ?? '').includes(value) ||
    isIn(row.reason) ||
    isIn(row.error) ||
    String(row.status ?? '') === value ||
    row.url.toLowerCase().includes(value)
}

/** Those of which one of the words begins so. */
function named<K extends string>(all: Record<K, string>, wordsOf: (name: K) => string, value: string): ReadonlySet<K> {
  // Object.keys does not say whose keys they are.
  return new Set((Object.keys(all) as K[]).filter((name) => begins(wordsOf(name), value)))
}

const begins = (words: string, value: string): boolean =>
  value.length >= leastLetters && ` ${words.toLowerCase()}`.includes(` ${value}`)

/** Reasons and errors: the same few sentences for all rows, so each is looked at once. */
function sentences(value: string): (sentence: string | undefined) => boolean {
  const known = new Map<string, boolean>()
  return (sentence) => {
    if (sentence === undefined) return false
    const before = known.get(sentence)
    if (before !== undefined) return before
    const is = isSaid(sentence.toLowerCase(), value)
    if (known.size < mostSentences) known.set(sentence, is)
    return is
  }
}

/** "not larger than 3m" does not say "larger", and "no rule streams it" no "rule"; both are found with their "not". */
function isSaid(sentence: string, value: string): boolean {
  for (let at = sentence.indexOf(value); at >= 0; at = sentence.indexOf(value, at + 1)) {
    if (!/\bnot? $/.test(sentence.slice(0, at))) return true
  }
  return false
}

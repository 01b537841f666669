/**
 * JSON with line breaks and indents, token by token: numbers, escapes, duplicate keys and order stay exactly as they
 * came, which JSON.parse would lose, and a body that is cut or not JSON is laid out as far as it goes. Pure.
 */

/** Stands for the characters of a long value that are left out. */
export const cutMark = '…'

/**
 * A part of the laid-out text, in order; places count from the beginning of the whole. `cuts`: where a `cutMark` stands
 * for so many characters. `folds`: what is inside of brackets that have been closed, by where it begins.
 */
export type PrettyPiece = {
  text: string
  cuts: { at: number; left: number }[]
  folds: { from: number; to: number }[]
}

const token = /[ \t\r\n]+|[{}[\],:]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const indentUnit = '  '
const maxDepth = 100
/** Laid-out characters beyond which nothing is indented any more: 5 MiB of brackets would become gigabytes. */
const maxIndented = 32 * 1024 * 1024

/** Characters of a piece, and tokens between two chances to stop. */
const pieceLength = 32 * 1024
const slice = 2000

/** Of a long value: what is shown of its beginning and its end. */
const headLength = 256
const tailLength = 48

/**
 * From the first thing that is no JSON on, the rest is copied as it is. Values of more than `longest` characters are
 * shortened. Gives pieces, also empty ones, so that the caller may let the page breathe; returns what is wrong with it.
 */
export function* prettyJson(source: string, longest = Infinity): Generator<PrettyPiece, string | undefined> {
  let piece: PrettyPiece = { text: '', cuts: [], folds: [] }
  /** Before the piece. */
  let made = 0
  let line = ''
  const opened: number[] = []
  let depth = 0
  let before = '' // the token before, without white space
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0
  let count = 0
  const place = (): number => made + piece.text.length + line.length
  const taken = (): PrettyPiece => {
    const whole = piece
    made += whole.text.length
    piece = { text: '', cuts: [], folds: [] }
    return whole
  }
  const broken = (): void => {
    piece.text += `${line}\n`
    line = place() > maxIndented ? '' : indentUnit.repeat(Math.min(depth, maxDepth))
  }
  const add = (text: string): void => {
    if (text.length <= longest) {
      line += text
      return
    }
    const tail = tailOf(text)
    line += text.slice(0, headLength)
    piece.cuts.push({ at: place(), left: text.length - headLength - tail.length })
    line += cutMark + tail
  }
  while (at < source.length) {
    if (++count % slice === 0 || piece.text.length > pieceLength) yield taken()
    const found = tokenAt(source, at)
    if (found === undefined) {
      add(source.slice(at))
      piece.text += line
      line = ''
      yield taken()
      const rest = source.length - at > 20 ? `${source.slice(at, at + 20)}…` : source.slice(at)
      return `Not JSON from character ${at + 1} on: ${JSON.stringify(rest)}`
    }
    at += found.length
    if (found.charCodeAt(0) <= 0x20) continue
    if (found === '}' || found === ']') {
      depth = Math.max(0, depth - 1)
      const from = opened.pop()
      if (before !== '{' && before !== '[') {
        broken()
        if (from !== undefined) piece.folds.push({ from, to: place() })
      }
      line += found
    } else {
      if (before === '{' || before === '[' || before === ',') broken()
      // Values one after the other, as in NDJSON, each begin a line.
      else if (before !== '' && before !== ':' && found !== ',' && found !== ':') broken()
      add(found === ':' ? ': ' : found)
      if (found === '{' || found === '[') {
        depth++
        opened.push(place())
      }
    }
    before = found.length === 1 ? found : 'value'
  }
  piece.text += line
  line = ''
  yield taken()
  return depth > 0 ? 'The JSON ends before it is complete.' : undefined
}

/** Without quotes and escapes that began before it, or they would be taken for others. */
function tailOf(text: string): string {
  const tail = text.slice(-tailLength)
  return tail.slice(Math.max(tail.lastIndexOf('\\'), tail.lastIndexOf('"', tail.length - 2)) + 1)
}

function tokenAt(source: string, at: number): string | undefined {
  if (source.charCodeAt(at) === 0x22) return stringAt(source, at)
  token.lastIndex = at
  return token.exec(source)?.[0]
}

/** Characters after which a string is looked through by what a browser does faster than a loop. */
const usual = 200
const control = /[\x00-\x1f]/

/** By hand: a regular expression would overflow its stack on a string of some megabytes. */
function stringAt(source: string, from: number): string | undefined {
  for (let at = from + 1; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (code === 0x22) return source.slice(from, at + 1)
    if (code === 0x5c) at++
    else if (code < 0x20) return undefined
    else if (at - from > usual) return longStringAt(source, from, at + 1)
  }
  return undefined
}

/** The same from `at` on, which no escape reaches into. */
function longStringAt(source: string, from: number, at: number): string | undefined {
  for (let next = at; ;) {
    const quote = source.indexOf('"', next)
    if (quote === -1) return undefined
    // How many backslashes are right before it tells whether it is escaped.
    let slashes = quote
    while (slashes > at && source.charCodeAt(slashes - 1) === 0x5c) slashes--
    next = quote + 1
    if ((quote - slashes) % 2 === 1) continue
    const found = source.slice(from, next)
    return control.test(found) ? undefined : found
  }
}

/** At most so long at a time, so that what moves goes on moving. */
const turnMs = 8

/**
 * Lays it out in turns, each of which gives what has been made in it to `take`. Resolves with what is wrong; throws the
 * signal's reason when it is aborted.
 */
export async function prettyJsonInTurns(
  source: string,
  longest: number,
  take: (piece: PrettyPiece) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const work = prettyJson(source, longest)
  for (;;) {
    signal.throwIfAborted()
    const began = performance.now()
    const made: PrettyPiece = { text: '', cuts: [], folds: [] }
    let step = work.next()
    for (; step.done !== true; step = work.next()) {
      made.text += step.value.text
      made.cuts.push(...step.value.cuts)
      made.folds.push(...step.value.folds)
      if (performance.now() - began >= turnMs) break
    }
    if (made.text !== '') take(made)
    if (step.done === true) return step.value
    await new Promise((resolve) => setTimeout(resolve))
  }
}

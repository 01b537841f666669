/**
 * JSON with line breaks and indents, token by token: numbers, escapes, duplicate keys and order stay exactly as they
 * came, which JSON.parse would lose, and a body that is cut or not JSON is laid out as far as it goes.
 */
/** `longest`: characters of the longest token, usually a string. */
export type Pretty = { text: string; problem: string | undefined; longest: number }

const token = /[ \t\r\n]+|[{}[\],:]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const indentUnit = '  '
const maxDepth = 100
/** Laid-out characters beyond which nothing is indented any more: 5 MiB of brackets would become gigabytes. */
const maxIndented = 32 * 1024 * 1024

/** Tokens between two chances to stop. */
const slice = 20_000

/**
 * Yields now and then, so that the caller may let the page breathe; returns the whole. From the first thing that is no
 * JSON on, the rest is copied as it is.
 */
export function* prettyJson(source: string): Generator<undefined, Pretty> {
  const lines: string[] = []
  let line = ''
  let depth = 0
  let before = '' // the token before, without white space
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0
  let count = 0
  let made = 0
  let longest = 0
  const broken = (): void => {
    lines.push(line)
    made += line.length + 1
    line = made > maxIndented ? '' : indentUnit.repeat(Math.min(depth, maxDepth))
  }
  while (at < source.length) {
    if (++count % slice === 0) yield
    const found = tokenAt(source, at)
    if (found === undefined) {
      lines.push(line + source.slice(at))
      const rest = source.length - at > 20 ? `${source.slice(at, at + 20)}…` : source.slice(at)
      return {
        text: lines.join('\n'),
        problem: `Not JSON from character ${at + 1} on: ${JSON.stringify(rest)}`,
        longest: source.length - at,
      }
    }
    at += found.length
    longest = Math.max(longest, found.length)
    const first = found.charCodeAt(0)
    if (first <= 0x20) continue
    if (found === '}' || found === ']') {
      depth = Math.max(0, depth - 1)
      if (before !== '{' && before !== '[') broken()
      line += found
    } else {
      if (before === '{' || before === '[' || before === ',') broken()
      // Values one after the other, as in NDJSON, each begin a line.
      else if (before !== '' && before !== ':' && found !== ',' && found !== ':') broken()
      line += found === ':' ? ': ' : found
      if (found === '{' || found === '[') depth++
    }
    before = found
  }
  lines.push(line)
  return { text: lines.join('\n'), problem: depth > 0 ? 'The JSON ends before it is complete.' : undefined, longest }
}

function tokenAt(source: string, at: number): string | undefined {
  if (source.charCodeAt(at) === 0x22) return stringAt(source, at)
  token.lastIndex = at
  return token.exec(source)?.[0]
}

/** By hand: a regular expression would overflow its stack on a string of some megabytes. */
function stringAt(source: string, from: number): string | undefined {
  for (let at = from + 1; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (code === 0x22) return source.slice(from, at + 1)
    if (code === 0x5c) at++
    else if (code < 0x20) return undefined
  }
  return undefined
}

/** Runs it with pauses, at most some milliseconds at a time. Throws the signal's reason when it is aborted. */
export async function prettyJsonInTurns(source: string, signal: AbortSignal): Promise<Pretty> {
  const work = prettyJson(source)
  for (;;) {
    const began = performance.now()
    let step = work.next()
    while (step.done !== true && performance.now() - began < 12) step = work.next()
    if (step.done === true) return step.value
    await new Promise((resolve) => setTimeout(resolve))
    signal.throwIfAborted()
  }
}

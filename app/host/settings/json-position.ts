/** Where a text stops being JSON. */

export type JsonFault = { line: number; column: number; what: string }

/** Parses, or tells line and column (from 1) of the first wrong character and what is wrong there. */
export function parseJson(text: string): { ok: true; value: unknown } | { ok: false; fault: JsonFault } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    return { ok: false, fault: faultOf(text, error instanceof Error ? error.message : String(error)) }
  }
}

function faultOf(text: string, message: string): JsonFault {
  const said = / in JSON at position (\d+)/.exec(message)
  const offset = said ? Number(said[1]) : /^Unexpected token/.test(message) ? firstWrong(text) : text.length
  const before = text.slice(0, offset).split('\n')
  const what = message.replace(/ in JSON.*|,? (\.\.\.)?".*is not valid JSON$| of JSON input$/s, '')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, what: what.toLowerCase() }
}

/** V8 gives no position for an unexpected token: it ends the shortest beginning that has the same complaint. */
function firstWrong(text: string): number {
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (complains(text.slice(0, middle + 1))) high = middle
    else low = middle + 1
  }
  return low
}

function complains(text: string): boolean {
  try {
    JSON.parse(text)
    return false
  } catch (error) {
    return error instanceof Error && error.message.startsWith('Unexpected token')
  }
}

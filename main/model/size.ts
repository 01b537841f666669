/**
 * Sizes as people write them: "3m", "1.5g", "4096". One parser serves the command line, the settings panel and
 * the rules file, so that a size means the same everywhere.
 */

export type Parsed<T> = { ok: true; value: T } | { ok: false; message: string }

const units: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }
const form = /^(\d+(?:\.\d+)?)(?: ?(b|[kmgt]b?))?$/i

/**
 * Bytes of a size like "3m", "3M", "3 MB", "1.5g" or "4096" (1024-based). Parts of a byte are dropped where a unit is
 * written; without one a fraction is taken for a slip. The message of a refusal names the value and the accepted form.
 */
export function parseSize(text: string): Parsed<number> {
  const match = form.exec(text)
  const unit = units[(match?.[2] ?? 'b').charAt(0).toLowerCase()]
  const isSlip = match?.[1]?.includes('.') === true && match[2] === undefined
  const value = match && unit && !isSlip ? Math.floor(Number(match[1]) * unit) : Number.NaN
  if (Number.isSafeInteger(value)) return { ok: true, value }
  const why = match ? (isSlip ? 'has no unit' : 'is too large') : 'is not a size'
  return {
    ok: false,
    message: `"${text}" ${why}: write a number and, if you like, one of b, k, m, g, t ("3m", "1.5g", "4096")`,
  }
}

/** The shortest exact way to write a number of bytes: 3145728 is "3m", 1536 is "1.5k", 1000 is "1000b". */
export function formatSize(bytes: number): string {
  for (const unit of ['t', 'g', 'm', 'k']) {
    const value = bytes / (units[unit] ?? 1)
    if (value >= 1 && Number.isInteger(value * 100)) return `${value}${unit}`
  }
  return bytes === 0 ? '0' : `${bytes}b`
}

/** Sizes and rates as people write them. Sizes are read as everywhere else in Spillway: "3m", "1.5g", "4096". */
import { described } from '../described.ts'

const units: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }
const form = /^(\d+(?:\.\d+)?)(?: ?(b|[kmgt]b?))?$/i
const sizeHelp = 'write a number of bytes, or text like "3m", "1.5g", "4096"'
const rateHelp = 'write bytes per second, as a number or like "64k/s", "1.5m/s"'

function bytesIn(text: string): number {
  const match = form.exec(text)
  const unit = units[(match?.[2] ?? 'b').charAt(0).toLowerCase()]
  // As elsewhere, a fraction without a unit is taken for a slip.
  const isSlip = match?.[1]?.includes('.') === true && match[2] === undefined
  return match && unit !== undefined && !isSlip ? Math.floor(Number(match[1]) * unit) : Number.NaN
}

/** Bytes; 1024-based. Throws RangeError. */
export function sizeOf(who: string, size: unknown): number {
  const bytes = typeof size === 'string' ? bytesIn(size) : size
  if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0) return bytes
  throw new RangeError(`${who}: ${written(size)} is not a size: ${sizeHelp}`)
}

/** Bytes per second, at least one. Throws RangeError. */
export function rateOf(who: string, rate: unknown): number {
  let bytes = Number.NaN
  if (typeof rate === 'number') bytes = rate
  else if (typeof rate === 'string' && /\/s$/i.test(rate)) bytes = bytesIn(rate.slice(0, -2))
  if (bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER) return bytes
  throw new RangeError(`${who}: ${written(rate)} is not a rate: ${rateHelp}`)
}

function written(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  return typeof value === 'number' ? String(value) : described(value)
}

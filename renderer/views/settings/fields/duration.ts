/** Times as people write them: "500", "500ms", "2s", "1.5m", "1h". Always whole milliseconds in the end. */
import type { Parsed } from '../../../../app/contract/size.ts'
import { settings as texts } from '../../../texts/settings.ts'

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** The message of a refusal names the value and the accepted form. */
export function parseDuration(text: string): Parsed<number> {
  const [, digits, unit = 'ms'] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)?$/i.exec(text.trim()) ?? []
  if (digits === undefined) return { ok: false, message: texts.notATime(text) }
  // Decimal fractions are not exact in binary: 1.005 s is 1004.9999999999999 ms.
  const exact = Number(digits) * (units[unit.toLowerCase()] ?? 1)
  const value = Math.round(exact)
  if (Math.abs(exact - value) > 1e-6 || !Number.isSafeInteger(value)) {
    return { ok: false, message: texts.notWhole(text) }
  }
  return { ok: true, value }
}

/** The shortest exact way to write it: 500 is "500ms", 2000 "2s", 90000 "1.5m", 0 "0". */
export function formatDuration(ms: number): string {
  for (const unit of ['h', 'm', 's']) {
    const value = ms / (units[unit] ?? 1)
    if (value >= 1 && Number.isInteger(value * 10)) return `${value}${unit}`
  }
  return ms === 0 ? '0' : `${ms}ms`
}

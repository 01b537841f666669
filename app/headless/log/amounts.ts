/** Amounts as a glance takes them in: three digits or so. Exact ones are in the JSON. */

/** Bytes, 1024-based like the sizes one writes: "512", "1.2k", "34m". */
export function glanceBytes(bytes: number): string {
  if (bytes < 1000) return String(bytes)
  let value = bytes
  for (const unit of ['k', 'm', 'g', 't']) {
    value /= 1024
    if (value < 999.5 || unit === 't') return (value < 9.95 ? oneDecimal(value) : String(Math.round(value))) + unit
  }
  return String(bytes)
}

/** Microseconds as "0.4ms", "12ms", "3.1s", "2m05s", "1h02m". */
export function glanceTime(micros: number): string {
  const ms = micros / 1000
  if (ms < 9.95) return `${oneDecimal(ms)}ms`
  if (ms < 999.5) return `${Math.round(ms)}ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (seconds < 3600) return `${minutes}m${twoDigits(seconds % 60)}s`
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`
}

/** As toFixed(1), which takes longer than all the rest of a line. */
function oneDecimal(value: number): string {
  const tenths = Math.round(value * 10)
  return `${Math.floor(tenths / 10)}.${tenths % 10}`
}

const twoDigits = (n: number): string => String(n).padStart(2, '0')

let second = -1
let clock = ''

/** Local time of day, "09:05:59"; made once a second, for it stands on every line. */
export function timeOfDay(now: number): string {
  const current = Math.floor(now / 1000)
  if (current === second) return clock
  const date = new Date(now)
  second = current
  clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  return clock
}

/** Sizes, times and rates as the window writes them: three digits that matter, 1024-based like the size rule. */

const units = ['B', 'KB', 'MB', 'GB', 'TB']

/** 0 B, 512 B, 1.5 KB, 48.0 MB, 184 MB */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  // What would be rounded up to the next unit is written in the next unit.
  while (unit < units.length - 1 && Math.round(value) >= (unit === 0 ? 1024 : 1000)) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? Math.round(value) : digits(value)} ${units[unit] ?? ''}`
}

/** 1.2 MB/s */
export const rateText = (bytesPerSecond: number): string => `${sizeText(bytesPerSecond)}/s`

/** 0.42 ms, 8.4 ms, 84 ms, 3.10 s, 2:05 min, 1:02:03 h */
export function timeText(milliseconds: number): string {
  if (milliseconds < 0.995) return `${Math.max(0, milliseconds).toFixed(2)} ms`
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 1)} s`
  const seconds = Math.round(milliseconds / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)} min`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)} h`
}

/** 12,345 */
export const countText = (count: number): string => count.toLocaleString('en')

/** What a title says where a glance is given a round figure: 1,234,567 bytes */
export const exactBytes = (bytes: number): string => (bytes === 1 ? '1 byte' : `${countText(bytes)} bytes`)

/** Of microseconds, as they were measured: 84,213 µs */
export const exactTime = (micros: number): string => `${countText(Math.round(micros))} µs`

const two = (value: number): string => String(value).padStart(2, '0')
const digits = (value: number): string => value.toFixed(value < 99.95 ? 1 : 0)

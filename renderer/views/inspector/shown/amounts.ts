/** Amounts as a glance takes them in; the exact one belongs into a title. 1024-based, as sizes are written. */

/** "512 B", "9.8 KB", "184 MB". */
export function shownBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  let value = bytes
  for (const unit of ['KB', 'MB', 'GB', 'TB']) {
    value /= 1024
    if (value < 999.5 || unit === 'TB') return `${value.toFixed(value < 99.95 ? 1 : 0)} ${unit}`
  }
  return `${bytes} B`
}

/** "1,234,567 bytes". */
export const exactBytes = (bytes: number): string => (bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`)

/** Of microseconds: "0.40 ms", "84 ms", "3.1 s", "2 min 5 s". */
export function shownTime(micros: number): string {
  const ms = micros / 1000
  if (ms < 0.005) return '0 ms'
  if (ms < 9.95) return `${ms.toFixed(ms < 0.995 ? 2 : 1)} ms`
  if (ms < 999.5) return `${ms.toFixed(0)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** "84,213 µs". */
export const exactTime = (micros: number): string => `${Math.round(micros).toLocaleString('en')} µs`

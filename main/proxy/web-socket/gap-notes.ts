/** What is missing of a WebSocket's records, in words. Pure. */
import type { Gap } from '../../model/flow.ts'
import type { MessageDirection } from '../../model/web-socket.ts'
import { indexRecordSize } from '../../websocket/index.ts'

/** More places are counted and not listed. */
const mostPlaces = 3

/** Undefined: nothing is missing. */
export function byteGaps(
  direction: MessageDirection,
  gaps: readonly Gap[],
  reasons: readonly string[],
): string | undefined {
  if (gaps.length === 0) return undefined
  const bytes = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  const places = listed(gaps, ({ from, to }) => `${from} to ${to - 1}`)
  return `${bytes} bytes of what was ${direction} are not recorded (${places}): ${reasons.join('; ')}`
}

/** The same of the index; messages are counted from 1 on, as a list shows them. */
export function listGaps(gaps: readonly Gap[], reasons: readonly string[]): string | undefined {
  if (gaps.length === 0) return undefined
  const numbers = gaps.map(({ from, to }) => ({
    from: Math.floor(from / indexRecordSize),
    to: Math.ceil(to / indexRecordSize),
  }))
  const messages = numbers.reduce((sum, { from, to }) => sum + to - from, 0)
  const places = listed(numbers, ({ from, to }) => `${from + 1} to ${to}`)
  return `${messages === 1 ? '1 message is' : `${messages} messages are`} not listed (${places}): ${reasons.join('; ')}`
}

function listed(gaps: readonly Gap[], words: (gap: Gap) => string): string {
  const shown = gaps.slice(0, mostPlaces).map(words).join(', ')
  return gaps.length > mostPlaces ? `${shown} and in ${gaps.length - mostPlaces} more places` : shown
}

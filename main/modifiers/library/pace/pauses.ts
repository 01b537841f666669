import { foundFor } from '../described.ts'
import type { LibraryHost } from '../host.ts'

/** Waits; false says that nobody wants the rest any more, and the generator should return. */
export type Pause = (ms: number) => Promise<boolean>

/** A pause never leaves a longer timer behind than this. */
const longestSleep = 1000
/** So many milliseconds too early a timer may be; one that is earlier says that the flow is over. */
const earliness = 5

/**
 * A generator that waits now and then. Ended from outside in the middle of a pause, it ends at once, and its source
 * with it, where a plain generator would first wait for the pause to end.
 */
export function withPauses<T>(
  host: LibraryHost,
  start: (pause: Pause) => AsyncGenerator<T, void, undefined>,
): AsyncIterableIterator<T, void, undefined> {
  let ended = false
  let wake: (() => void) | undefined
  const nap = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      void host.sleep(ms).then(resolve)
    })
  const items = start(async (ms) => {
    const until = host.now() + ms
    for (let left = ms; left > 0 && !ended; left = until - host.now()) {
      const time = Math.min(left, longestSleep)
      const since = host.now()
      await nap(time)
      if (host.now() - since < time - earliness) ended = true
    }
    return !ended
  })
  return {
    next: () => items.next(),
    return: () => {
      ended = true
      wake?.()
      return items.return()
    },
    throw: (error: unknown) => {
      ended = true
      wake?.()
      return items.throw(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Throws RangeError unless it is a time to wait, which may be 0. */
export function milliseconds(who: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value
  throw new RangeError(`${who}: the time must be milliseconds from 0 on, as a number, not ${foundFor(value)}`)
}

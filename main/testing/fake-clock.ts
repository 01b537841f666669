/** Minutes and hours that pass in milliseconds, for whoever waits for them; sockets go on in their own time. */
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, vi } from 'vitest'
import type { WireEnd } from './wire-end.ts'

type Faked = 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval' | 'performance'

/** Each test of the file begins with timers that stand still, and ends with real ones. */
export function useFakeClock(...faked: Faked[]): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: faked }))
  afterEach(() => void vi.useRealTimers())
}

/** Lets sockets of this process hear of each other. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}

/** In steps of five seconds, which is how often the engine looks after its connections. */
export async function pass(seconds: number): Promise<void> {
  for (let step = 0; step < seconds / 5; step++) {
    await turns()
    vi.advanceTimersByTime(5000)
  }
  await turns()
}

/**
 * Sends a piece every ten seconds, until one is empty or the connection is closed, for 200 seconds at most; answers how
 * many seconds that took.
 */
export async function trickle(end: WireEnd, piece: (round: number) => Buffer | string): Promise<number> {
  let seconds = 0
  for (; seconds < 200 && !end.closing; seconds += 10) {
    const bytes = piece(seconds / 10)
    if (bytes.length === 0) break
    void end.write(bytes)
    await pass(10)
  }
  return seconds
}

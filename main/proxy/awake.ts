/**
 * Time in which this process has run. While it stands still (a machine that sleeps, a process that is stopped, a
 * processor that others have) what others send waits for us, and timers are served before it: whoever looks at a clock
 * then would end what lives.
 */

/** Later than that, a timer was not served in time. */
const lateMs = 250

/** The clock of somebody who looks every `lookMs`. */
export class AwakeClock {
  readonly #lookMs: number
  #lookedAt = performance.now()
  #passed = 0
  /** The last look was late: what was missed may only now be read, and is to be seen at the next one. */
  isLate = false

  constructor(lookMs: number) {
    this.#lookMs = lookMs
  }

  /** Milliseconds, of which a look that is late counts as one that is not. */
  look(): number {
    const now = performance.now()
    const since = now - this.#lookedAt
    this.#lookedAt = now
    // Twice in a row is a process that is busy, and nothing to wait for.
    this.isLate = !this.isLate && since > this.#lookMs + lateMs
    this.#passed += Math.min(since, this.#lookMs)
    return this.#passed
  }

  /** Now, between two looks. */
  get now(): number {
    return this.#passed + Math.min(performance.now() - this.#lookedAt, this.#lookMs)
  }

  /** Nobody has looked for a while, as there was nothing to look at. */
  restart(): void {
    this.#lookedAt = performance.now()
    this.isLate = false
  }
}

/**
 * Calls `act` after so many milliseconds, behind what has come meanwhile. Where that is too late by far, they begin once
 * again. Returns how to stop it.
 */
export function awakeTimeout(ms: number, act: () => void): () => void {
  let over = false
  let again = false
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    const due = performance.now() + ms
    timer = setTimeout(() => {
      const late = performance.now() - due > lateMs
      // Timers come before sockets in a turn of the event loop, and this behind both.
      setImmediate(() => {
        if (over) return
        if (late && !again) {
          again = true
          begin()
          return
        }
        over = true
        act()
      })
    }, ms)
  }
  begin()
  return () => {
    over = true
    clearTimeout(timer)
  }
}

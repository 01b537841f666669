import { AwakeClock } from '../awake.ts'

/** So long may a client take from the first byte of a request head, or of a TLS hello, to its last. */
export const beginLimitMs = 60_000

const lookMs = 5000

/** Whoever waits for the rest of what a client has begun. */
export type Waiting = {
  /** The time is over. Not told again. */
  tooSlow(): void
}

/**
 * Ends what a client has begun and does not finish: a head or a handshake that trickles in holds a connection, and
 * nothing that is of use comes so slowly. What has not begun is not watched: a connection that is kept may be silent for
 * ever. One timer for all, and none while nobody waits; what comes in one read never gets here.
 */
export class SlowWatch {
  /** Since when; in the order in which they began. */
  readonly #waiting = new Map<Waiting, number>()
  readonly #clock = new AwakeClock(lookMs)
  #timer: NodeJS.Timeout | undefined

  /** Counts from the first call until `end`. */
  begin(waiting: Waiting): void {
    if (this.#waiting.has(waiting)) return
    if (!this.#timer) {
      this.#clock.restart()
      this.#timer = setInterval(this.#look, lookMs).unref()
    }
    this.#waiting.set(waiting, this.#clock.now)
  }

  end(waiting: Waiting): void {
    this.#waiting.delete(waiting)
  }

  readonly #look = (): void => {
    const now = this.#clock.look()
    for (const [waiting, since] of this.#waiting) {
      if (now - since < beginLimitMs || this.#clock.isLate) break
      this.#waiting.delete(waiting)
      waiting.tooSlow()
    }
    if (this.#waiting.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

import { clock } from '../lockdown.ts'

/**
 * What a dry run shows of a function's time: how long it took from one pull or yield to the next yield, waits of its own
 * choice included. While nobody asks it, or its input has not come, the time is not its own.
 */
export class OwnTime {
  readonly #now: () => number
  #asked = false
  #starving = false
  #since: number | undefined
  #ms = 0

  /** The clock is for tests. */
  constructor(now: () => number = clock.ms) {
    this.#now = now
  }

  asked(asked: boolean): void {
    this.#asked = asked
    this.#change()
  }

  starving(starving: boolean): void {
    this.#starving = starving
    this.#change()
  }

  /** Milliseconds since the last time; counting begins anew. */
  take(): number {
    this.#stop()
    const ms = this.#ms
    this.#ms = 0
    this.#change()
    return ms
  }

  #change(): void {
    if (!this.#asked || this.#starving) this.#stop()
    else this.#since ??= this.#now()
  }

  #stop(): void {
    if (this.#since !== undefined) this.#ms += this.#now() - this.#since
    this.#since = undefined
  }
}

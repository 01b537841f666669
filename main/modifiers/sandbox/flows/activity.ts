import { clock } from '../lockdown.ts'
import type { WorkTimes } from './work-times.ts'

/**
 * What a function of a modifier does with its time: it works, or waits for input, or waits on purpose; or it does
 * nothing of that for too long, which is a hang. Knows the timers that were set in its name.
 */
export class Activity {
  readonly #times: WorkTimes | undefined
  /** It has been asked, and has not answered. */
  #asked = false
  /** It waits for input that has not come. */
  #starving = false
  #waits = 0
  readonly #timers = new Set<(cut: boolean) => void>()
  #working = false
  #since = 0
  #work = 0
  #hasInput = false
  /** There was a pull, a yield or the end of a wait since the last look. */
  #moved = false
  #stillMs = 0

  /** `times` are told the work on each chunk. */
  constructor(times?: WorkTimes) {
    this.#times = times
  }

  asked(): void {
    this.#asked = true
    this.#moved = true
    this.#change()
  }

  answered(): void {
    this.#asked = false
    this.#change()
  }

  starves(): void {
    this.#starving = true
    this.#change()
  }

  /** It was given a chunk: its work on the one before is over. Returns the time. */
  given(): number {
    const now = clock.ms()
    this.#sample(now)
    this.#hasInput = true
    this.fed()
    return now
  }

  /** It waits for input no longer, or has asked for it and got it. */
  fed(): void {
    this.#starving = false
    this.#moved = true
    this.#change()
  }

  /** See Context. */
  hold(wake: (cut: boolean) => void, onPurpose: boolean): () => void {
    this.#timers.add(wake)
    if (onPurpose) this.#waits++
    this.#change()
    return () => {
      if (!this.#timers.delete(wake) || !onPurpose) return
      this.#waits--
      this.#moved = true
      this.#change()
    }
  }

  /** Nothing more comes of it: timers end, and with `cut` those that wait for them go on. */
  end(cut: boolean): void {
    this.#asked = false
    this.#sample(clock.ms())
    for (const wake of [...this.#timers]) wake(cut)
  }

  /**
   * `passedMs` since the last look: whether it has had all it needs for longer than `hangMs`, and done nothing of what
   * it is for. Looks count, not the clock: while the machine slept, nothing hung.
   */
  hangs(passedMs: number, hangMs: number): boolean {
    const still = this.#asked && !this.#moved && !this.#starving && this.#waits === 0
    this.#moved = false
    this.#stillMs = still ? this.#stillMs + passedMs : 0
    return this.#stillMs > hangMs
  }

  #change(): void {
    const works = this.#asked && !this.#starving && this.#waits === 0
    if (works === this.#working) return
    const now = clock.ms()
    if (!works) this.#work += now - this.#since
    this.#since = now
    this.#working = works
  }

  #sample(now: number): void {
    if (this.#working) {
      this.#work += now - this.#since
      this.#since = now
    }
    if (this.#hasInput) this.#times?.add(this.#work)
    this.#work = 0
  }
}

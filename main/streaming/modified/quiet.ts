/** Nothing has come for so long: what was under way is through, on a busy machine, too, or nobody knows when it will be. */
const quietMs = 250
/** Whoever goes on and on is not waited for. */
const mostMs = 1000

/** Waits for a silence. */
export class Quiet {
  readonly #done: () => void
  readonly #latest = performance.now() + mostMs
  #timer: NodeJS.Timeout

  /** `done` is called once, never at once. */
  constructor(done: () => void) {
    this.#done = done
    this.#timer = setTimeout(done, quietMs)
  }

  /** Something has come. */
  heard(): void {
    if (performance.now() + quietMs > this.#latest) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#done, quietMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

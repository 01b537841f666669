/** The worker tells no more than half of it; this holds where it is no longer what it was. */
const mostPerSecond = 1000

/** How much a sandbox may log. */
export class LogLimit {
  #second = 0
  #count = 0

  admits(): boolean {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#second) this.#count = 0
    this.#second = second
    return this.#count++ < mostPerSecond
  }
}

/** Steps in which a time doubles; so a median is told to within a tenth. */
const fineness = 8
const steps = 40 * fineness
const shortestMs = 0.0001

/** How long a modifier works on a chunk, told as median and maximum of all its flows, in fixed memory. */
export class WorkTimes {
  readonly #counts = new Uint32Array(steps)
  #count = 0
  worst = 0
  /** There is something to tell that `median` has not told. */
  fresh = false

  add(ms: number): void {
    const step = Math.floor(Math.log2(Math.max(ms, shortestMs) / shortestMs) * fineness)
    const at = Math.min(step, steps - 1)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#count++
    if (ms > this.worst) this.worst = ms
    this.fresh = true
  }

  median(): number {
    this.fresh = false
    let left = this.#count / 2
    for (let step = 0; step < steps; step++) {
      left -= this.#counts[step] ?? 0
      if (left <= 0) return shortestMs * 2 ** ((step + 0.5) / fineness)
    }
    return 0
  }
}

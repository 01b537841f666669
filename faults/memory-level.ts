import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setTimeout as pause } from 'node:timers/promises'

const MiB = 1024 * 1024
/** What code and caches may still come to behind the first round. */
const slack = 48 * MiB

/** What is alive in this process, against what was after the first look. */
export class MemoryLevel {
  readonly #collect: () => void
  readonly #looks: number
  #first: number | undefined

  /** `looks`: how often it is looked whether what was collected has been freed. */
  constructor(looks = 100) {
    this.#looks = looks
    setFlagsFromString('--expose-gc')
    this.#collect = runInNewContext('gc') as () => void
  }

  /** Says what is held; rejects when that is more than it was. */
  async check(): Promise<string> {
    let held = this.#held()
    this.#first ??= held
    // Another thread frees what was collected, when it gets to it.
    for (let look = 0; look < this.#looks && held > this.#first + slack; look++) {
      await pause(20)
      held = this.#held()
    }
    const told = `${Math.round(held / MiB)} MiB held, ${Math.round(this.#first / MiB)} after the first round`
    if (held > this.#first + slack) throw new Error(`memory does not come back to its level: ${told}`)
    return told
  }

  #held(): number {
    this.#collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
}

/**
 * Which flows there are: those running and those kept, by id. The engine lists ended flows in the order in which they
 * ended; a window pages by id, and must hear which were dropped. All of it is in typed arrays: a hundred thousand
 * flows are two objects to the garbage collector.
 */
import type { FlowId } from '../../../main/model/flow.ts'

const smallest = 1024

export class FlowIds {
  /** Ended flows that are kept. */
  ended = 0
  #begun = new Ids()
  /** In the order in which they ended; those removed since are still in it. */
  #order = new Ids()

  /** Ids must count up. */
  begin(id: FlowId): void {
    this.#begun.push(id)
  }

  end(id: FlowId): void {
    if (this.#order.live > smallest && this.#order.live > 2 * this.ended) {
      this.#order.keep((other) => this.has(other))
    }
    this.#order.push(id)
    this.ended++
  }

  has(id: FlowId): boolean {
    return this.#begun.find(id) !== -1
  }

  /** An ended flow is gone. */
  remove(id: FlowId): void {
    if (this.#begun.remove(id)) this.ended--
  }

  /** The flow that ended first is gone; undefined when there is none. */
  dropOldest(): FlowId | undefined {
    for (let id = this.#order.shift(); id !== undefined; id = this.#order.shift()) {
      if (!this.#begun.remove(id)) continue
      this.ended--
      return id
    }
    return undefined
  }

  /** Every ended flow is gone; these are running, the oldest first. */
  clear(running: readonly FlowId[]): void {
    this.#begun = new Ids()
    this.#order = new Ids()
    this.ended = 0
    for (const id of running) this.#begun.push(id)
  }

  /** Up to `most` ids above `id`, from the lowest. */
  above(id: FlowId, most: number): FlowId[] {
    return this.#begun.above(id, most)
  }

  /** Up to `most` ids below `id`, from the highest. */
  below(id: FlowId, most: number): FlowId[] {
    return this.#begun.below(id, most)
  }
}

/** Positive numbers; one that was removed is negative until there are many of them. */
class Ids {
  #ids = new Float64Array(smallest)
  /** Taken off the front. */
  #from = 0
  #to = 0
  #removed = 0

  get live(): number {
    return this.#to - this.#from - this.#removed
  }

  push(id: number): void {
    if (this.#to === this.#ids.length) this.#makeRoom()
    this.#ids[this.#to++] = id
  }

  shift(): number | undefined {
    return this.#from === this.#to ? undefined : this.#ids[this.#from++]
  }

  /** The index of an id in a list that counts up; -1 when it is not there. */
  find(id: number): number {
    const at = this.#firstAbove(id - 1)
    return at < this.#to && this.#ids[at] === id ? at : -1
  }

  /** From a list that counts up; false when it was not there. */
  remove(id: number): boolean {
    const at = this.find(id)
    if (at === -1) return false
    if (at === this.#from) this.#from++
    else {
      this.#ids[at] = -id
      this.#removed++
    }
    // Most go in nearly the order in which they came.
    while (this.#from < this.#to && (this.#ids[this.#from] ?? 0) < 0) {
      this.#from++
      this.#removed--
    }
    return true
  }

  above(id: number, most: number): number[] {
    const found: number[] = []
    for (let at = this.#firstAbove(id); at < this.#to && found.length < most; at++) {
      const one = this.#ids[at] ?? 0
      if (one > 0) found.push(one)
    }
    return found
  }

  below(id: number, most: number): number[] {
    const found: number[] = []
    for (let at = this.#firstAbove(id - 1) - 1; at >= this.#from && found.length < most; at--) {
      const one = this.#ids[at] ?? 0
      if (one > 0) found.push(one)
    }
    return found
  }

  keep(wanted: (id: number) => boolean): void {
    const kept = this.#ids.subarray(this.#from, this.#to).filter((id) => id > 0 && wanted(id))
    this.#ids = new Float64Array(Math.max(smallest, 2 * kept.length))
    this.#ids.set(kept)
    this.#from = 0
    this.#to = kept.length
    this.#removed = 0
  }

  /** Closes gaps and leaves as much room as there are ids, so that pushing stays cheap on average. */
  #makeRoom(): void {
    this.keep(() => true)
  }

  #firstAbove(id: number): number {
    let low = this.#from
    let high = this.#to
    while (low < high) {
      const middle = (low + high) >> 1
      if (Math.abs(this.#ids[middle] ?? 0) > id) high = middle
      else low = middle + 1
    }
    return low
  }
}

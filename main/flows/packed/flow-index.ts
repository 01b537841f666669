/**
 * Which flow is where: a queue of flows in the order in which they ended, findable by id. All of it is in typed
 * arrays, so that a hundred thousand flows are four objects to the garbage collector, and no Map is ever rehashed
 * in the middle of somebody's request: growing is amortised, dropping frees nothing.
 */
const smallest = 1024

export class FlowIndex {
  /** Flows in the queue. */
  size = 0
  /** How many have ever been pushed: the sequence number of the next one. */
  pushed = 0
  /** Where the queue begins, counted on and on. */
  #first = 0
  // The queue, a ring: the flow that has n older ones is at slot #first + n modulo its capacity.
  #ids = new Float64Array(smallest)
  #segments = new Float64Array(smallest)
  #offsets = new Float64Array(smallest)
  #sequences = new Float64Array(smallest)
  // Open addressing with linear probing over slots + 1; 0 is free.
  #table = new Int32Array(2 * smallest)
  #hashShift = 32 - Math.log2(2 * smallest)

  /** The sequence number of the oldest flow: those of all that were before it are lower. */
  get oldest(): number {
    return this.size === 0 ? this.pushed : (this.#sequences[this.slotAt(0)] ?? 0)
  }

  /** The id must not be there already. */
  push(id: number, segment: number, offset: number): void {
    if (this.size === this.#ids.length) this.#grow()
    const slot = (this.#first + this.size) % this.#ids.length
    this.#enter(id, slot)
    this.#ids[slot] = id
    this.#segments[slot] = segment
    this.#offsets[slot] = offset
    this.#sequences[slot] = this.pushed++
    this.size++
  }

  /** The slot of a flow by id; undefined when it is not there. Slots hold until the next change. */
  find(id: number): number | undefined {
    const mask = this.#table.length - 1
    for (let place = this.#home(id); ; place = (place + 1) & mask) {
      const entry = this.#table[place] ?? 0
      if (entry === 0) return undefined
      if (this.#ids[entry - 1] === id) return entry - 1
    }
  }

  /** The slot of the flow that has `skip` older ones before it; skip < size. */
  slotAt(skip: number): number {
    return (this.#first + skip) % this.#ids.length
  }

  idAt(slot: number): number {
    return this.#ids[slot] ?? 0
  }

  segmentAt(slot: number): number {
    return this.#segments[slot] ?? 0
  }

  offsetAt(slot: number): number {
    return this.#offsets[slot] ?? 0
  }

  /** Takes the oldest flow off; size > 0. */
  shift(): void {
    this.#remove(this.idAt(this.slotAt(0)))
    this.#first++
    this.size--
  }

  /**
   * Takes these flows out, wherever they are in the queue; they must be there. The newer ones move up, so that the queue
   * has no holes which everybody would have to step over: linear in their number, as deleting is rare and listing is not.
   */
  take(ids: ReadonlySet<number>): void {
    let kept = 0
    for (let n = 0; n < this.size; n++) {
      const from = this.slotAt(n)
      if (ids.has(this.idAt(from))) continue
      const to = this.slotAt(kept++)
      if (to !== from) this.#move(from, to)
    }
    this.size = kept
    this.#table.fill(0)
    for (let n = 0; n < kept; n++) this.#enter(this.idAt(this.slotAt(n)), this.slotAt(n))
  }

  clear(): void {
    this.size = 0
    this.#table.fill(0)
  }

  /** Fibonacci hashing: ids count up, and must not lie side by side, or removing one would look at all of them. */
  #home(id: number): number {
    return Math.imul(id, 0x9e3779b1) >>> this.#hashShift
  }

  #move(from: number, to: number): void {
    this.#ids[to] = this.#ids[from] ?? 0
    this.#segments[to] = this.#segments[from] ?? 0
    this.#offsets[to] = this.#offsets[from] ?? 0
    this.#sequences[to] = this.#sequences[from] ?? 0
  }

  #enter(id: number, slot: number): void {
    const mask = this.#table.length - 1
    let place = this.#home(id)
    while (this.#table[place] !== 0) place = (place + 1) & mask
    this.#table[place] = slot + 1
  }

  /** Removes without leaving a mark: later entries of the same run move up to where their search would begin. */
  #remove(id: number): void {
    const table = this.#table
    const mask = table.length - 1
    let hole = this.#home(id)
    while (this.#ids[(table[hole] ?? 0) - 1] !== id) hole = (hole + 1) & mask
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const entry = table[place] ?? 0
      if (entry === 0) break
      const home = this.#home(this.idAt(entry - 1))
      // It may move unless its home lies behind the hole.
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        table[hole] = entry
        hole = place
      }
    }
    table[hole] = 0
  }

  #grow(): void {
    const capacity = 2 * this.#ids.length
    const [ids, segments, offsets, sequences] = [this.#ids, this.#segments, this.#offsets, this.#sequences]
    const old = this.size
    this.#ids = new Float64Array(capacity)
    this.#segments = new Float64Array(capacity)
    this.#offsets = new Float64Array(capacity)
    this.#sequences = new Float64Array(capacity)
    this.#table = new Int32Array(2 * capacity)
    this.#hashShift--
    for (let n = this.#first; n < this.#first + old; n++) {
      const [from, to] = [n % (capacity / 2), n % capacity]
      const id = ids[from] ?? 0
      this.#enter(id, to)
      this.#ids[to] = id
      this.#segments[to] = segments[from] ?? 0
      this.#offsets[to] = offsets[from] ?? 0
      this.#sequences[to] = sequences[from] ?? 0
    }
  }
}

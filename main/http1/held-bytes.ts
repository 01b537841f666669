const nothing = Buffer.alloc(0)

/**
 * Bytes copied out of buffers that are only lent. They lie in one piece that doubles its room, so that bytes which
 * trickle in one by one cost linear time.
 */
export class HeldBytes {
  length = 0
  #room = nothing

  add(bytes: Buffer, from: number, to: number): void {
    const length = this.length + to - from
    if (length > this.#room.length) {
      const room = Buffer.allocUnsafe(Math.max(128, length, this.#room.length * 2))
      this.#room.copy(room, 0, 0, this.length)
      this.#room = room
    }
    bytes.copy(this.#room, this.length, from, to)
    this.length = length
  }

  /** What is held, until the next `add`. */
  view(): Buffer {
    return this.#room.subarray(0, this.length)
  }

  /** Hands the bytes over for good and is empty. */
  take(): Buffer {
    const all = this.view()
    this.#room = nothing
    this.length = 0
    return all
  }
}

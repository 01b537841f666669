/**
 * A long body as the pieces in which it came. Joining 64 MiB takes nearly a tenth of a second, in which all traffic
 * would wait; a page is joined of the few pieces it lies in.
 */
export class Pieces implements Iterable<Uint8Array> {
  length = 0
  readonly #pieces: Uint8Array[] = []
  /** Where each begins. */
  readonly #begins: number[] = []

  /** Keeps the bytes, not a copy. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#pieces.push(bytes)
    this.#begins.push(this.length)
    this.length += bytes.length
  }

  /** A copy of up to `most` bytes from `offset`, in memory of its own. */
  read(offset: number, most: number): Uint8Array<ArrayBuffer> {
    const from = Math.min(offset, this.length)
    const copy = new Uint8Array(Math.min(most, this.length - from))
    for (let index = this.#at(from), done = 0; done < copy.length; index++) {
      const piece = this.#pieces[index]
      if (!piece) break
      const start = from + done - (this.#begins[index] ?? 0)
      const part = piece.subarray(start, start + copy.length - done)
      copy.set(part, done)
      done += part.length
    }
    return copy
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    return this.#pieces.values()
  }

  /** Which piece has the byte at `offset`. */
  #at(offset: number): number {
    let low = 0
    let high = this.#begins.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#begins[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}

import { copyUnmasked } from './unmask.ts'

const smallest = 256

/** The first bytes of a payload, unmasked as they come; what goes beyond the limit is not kept. */
export class FirstBytes {
  readonly #limit: number
  #room = Buffer.alloc(0)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length)
  }

  /** As copyUnmasked. */
  add(source: Uint8Array, from: number, to: number, mask: Uint8Array, position: number): void {
    const more = Math.min(to - from, this.#limit - this.#length)
    if (more <= 0) return
    this.#makeRoom(this.#length + more)
    copyUnmasked(source, from, from + more, this.#room, this.#length, mask, position)
    this.#length += more
  }

  #makeRoom(wanted: number): void {
    if (wanted <= this.#room.length) return
    const grown = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(wanted, 2 * this.#room.length, smallest)))
    this.#room.copy(grown, 0, 0, this.#length)
    this.#room = grown
  }
}

/**
 * Buffers of one size that are used again: as garbage they would be collected at 64 MB, and memory that is touched for
 * the first time costs more than what is done with it.
 */
export class SpareBuffers {
  readonly size: number
  readonly #most: number
  readonly #spare: Buffer[] = []

  /** Of all flows together; `most`: kept while nobody needs them. */
  constructor(size: number, most: number) {
    this.size = size
    this.#most = most
  }

  /** At least so large; its content is anything. */
  take(length = this.size): Buffer {
    if (length > this.size) return Buffer.allocUnsafeSlow(length)
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.size)
  }

  /** Nobody looks at it any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === this.size && this.#spare.length < this.#most) this.#spare.push(buffer)
  }
}

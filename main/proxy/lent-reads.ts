const smallest = 8 * 1024
const largest = 256 * 1024

/**
 * Reads of a plaintext connection into a buffer of its own, which is used again for the next read: half the CPU of
 * 'data' events for large bodies. It begins small and grows with full reads, because thousands of event streams may be
 * open at once. Whoever gets the bytes has them until it returns.
 */
export class LentReads {
  /** True: the bytes still wait in some write queue, so their buffer may not be used again. */
  onBytes: (bytes: Buffer) => boolean = () => false
  #buffer: Buffer = Buffer.allocUnsafeSlow(smallest)
  #full = false
  #held = false

  /** For net.connect. */
  readonly onread = {
    buffer: (): Uint8Array => {
      if (this.#full && this.#buffer.length < largest) {
        this.#buffer = Buffer.allocUnsafeSlow(Math.min(largest, this.#buffer.length * 4))
      } else if (this.#held) {
        this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length)
      }
      this.#full = false
      return this.#buffer
    },
    callback: (length: number): boolean => {
      const buffer = this.#buffer
      this.#full = length === buffer.length
      this.#held = this.onBytes(this.#full ? buffer : buffer.subarray(0, length))
      return true
    },
  }
}

import type { Reads } from './reads.ts'

const smallest = 8 * 1024
const largest = 256 * 1024
/** More are in use only while a slow client makes them wait, and then its origin is paused soon. */
const maxSpare = 2

/**
 * Reads of a plaintext connection into buffers of its own, which are used again: half the CPU of 'data' events for
 * large bodies, and no garbage. They begin small and grow with full reads, because thousands of event streams may be
 * open at once. Whoever gets the bytes has them until it returns; if it has them written somewhere, until that queue
 * is empty.
 */
export class LentReads implements Reads {
  onBytes: (bytes: Buffer) => void = () => undefined
  /** Whether bytes given to `onBytes` before still wait in a write queue. */
  stillHeld: () => boolean = () => false
  #buffer: Buffer = Buffer.allocUnsafeSlow(smallest)
  /** Given away, perhaps still waiting to be written. */
  #busy: Buffer[] = []
  #spare: Buffer[] = []

  /** For net.connect. */
  readonly onread = {
    buffer: (): Uint8Array => this.#buffer,
    callback: (length: number): boolean => {
      const buffer = this.#buffer
      if (this.#busy.length > 0 && !this.stillHeld()) this.#regain()
      this.onBytes(length === buffer.length ? buffer : buffer.subarray(0, length))
      if (this.stillHeld()) {
        this.#busy.push(buffer)
        this.#buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(buffer.length)
      }
      if (length === buffer.length && length < largest) this.#grow(length)
      return true
    },
  }

  /** Somebody else gets the bytes from here on; what the last one still has is theirs. */
  changeHands(): void {
    if (this.#busy.length > 0) this.#busy = []
  }

  /** Keeps its memory: the next large body would need it again. */
  rest(): void {}

  #regain(): void {
    for (const buffer of this.#busy) if (this.#spare.length < maxSpare) this.#spare.push(buffer)
    this.#busy = []
  }

  #grow(length: number): void {
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(largest, length * 4))
    this.#busy = []
    this.#spare = []
  }
}

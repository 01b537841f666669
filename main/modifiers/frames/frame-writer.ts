import { headerLength } from './frame-types.ts'

const smallest = 16 * 1024
const largest = 256 * 1024
const mostSpare = 2

/**
 * Gathers frames into blocks until they are taken, so that what is there now leaves in one write. Payloads are copied:
 * whoever lends them may change them right after. Blocks begin small and grow, and are used again.
 */
export class FrameWriter {
  #block: Buffer = Buffer.allocUnsafeSlow(smallest)
  /** Of the block: up to `#from` it has been taken before, up to `#to` it is written. */
  #from = 0
  #to = 0
  /** Parts of blocks that are full. */
  #full: Buffer[] = []
  /** Bytes that are there to be taken. */
  pending = 0
  /** Blocks that were full, and may still wait in a write queue; a few, to be used again. */
  #given: Buffer[] = []
  #spare: Buffer[] = []

  frame(type: number, channel: number, payload?: Uint8Array): void {
    const length = payload?.length ?? 0
    this.#header(type, channel, length)
    if (payload && length > 0) this.#copy(payload, length)
  }

  /** A payload of one number, 4 bytes. */
  number(type: number, channel: number, value: number): void {
    this.#header(type, channel, 4)
    this.#reserve(4)
    this.#to = this.#block.writeUInt32LE(value, this.#to)
    this.pending += 4
  }

  /** A payload of floating-point numbers, 8 bytes each. */
  floats(type: number, channel: number, ...values: number[]): void {
    this.#header(type, channel, values.length * 8)
    this.#reserve(values.length * 8)
    for (const value of values) this.#to = this.#block.writeDoubleLE(value, this.#to)
    this.pending += values.length * 8
  }

  text(type: number, channel: number, text: string): void {
    this.frame(type, channel, Buffer.from(text))
  }

  json(type: number, channel: number, value: unknown): void {
    this.text(type, channel, JSON.stringify(value))
  }

  /** All that is there, in order. The bytes are lent until `release`. */
  take(): Buffer[] {
    const parts = this.#full
    if (this.#to > this.#from) parts.push(this.#block.subarray(this.#from, this.#to))
    this.#from = this.#to
    this.#full = []
    this.pending = 0
    return parts
  }

  /** Nothing that was taken is needed any more. */
  release(): void {
    if (this.pending > 0) return
    while (this.#spare.length < mostSpare) {
      const block = this.#given.pop()
      if (!block) break
      this.#spare.push(block)
    }
    this.#from = 0
    this.#to = 0
  }

  #header(type: number, channel: number, length: number): void {
    this.#reserve(headerLength)
    const block = this.#block
    let at = this.#to
    block[at++] = length
    block[at++] = length >>> 8
    block[at++] = length >>> 16
    block[at++] = length >>> 24
    block[at++] = type
    block[at++] = channel
    block[at++] = channel >>> 8
    block[at++] = channel >>> 16
    block[at++] = channel >>> 24
    this.#to = at
    this.pending += headerLength
  }

  #copy(payload: Uint8Array, length: number): void {
    let at = 0
    while (at < length) {
      if (this.#to === this.#block.length) this.#next()
      const part = Math.min(length - at, this.#block.length - this.#to)
      this.#block.set(part === length ? payload : payload.subarray(at, at + part), this.#to)
      this.#to += part
      at += part
    }
    this.pending += length
  }

  /** So many bytes of the block, together. */
  #reserve(length: number): void {
    if (this.#block.length - this.#to < length) this.#next()
  }

  #next(): void {
    const block = this.#block
    if (this.#to > this.#from) this.#full.push(block.subarray(this.#from, this.#to))
    const grown = Math.min(largest, block.length * 4)
    if (block.length === largest && this.#given.length < mostSpare) this.#given.push(block)
    this.#block = this.#spare.pop() ?? Buffer.allocUnsafeSlow(grown)
    this.#from = 0
    this.#to = 0
  }
}

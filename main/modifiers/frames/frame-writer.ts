import { headerLength } from './frame-types.ts'

const smallest = 16 * 1024
const largest = 256 * 1024
/** Of blocks that wait to be used again: as many as a port has on their way that others keep busy. */
const mostSpare = 32

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
  /** For each part that is lent or about to be, in order: the block that nobody needs behind it, if it is the last of one. */
  readonly #lent: (Buffer | undefined)[] = []
  readonly #spare: Buffer[] = []

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

  /** All that is there, in order. Each part is lent until `returned` has been called as often. */
  take(): Buffer[] {
    const parts = this.#full
    if (this.#to > this.#from) {
      parts.push(this.#block.subarray(this.#from, this.#to))
      this.#lent.push(undefined)
    }
    this.#from = this.#to
    this.#full = []
    this.pending = 0
    return parts
  }

  get isLent(): boolean {
    return this.#lent.length > 0
  }

  /** The first part of those that are lent is needed no more. */
  returned(): void {
    const block = this.#lent.shift()
    if (block) this.#keep(block)
    // What is being filled can be begun anew.
    if (this.#lent.length > 0 || this.pending > 0) return
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
    if (this.#to > this.#from) {
      this.#full.push(block.subarray(this.#from, this.#to))
      this.#lent.push(block)
    } else if (this.#lent.length > 0) this.#lent[this.#lent.length - 1] = block
    else this.#keep(block)
    this.#block = this.#spare.pop() ?? Buffer.allocUnsafeSlow(Math.min(largest, block.length * 4))
    this.#from = 0
    this.#to = 0
  }

  #keep(block: Buffer): void {
    if (block.length === largest && this.#spare.length < mostSpare) this.#spare.push(block)
  }
}

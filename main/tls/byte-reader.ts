/** Walks through bytes whose lengths cannot be trusted: what does not fit is undefined, and nothing throws. */
export class ByteReader {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  /** An unsigned number of 1 to 3 bytes, in network order. */
  number(size: 1 | 2 | 3): number | undefined {
    if (this.left < size) return undefined
    const value = this.bytes.readUIntBE(this.at, size)
    this.at += size
    return value
  }

  take(length: number): Buffer | undefined {
    if (this.left < length) return undefined
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** A vector (RFC 8446 §3.4): its length in `size` bytes, then its content. */
  vector(size: 1 | 2 | 3): Buffer | undefined {
    const length = this.number(size)
    return length === undefined ? undefined : this.take(length)
  }
}

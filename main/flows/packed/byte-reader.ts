/** Reads what byte-writer.ts has written, in the same order; anything else is a bug and gives nonsense or throws. */
import { marks } from './byte-writer.ts'

export class ByteReader {
  at: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  number(): number {
    const value = this.optionalNumber()
    if (value === undefined) throw new Error(`a number is missing in a packed record, before byte ${this.at}`)
    return value
  }

  text(): string {
    const value = this.optionalText()
    if (value === undefined) throw new Error(`a text is missing in a packed record, before byte ${this.at}`)
    return value
  }

  optionalNumber(): number | undefined {
    const first = this.#bytes.readUInt8(this.at)
    const at = this.at + 1
    switch (first) {
      case marks.none:
        this.at = at
        return undefined
      case marks.two:
        this.at = at + 2
        return this.#bytes.readUInt16BE(at)
      case marks.four:
        this.at = at + 4
        return this.#bytes.readUInt32BE(at)
      case marks.eight:
        this.at = at + 8
        return this.#bytes.readDoubleBE(at)
      default:
        this.at = at
        return first
    }
  }

  optionalText(): string | undefined {
    const size = this.optionalNumber()
    if (size === undefined) return undefined
    const double = size % 2 === 1
    const start = this.at
    this.at += double ? size - 1 : size / 2
    return this.#bytes.toString(double ? 'utf16le' : 'latin1', start, this.at)
  }

  texts(): string[] {
    const values: string[] = []
    for (let left = this.number(); left > 0; left--) values.push(this.text())
    return values
  }
}

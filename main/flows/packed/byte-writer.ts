/**
 * Numbers and texts into a given buffer, densely: the half of the record format that writes. byte-reader.ts is its
 * mirror; the layout is theirs alone. Nothing throws when the buffer is full: `full` turns true, and what was written
 * is to be thrown away.
 *
 * A number: one byte if it is small, else a mark and 2, 4 or 8 bytes. A text: its length and width as one number,
 * then latin1 where every character fits, else UTF-16, which keeps also what no encoding can: lone surrogates.
 */
export const marks = { two: 0xfc, four: 0xfd, eight: 0xfe, none: 0xff } as const

/** Shorter texts are written by a loop: a call into native code costs more. */
const loopUnder = 24
const wide = /[^\0-\xff]/

export class ByteWriter {
  at = 0
  full = false
  #bytes: Buffer
  #view: DataView
  #end: number

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#end = bytes.length
  }

  number(value: number): void {
    const at = this.at
    if (at + 9 > this.#end) {
      this.full = true
    } else if (value >>> 0 !== value || Object.is(value, -0)) {
      this.#view.setUint8(at, marks.eight)
      this.#view.setFloat64(at + 1, value)
      this.at = at + 9
    } else if (value < marks.two) {
      this.#view.setUint8(at, value)
      this.at = at + 1
    } else if (value < 0x10000) {
      this.#view.setUint8(at, marks.two)
      this.#view.setUint16(at + 1, value)
      this.at = at + 3
    } else {
      this.#view.setUint8(at, marks.four)
      this.#view.setUint32(at + 1, value)
      this.at = at + 5
    }
  }

  text(value: string): void {
    const length = value.length
    // V8 answers for a string of one byte per character without looking at it.
    const double = wide.test(value)
    this.number(length * 2 + (double ? 1 : 0))
    const at = this.at
    const end = at + (double ? 2 * length : length)
    if (end > this.#end) {
      this.full = true
      return
    }
    if (double) this.#bytes.write(value, at, 2 * length, 'utf16le')
    else if (length >= loopUnder) this.#bytes.write(value, at, length, 'latin1')
    else for (let i = 0; i < length; i++) this.#view.setUint8(at + i, value.charCodeAt(i))
    this.at = end
  }

  optionalNumber(value: number | undefined): void {
    if (value === undefined) this.#none()
    else this.number(value)
  }

  optionalText(value: string | undefined): void {
    if (value === undefined) this.#none()
    else this.text(value)
  }

  texts(values: readonly string[]): void {
    this.number(values.length)
    for (const value of values) this.text(value)
  }

  #none(): void {
    if (this.at + 1 > this.#end) this.full = true
    else this.#view.setUint8(this.at++, marks.none)
  }
}

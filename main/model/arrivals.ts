/**
 * When the pieces of a recorded body came, as a short text: for each its length and the time since the one before, in
 * tenths of a millisecond, as numbers of seven bits to a character. Some bytes for each piece, however many there were.
 */
export type Arrivals = string

export type Arrival = {
  length: number
  /** Milliseconds since the first piece. */
  atMs: number
}

/** Beyond it two neighbours become one, again and again: the whole stays, its grain gets coarser. */
const mostPieces = 1024
const unitMs = 0.1

/** Gathers them. The first piece costs two fields: most bodies have no other. */
export class ArrivalLog {
  #firstLength = 0
  #firstAt = 0
  /** Lengths and times since the first piece, in turn; without the first piece while there is no other. */
  #pieces: number[] | undefined
  /** So many pieces as they came are in one that is kept. */
  #grain = 1
  #inLast = 0

  /** `at`: milliseconds, from a clock that does not go back. */
  add(length: number, at: number): void {
    if (length === 0) return
    if (this.#pieces === undefined) {
      if (this.#firstLength === 0) {
        this.#firstLength = length
        this.#firstAt = at
        return
      }
      this.#pieces = [this.#firstLength, 0]
      this.#inLast = 1
    }
    const pieces = this.#pieces
    if (this.#inLast < this.#grain) {
      pieces[pieces.length - 2] = (pieces[pieces.length - 2] ?? 0) + length
      pieces[pieces.length - 1] = at - this.#firstAt
      this.#inLast++
      return
    }
    if (pieces.length >= 2 * mostPieces) this.#halve(pieces)
    pieces.push(length, at - this.#firstAt)
    this.#inLast = 1
  }

  /** Undefined: nothing came, or all of it at once. */
  packed(): Arrivals | undefined {
    const pieces = this.#pieces
    if (pieces === undefined) return undefined
    const codes: number[] = []
    let before = 0
    for (let at = 0; at < pieces.length; at += 2) {
      pack(codes, pieces[at] ?? 0)
      const units = Math.round((pieces[at + 1] ?? 0) / unitMs)
      pack(codes, Math.max(0, units - before))
      before = Math.max(before, units)
    }
    return String.fromCharCode(...codes)
  }

  #halve(pieces: number[]): void {
    let to = 0
    for (let from = 0; from < pieces.length; from += 4) {
      pieces[to] = (pieces[from] ?? 0) + (pieces[from + 2] ?? 0)
      // It is complete when its last part has come; a replay must not be early.
      pieces[to + 1] = pieces[from + 3] ?? pieces[from + 1] ?? 0
      to += 2
    }
    pieces.length = to
    this.#grain *= 2
  }
}

/** In order; a text that is no such text gives nonsense, and ends. */
export function* arrivals(packed: Arrivals): Generator<Arrival> {
  let units = 0
  for (let at = 0; at < packed.length;) {
    const length = unpack(packed, at)
    const time = unpack(packed, length.next)
    at = time.next
    units += time.value
    yield { length: length.value, atMs: units * unitMs }
  }
}

function pack(codes: number[], value: number): void {
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) codes.push((rest % 0x80) | 0x80)
  codes.push(rest)
}

function unpack(text: string, from: number): { value: number; next: number } {
  let value = 0
  let scale = 1
  for (let at = from; ; at++, scale *= 0x80) {
    const code = at < text.length ? text.charCodeAt(at) : 0
    value += (code & 0x7f) * scale
    if (code < 0x80) return { value, next: at + 1 }
  }
}

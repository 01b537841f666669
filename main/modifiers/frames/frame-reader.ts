import { headerLength, type FrameLengths } from './frame-types.ts'

/** Bytes that no end of ours has sent; a sentence. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/**
 * One frame. Its payload is `bytes` from `from` to `to`, lent until it returns; with `own`, `bytes` is the payload and
 * nothing else, and belongs to whoever is called.
 */
export type OnFrame = (type: number, channel: number, bytes: Uint8Array, from: number, to: number, own: boolean) => void

const nothing = new Uint8Array(0)

/**
 * Takes frames out of a stream of bytes, however it was cut. The sender is not trusted: a type that may not come here,
 * or a length outside of its bounds, throws before a byte of it is kept. What is kept is at most one payload.
 */
export class FrameReader {
  readonly #lengths: FrameLengths
  readonly #onFrame: OnFrame
  /** Frames that came in parts are put together in memory of their own, each; else in one that is used again. */
  readonly #fresh: boolean
  /** The header, as far as it has come. */
  readonly #header = new Uint8Array(headerLength)
  #headerBytes = 0
  /** Of the frame whose payload is being gathered. */
  #type = 0
  #channel = 0
  #length = 0
  #payload: Uint8Array | undefined
  #filled = 0
  #room = nothing

  constructor(lengths: FrameLengths, onFrame: OnFrame, { fresh = false } = {}) {
    this.#lengths = lengths
    this.#onFrame = onFrame
    this.#fresh = fresh
  }

  /** The first `length` of `bytes`. Throws FrameError, and after it nothing may be fed any more. */
  feed(bytes: Uint8Array, length = bytes.length): void {
    let at = 0
    while (at < length) {
      if (this.#payload) at = this.#fill(this.#payload, bytes, at, length)
      else if (this.#headerBytes === 0 && length - at >= headerLength) at = this.#begin(bytes, at, length)
      else {
        while (at < length && this.#headerBytes < headerLength) this.#header[this.#headerBytes++] = bytes[at++] ?? 0
        if (this.#headerBytes < headerLength) return
        this.#headerBytes = 0
        // The payload is empty, or comes whole behind a header that came in parts, or is gathered.
        this.#read(this.#header, 0)
        at = this.#take(bytes, at, length)
      }
    }
  }

  #begin(bytes: Uint8Array, at: number, length: number): number {
    this.#read(bytes, at)
    return this.#take(bytes, at + headerLength, length)
  }

  #read(header: Uint8Array, at: number): void {
    this.#length = number32(header, at)
    this.#type = header[at + 4] ?? 0
    this.#channel = number32(header, at + 5)
    const bounds = this.#lengths.get(this.#type)
    if (!bounds) throw new FrameError(`a frame of type ${this.#type} may not come here`)
    const [least, most] = bounds
    if (this.#length < least || this.#length > most)
      throw new FrameError(`a frame of type ${this.#type} has ${this.#length} bytes`)
  }

  #take(bytes: Uint8Array, at: number, length: number): number {
    const end = at + this.#length
    if (end <= length) {
      this.#onFrame(this.#type, this.#channel, bytes, at, end, false)
      return end
    }
    this.#payload = this.#memory(this.#length)
    this.#filled = 0
    return this.#fill(this.#payload, bytes, at, length)
  }

  #memory(length: number): Uint8Array {
    if (this.#fresh) return roomFor(length)
    if (this.#room.length < length) this.#room = Buffer.allocUnsafeSlow(length)
    return this.#room
  }

  #fill(payload: Uint8Array, bytes: Uint8Array, at: number, length: number): number {
    const end = Math.min(length, at + this.#length - this.#filled)
    payload.set(bytes.subarray(at, end), this.#filled)
    this.#filled += end - at
    if (this.#filled < this.#length) return end
    this.#payload = undefined
    this.#onFrame(this.#type, this.#channel, payload, 0, this.#length, this.#fresh)
    return end
  }
}

/** An unsigned 32-bit number, little-endian; what is beyond the bytes counts as 0. */
export function number32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  )
}

/** Below it, zeros cost less than the call. */
const unsetFrom = 4096

/** Memory of its own that is to be filled at once: where it is large, its zeros would cost as much as the copy. */
function roomFor(length: number): Uint8Array<ArrayBuffer> {
  if (length < unsetFrom) return new Uint8Array(length)
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}

/** Bytes in memory of their own. */
export function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (to - from < unsetFrom) return bytes.slice(from, to)
  const copy = roomFor(to - from)
  copy.set(bytes.subarray(from, to))
  return copy
}

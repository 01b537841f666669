import type { BodyFollower } from '../../http1/index.ts'
import { SpareBuffers } from './spare-buffers.ts'

/** A larger transfer chunk is handed on in parts. */
const largestChunk = 1024 * 1024
/** Of a body without transfer chunks, which is handed on as it comes. */
const largestPiece = 64 * 1024
/** A chunk of which so little has come is kept in what it needs: a trickle, of which there may be thousands. */
const little = 4 * 1024
const rooms = new SpareBuffers(128 * 1024, 8)
const nothing = Buffer.alloc(0)

/**
 * A body as a modifier is handed it: exactly the origin's transfer chunks, whatever the reads were; where there are
 * none, what each read brings, at once.
 */
export class OriginChunks {
  readonly #chunked: boolean
  readonly #emit: (bytes: Buffer) => void
  #ended = 0
  /** The beginning of a chunk that has not ended. */
  #part: Buffer = nothing
  #used = 0

  /** `emit` gets lent bytes. */
  constructor(chunked: boolean, emit: (bytes: Buffer) => void) {
    this.#chunked = chunked
    this.#emit = emit
  }

  /** The content that the follower has just found in `bytes`. */
  take(bytes: Buffer, { pieces, ended }: Pick<BodyFollower, 'pieces' | 'ended'>): void {
    let ending = ended - this.#ended
    this.#ended = ended
    for (let index = 0; index < pieces.length; index += 2) {
      const piece = bytes.subarray(pieces[index], pieces[index + 1])
      if (!this.#chunked) this.#inParts(piece, largestPiece)
      else this.#gather(piece, ending-- > 0)
    }
  }

  /** Nothing more comes: what there is of a chunk is all there will be. */
  cut(): void {
    if (this.#used > 0) this.#giveKept()
  }

  #inParts(bytes: Buffer, most: number): void {
    for (let at = 0; at < bytes.length; at += most) {
      this.#emit(at === 0 && bytes.length <= most ? bytes : bytes.subarray(at, at + most))
    }
  }

  #gather(bytes: Buffer, ends: boolean): void {
    let from = 0
    if (this.#used > 0) {
      from = Math.min(bytes.length, largestChunk - this.#used)
      this.#keep(bytes.subarray(0, from))
      if (this.#used === largestChunk || (ends && from === bytes.length)) this.#giveKept()
    }
    const whole = ends ? bytes.length : from + Math.floor((bytes.length - from) / largestChunk) * largestChunk
    if (whole > from) this.#inParts(bytes.subarray(from, whole), largestChunk)
    if (whole < bytes.length) this.#keep(bytes.subarray(whole))
  }

  #keep(bytes: Buffer): void {
    const needed = this.#used + bytes.length
    if (needed > this.#part.length) {
      const larger = roomFor(needed, this.#part.length)
      this.#part.copy(larger, 0, 0, this.#used)
      rooms.giveBack(this.#part)
      this.#part = larger
    }
    bytes.copy(this.#part, this.#used)
    this.#used = needed
  }

  #giveKept(): void {
    const chunk = this.#part.subarray(0, this.#used)
    this.#used = 0
    this.#emit(chunk)
    rooms.giveBack(this.#part)
    this.#part = nothing
  }
}

function roomFor(needed: number, before: number): Buffer {
  if (needed <= little) return Buffer.allocUnsafeSlow(Math.max(needed, 2 * before, 256))
  return rooms.take(needed <= rooms.size ? rooms.size : Math.min(largestChunk, Math.max(needed, 2 * before)))
}

import type { Socket } from 'node:net'
import type { ByteSource } from '../../streaming/index.ts'
import { probeReset, type Paused, type StallWatch } from './stall-watch.ts'

/** Bytes of requests that wait for their turn; beyond it the client is not read. */
const maxWaiting = 64 * 1024
/** Bytes that are read on in search of the end of a client that nobody wants to read for longer. */
const maxAhead = 1024 * 1024
/** A piece costs more than its bytes when it is small: more than these become one. */
const maxPieces = 256

/**
 * What a client has sent and nobody has taken yet: requests behind the one under way, and what comes while the client
 * is paused. A pause that lasts is used to read on, up to a bound, because the client's end comes behind its bytes;
 * behind the bound only a reset is noticed, and the client feels that it is not read.
 */
export class Intake implements ByteSource, Paused {
  /** Nothing that comes is taken; it is to be put here. */
  paused = false
  readonly #socket: Socket
  readonly #stalls: StallWatch
  readonly #take: (bytes: Buffer) => void
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #lasts = false
  #over = false

  /** `take` gets what has waited when it may go on; it may pause anew. */
  constructor(socket: Socket, stalls: StallWatch, take: (bytes: Buffer) => void) {
    this.#socket = socket
    this.#stalls = stalls
    this.#take = take
  }

  pause(): void {
    if (this.paused || this.#over) return
    this.paused = true
    this.#lasts = false
    this.#socket.pause()
    this.#stalls.add(this)
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.#stalls.delete(this)
    // First of all, because what waits may pause it anew or give the socket away.
    this.#socket.resume()
    this.takeWaiting()
  }

  /** Bytes behind the request under way. They are kept, not copied: of many small requests each leaves a rest. */
  wait(bytes: Buffer): void {
    this.#put(bytes)
    if (this.#waitingBytes > maxWaiting) this.pause()
  }

  /** Bytes that have come while it is paused. */
  readAhead(bytes: Buffer): void {
    this.#put(bytes)
    if (this.#waitingBytes >= maxAhead) this.#socket.pause()
  }

  takeWaiting(): void {
    if (this.#waitingBytes > 0) this.#take(this.#remove())
  }

  /** Nobody will take anything more; returns what has waited. The socket is as it is. */
  end(): Buffer {
    this.#over = true
    this.paused = false
    this.#stalls.delete(this)
    return this.#remove()
  }

  look(): void {
    if (!this.#lasts) this.#lasts = true
    else if (this.#waitingBytes < maxAhead) this.#socket.resume()
    else probeReset(this.#socket)
  }

  #put(bytes: Buffer): void {
    if (this.#waiting.length === maxPieces) this.#waiting = [Buffer.concat(this.#waiting)]
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
  }

  #remove(): Buffer {
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    return waiting.length === 1 && waiting[0] ? waiting[0] : Buffer.concat(waiting)
  }
}

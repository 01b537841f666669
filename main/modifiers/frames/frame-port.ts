import type { Socket } from 'node:net'
import { FrameWriter } from './frame-writer.ts'

/** So much is written without waiting for the end of the turn, so that the other side can begin with it. */
const flushFrom = 64 * 1024

/**
 * The sending half of a socket that carries frames. What is sent within one turn leaves in one write, right behind
 * whatever the event loop is calling; before there is a socket, it is kept. Bounded by the credit of those who send.
 */
export class FramePort extends FrameWriter {
  #socket: Socket | undefined
  #due = false
  #closed = false
  /** Parts that have been returned, and of which the socket is still to tell. */
  #early = 0
  /** Who waits for room, and how much may be queued then. */
  #waiting: { most: number; room: Promise<undefined>; found: (nothing: undefined) => void } | undefined

  /** From now on frames go to this socket, beginning with those that are there. */
  attach(socket: Socket): void {
    this.#socket = socket
    this.flush()
  }

  /** To be called when frames have been written. */
  send(): void {
    if (this.pending >= flushFrom) this.flush()
    else if (!this.#due && this.#socket) {
      this.#due = true
      process.nextTick(this.flush)
    }
  }

  /** As `send`, but the first of a turn leaves at once: whoever has sent it may keep the thread for long. */
  sendFirst(): void {
    if (this.#due) {
      this.send()
      return
    }
    this.flush()
    this.#due = this.#socket !== undefined
    if (this.#due) process.nextTick(this.flush)
  }

  readonly flush = (): void => {
    this.#due = false
    const socket = this.#socket
    if (this.#closed || !socket || this.pending === 0) return
    const parts = this.take()
    if (parts.length > 1) socket.cork()
    for (const part of parts) socket.write(part, this.#onTaken)
    if (parts.length > 1) socket.uncork()
    // What is taken at once is told later; until then its memory would grow cold.
    if (socket.writableLength === 0) while (this.isLent) this.#returnEarly()
  }

  /** The system does not take it all: what is written now leaves when the event loop has turned. */
  get isBehind(): boolean {
    return this.#socket !== undefined && this.#socket.writableLength > 0
  }

  /** Bytes that the system has not taken. */
  get queued(): number {
    return this.pending + (this.#socket?.writableLength ?? 0)
  }

  /**
   * Resolves when no more than `most` is queued; after `close` never. To be asked when more is, by everybody with the same
   * bound. All who wait go on together, in the order in which they came: those who need not wait, as little is queued
   * just then, never keep it from becoming less.
   */
  room(most: number): Promise<undefined> {
    if (!this.#waiting) {
      const { promise: room, resolve: found } = Promise.withResolvers<undefined>()
      this.#waiting = { most, room, found }
      this.flush()
    }
    return this.#waiting.room
  }

  /** What is sent from now on goes nowhere. */
  close(): void {
    this.#closed = true
    this.#socket = undefined
    this.take()
  }

  #returnEarly(): void {
    this.#early++
    this.returned()
  }

  /** The system has taken the next part. */
  readonly #onTaken = (): void => {
    if (this.#early > 0) this.#early--
    else this.returned()
    const waiting = this.#waiting
    if (!waiting || this.queued > waiting.most) return
    this.#waiting = undefined
    waiting.found(undefined)
  }
}

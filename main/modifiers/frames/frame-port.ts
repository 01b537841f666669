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
  #drained: Promise<void> | undefined

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
    for (const part of parts) socket.write(part)
    if (parts.length > 1) socket.uncork()
    if (socket.writableLength === 0) this.release()
  }

  /** The system does not take it all: what is written now leaves when the event loop has turned. */
  get isBehind(): boolean {
    return this.#socket !== undefined && this.#socket.writableLength > 0
  }

  /** Bytes that the system has not taken. */
  get queued(): number {
    return this.pending + (this.#socket?.writableLength ?? 0)
  }

  /** Resolves when the system has taken all of it; after `close` never. To be asked when much is queued. */
  drained(): Promise<void> {
    this.#drained ??= new Promise((resolve) => {
      this.flush()
      this.#socket?.once('drain', () => {
        this.#drained = undefined
        resolve()
      })
    })
    return this.#drained
  }

  /** What is sent from now on goes nowhere. */
  close(): void {
    this.#closed = true
    this.#socket = undefined
    this.take()
  }
}

/**
 * One end of a TCP or TLS connection in a test's hand, byte by byte: the test decides when which byte leaves, and sees
 * which bytes came and how the other side ended. Half-open: an end of the other side does not end ours.
 */
import type { Socket } from 'node:net'

/** How the other side ended: `fin` an orderly end, `rst` a reset. `here`: we closed before it did. */
export type Closing = 'fin' | 'rst' | 'here'

type Waiting = { taken: () => Buffer | undefined; resolve: (bytes: Buffer) => void; reject: (error: Error) => void }

type Queued = { bytes: Uint8Array } | { told: () => void }

const pieceSize = 64 * 1024

export class WireEnd implements AsyncDisposable {
  readonly socket: Socket
  /** How the other side ended, once it has. */
  readonly closed: Promise<Closing>
  /** The same, now; undefined while it is open. */
  closing: Closing | undefined
  /** Bytes received so far, read or not. */
  received = 0
  /** Bytes handed to the operating system: under backpressure fewer than were written. */
  accepted = 0
  readonly #inbox = new Inbox()
  #waiting: Waiting | undefined
  readonly #queue: Queued[] = []
  #writing = false
  #tellClosed: (how: Closing) => void = () => undefined

  constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve))
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.length
      this.#inbox.add(bytes)
      this.#look()
    })
    socket.on('end', () => this.#close('fin'))
    socket.on('error', () => this.#close('rst'))
    socket.on('close', () => this.#close('here'))
  }

  /**
   * Waits for a text (latin1), or for a number of bytes, and takes everything up to its end. Rejects, telling what came
   * instead, when the connection ends before.
   */
  readUntil(until: string | number): Promise<Buffer> {
    const inbox = this.#inbox
    if (typeof until === 'number') inbox.expect(until)
    let looked = 0
    return this.#read(() => {
      if (typeof until === 'number') return inbox.length >= until ? inbox.take(until) : undefined
      const at = inbox.unread.indexOf(until, looked, 'latin1')
      looked = Math.max(0, inbox.length - until.length + 1)
      return at === -1 ? undefined : inbox.take(at + until.length)
    }, String(until))
  }

  /** As readUntil, as text. */
  async readText(until: string | number): Promise<string> {
    return (await this.readUntil(until)).toString('latin1')
  }

  /** Waits for at least one byte and takes what is there. */
  readSome(): Promise<Buffer> {
    return this.#read(() => (this.#inbox.length > 0 ? this.#inbox.take(this.#inbox.length) : undefined), 'some bytes')
  }

  /** Waits for the end of the connection and takes what came before it. */
  async readAll(): Promise<Buffer> {
    await this.closed
    return this.#inbox.take(this.#inbox.length)
  }

  /** What has come and is not taken, now. */
  peek(): string {
    return this.#inbox.unread.toString('latin1')
  }

  /** Strings are latin1. Resolves when the operating system has taken the bytes; need not be awaited. */
  write(bytes: string | Uint8Array): Promise<void> {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
    return new Promise((resolve) => {
      for (let at = 0; at < buffer.length; at += pieceSize)
        this.#queue.push({ bytes: buffer.subarray(at, at + pieceSize) })
      this.#queue.push({ told: resolve })
      this.#pump()
    })
  }

  /** Sends FIN behind what was written; the other direction stays open. */
  end(bytes?: string | Uint8Array): void {
    if (bytes !== undefined) void this.write(bytes)
    this.#queue.push({ told: () => this.socket.end() })
    this.#pump()
  }

  /** Sends RST at once; under TLS without a word before it. */
  reset(): void {
    // A TLSSocket cannot reset; the socket below it has no public name.
    const { _parent: transport } = this.socket as Socket & { _parent?: Socket }
    const socket = transport ?? this.socket
    socket.resetAndDestroy()
  }

  /** Closes both directions at once. */
  destroy(): void {
    this.socket.destroy()
  }

  /** Stops reading, so that the other side feels it once the buffers of the system are full. */
  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return
    const gone = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.destroy()
    await gone
  }

  #read(taken: () => Buffer | undefined, what: string): Promise<Buffer> {
    if (this.#waiting) throw new Error('one read at a time')
    const now = taken()
    if (now) return Promise.resolve(now)
    if (this.closing) return Promise.reject(this.#missed(what))
    return new Promise((resolve, reject) => {
      this.#waiting = { taken, resolve, reject: () => reject(this.#missed(what)) }
    })
  }

  /** One piece after the other, so that `accepted` is exact: the socket would gather them all into one write. */
  #pump(): void {
    while (!this.#writing) {
      const next = this.#queue.shift()
      if (!next) return
      if ('told' in next) {
        next.told()
        continue
      }
      this.#writing = true
      this.socket.write(next.bytes, (error) => {
        this.#writing = false
        // A failed write is seen as `closed`, not here: what a test writes for nothing is not its failure.
        if (!error) this.accepted += next.bytes.length
        this.#pump()
      })
    }
  }

  #missed(what: string): Error {
    return new Error(
      `waited for ${JSON.stringify(what)}, but ${this.closing ?? ''} after ${JSON.stringify(this.peek())}`,
    )
  }

  #look(): void {
    const bytes = this.#waiting?.taken()
    if (!bytes) return
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(bytes)
  }

  #close(how: Closing): void {
    if (this.closing) return
    this.closing = how
    this.#tellClosed(how)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(new Error())
  }
}

/** Bytes that came and were not taken, in one piece: however many there are, each is copied a few times at most. */
class Inbox {
  #memory = Buffer.alloc(0)
  #from = 0
  #to = 0

  get length(): number {
    return this.#to - this.#from
  }

  /** Good until the next bytes are added. */
  get unread(): Buffer {
    return this.#memory.subarray(this.#from, this.#to)
  }

  /** So many are to be taken in one piece. */
  expect(length: number): void {
    if (this.#from + length > this.#memory.length) this.#moveTo(Math.max(length, this.length))
  }

  add(bytes: Buffer): void {
    if (this.#to + bytes.length > this.#memory.length) this.#moveTo((this.length + bytes.length) * 2)
    bytes.copy(this.#memory, this.#to)
    this.#to += bytes.length
  }

  take(length: number): Buffer {
    const { unread } = this
    if (length < unread.length) {
      this.#from += length
      return Buffer.from(unread.subarray(0, length))
    }
    // Whoever takes all has the memory, too.
    this.#memory = Buffer.alloc(0)
    this.#from = this.#to = 0
    return unread
  }

  #moveTo(size: number): void {
    const { unread } = this
    this.#memory = Buffer.allocUnsafe(size)
    unread.copy(this.#memory)
    this.#from = 0
    this.#to = unread.length
  }
}

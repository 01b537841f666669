/** One connection to an origin and the responses over it, one at a time. It owns its socket's listeners, for its life. */
import type { Socket } from 'node:net'
import { now } from '../../flows/index.ts'
import {
  HeadReader,
  followBody,
  parseResponseHead,
  responseFraming,
  type BodyFollower,
  type ResponseHead,
  type WireLimits,
} from '../../http1/index.ts'
import type { OriginSession } from '../../http2/index.ts'
import type { ConnectionInfo, Micros } from '../../model/flow.ts'
import { bugFailure, originEnded, readFailure, type Failure } from '../failure.ts'
import { keepsAlive, keptIdleMs } from '../exchange/head-edits.ts'
import { HeldRead } from './held-read.ts'
import { InterimCount } from './interim-count.ts'
import { BlockReads, settled } from '../reads/block-reads.ts'
import type { Reads } from '../reads/reads.ts'
import { OutlivedWrites } from './outlive-writes.ts'
import type { ResponseReceiver } from './response-receiver.ts'

export class OriginConnection {
  readonly socket: Socket
  /** Where its bytes come from when they are lent; they do not come as 'data' then. */
  reads: Reads | undefined
  readonly info: ConnectionInfo
  /** Requests sent over it. */
  requests = 0
  /** When it began to wait for a request; 0: it never did. One that has waited may be dead without our knowing. */
  idleSince: Micros = 0
  /** What it is a line of, where it really speaks HTTP/2, and not what comes out of the socket. */
  session: OriginSession | undefined
  /** Of the pool, when it was begun. */
  generation = 0
  /** From a Keep-Alive field: how long the origin keeps an idle connection; milliseconds. */
  idleLimitMs = Number.POSITIVE_INFINITY
  /** Told when an idle connection ends or misbehaves. */
  onIdleEnd: (() => void) | undefined
  /** Told when the origin speaks before it was ever asked anything: it does not speak HTTP. */
  onSpeaksFirst: (() => void) | undefined
  /** When the last response head began to come; monotonic. */
  firstByteAt: Micros = 0
  readonly #reader: HeadReader
  readonly #limits: WireLimits
  #receiver: ResponseReceiver | undefined
  /** Who had the last bytes; may be done, and its client still be taking them. */
  #holder: ResponseReceiver | undefined
  #method = ''
  #follower: BodyFollower | undefined
  /** The receiver thinks about a head, and what is behind it waits. */
  #held: HeldRead | undefined
  #touched = false
  readonly #interim = new InterimCount()
  #keep = true
  #dead = false
  #paused = false
  #error: Error | undefined
  /** While a request with a body is under way. */
  #upload: OutlivedWrites | undefined
  #readCount = 0

  constructor(socket: Socket, reads: Reads | undefined, info: ConnectionInfo, limits: WireLimits) {
    this.socket = socket
    this.info = info
    this.#limits = limits
    this.#reader = new HeadReader(limits)
    this.reads = reads
    if (reads) {
      reads.onBytes = this.#onBytes
      reads.stillHeld = this.#stillHeld
    } else {
      socket.on('data', this.#onData)
    }
    socket.on('drain', this.#onDrain).on('end', this.#closed).on('error', this.#onError).on('close', this.#closed)
    socket.resume()
  }

  get speaks(): '2' | undefined {
    return this.session && '2'
  }

  /** May carry another request: nothing is under way, and both sides keep it open. */
  get reusable(): boolean {
    return this.#keep && !this.#dead && !this.#receiver && !this.#reader.started
  }

  /** The response to come answers a request of this method; `upload`: which has a body. */
  expect(method: string, receiver: ResponseReceiver, upload: boolean): void {
    this.requests++
    if (upload) this.#upload ??= new OutlivedWrites(this.socket, this.#onError)
    this.#method = method
    this.#receiver = receiver
    if (this.#holder !== receiver) this.reads?.changeHands()
    this.#holder = receiver
    this.#follower = undefined
    this.#held = undefined
    this.#touched = false
    this.#interim.reset()
  }

  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.socket.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.socket.resume()
  }

  /** Called within onResponse: nothing more is told, and nothing more read, until goOn. */
  hold(): void {
    this.#held = new HeldRead()
    this.socket.pause()
  }

  /** Tells what has waited, as if it had just come. Ignored when nothing is held any more. */
  goOn(): void {
    const held = this.#held
    if (!held || this.#dead) return
    this.#held = undefined
    this.#follower = held.follower
    this.#onBytes(held.take())
    // It may have gone back to the pool, and be at work for somebody else.
    if (held.closed) this.#closed()
    else if (!this.#paused) this.socket.resume()
  }

  /** Ends it at once; nobody is told. */
  destroy(): void {
    this.#dead = true
    this.#receiver = undefined
    this.onIdleEnd = undefined
    this.#upload?.end()
    this.socket.destroy()
  }

  /** Whoever takes the socket over puts its own listeners on it. */
  detach(): Socket {
    const { socket } = this
    this.#receiver = undefined
    socket.off('data', this.#onData).off('drain', this.#onDrain).off('end', this.#closed)
    socket.off('error', this.#onError).off('close', this.#closed)
    return socket
  }

  readonly #stillHeld = (): boolean => this.#holder?.holdsBytes() === true

  readonly #onData = (bytes: Buffer): void => {
    this.#onBytes(bytes)
    if (++this.#readCount < settled || this.reads || !this.#receiver) return
    const reads = BlockReads.begin(this.socket, this.#onBytes, this.#stillHeld)
    if (reads) this.reads = reads
  }

  readonly #onBytes = (bytes: Buffer): void => {
    if (this.#dead) return
    const receiver = this.#receiver
    if (!receiver) {
      // RFC 9112 §9.2: what nobody has asked for is not an answer.
      const told = this.requests === 0 ? this.onSpeaksFirst : undefined
      this.#endIdle()
      told?.()
      return
    }
    this.#touched = true
    try {
      this.#read(bytes, receiver)
    } catch (error) {
      this.#fail(readFailure(error, this.#follower ? 'response-body' : 'response-head'), receiver)
    }
  }

  #read(bytes: Buffer, receiver: ResponseReceiver): void {
    let at = 0
    while (!this.#follower) {
      if (this.#held) {
        this.#held.add(bytes.subarray(at))
        return
      }
      if (!this.#reader.started) this.firstByteAt = now()
      at = this.#reader.feed(bytes, at)
      if (at === -1) return
      const head = parseResponseHead(this.#reader.text, this.#limits)
      // An interim head has no body; but one whose framing is ambiguous is refused like any other.
      if (head.status < 200) responseFraming(head, this.#method)
      if (head.status === 101) {
        this.#keep = false
        receiver.onSwitch(head, bytes.subarray(at))
        return
      }
      if (head.status < 200) {
        this.#interim.add(head.text.length, this.#limits.head)
        receiver.onInformational(head)
        if (at === bytes.length) return
      } else {
        this.#begin(head, receiver)
        if (this.#dead) return
      }
    }
    const follower = this.#follower
    if (!follower.done) {
      const from = at
      try {
        at = follower.feed(bytes, from)
      } catch (error) {
        // What came before the fault is valid, and may be all there is of an event.
        receiver.onBody(bytes, from, follower)
        throw error
      }
      receiver.onBody(bytes, from, follower)
    }
    if (follower.done) {
      // What is behind the end belongs to no message we asked for.
      if (at < bytes.length) this.#keep = false
      this.#finish(follower, receiver)
    }
    receiver.onReadEnd()
  }

  #begin(head: ResponseHead, receiver: ResponseReceiver): void {
    const framing = responseFraming(head, this.#method)
    this.#keep = framing.kind !== 'close' && keepsAlive(head)
    this.idleLimitMs = keptIdleMs(head) ?? this.idleLimitMs
    const follower = followBody(framing, this.#limits)
    receiver.onResponse(head, framing)
    // Held: the next read must not take itself for a part of the body.
    if (this.#held) this.#held.follower = follower
    else this.#follower = follower
  }

  #finish(follower: BodyFollower, receiver: ResponseReceiver): void {
    this.#receiver = undefined
    this.reads?.rest()
    if (this.#upload?.failed === true) this.#keep = false
    this.#upload?.end()
    this.#upload = undefined
    receiver.onResponseEnd(follower)
  }

  /** `receiver`: given where it may have been told of its end, and a bug has shown since. */
  #fail(failure: Failure, receiver = this.#receiver): void {
    const untouched = !this.#touched
    this.destroy()
    receiver?.onOriginFailure(failure, untouched)
  }

  #endIdle(): void {
    const told = this.onIdleEnd
    this.destroy()
    told?.()
  }

  readonly #onDrain = (): void => {
    try {
      this.#receiver?.onOriginDrain()
    } catch (bug) {
      this.#fail(bugFailure(bug, 'request-body'))
    }
  }

  readonly #onError = (error: Error): void => {
    this.#error = error
    this.#closed()
  }

  /** An end, or a close without one. */
  readonly #closed = (): void => {
    const receiver = this.#receiver
    try {
      this.#tellClosed(receiver)
    } catch (bug) {
      this.#fail(bugFailure(bug, 'response-body'), receiver)
    }
  }

  #tellClosed(receiver: ResponseReceiver | undefined): void {
    if (this.#dead) return
    if (this.#held) this.#held.closed = true
    else if (!receiver) this.#endIdle()
    else this.#endResponse(receiver)
  }

  #endResponse(receiver: ResponseReceiver): void {
    const follower = this.#follower
    // An error, unlike an end, never completes a body: the origin reset it.
    const error = this.#error ?? this.#upload?.reset
    if (!error && follower?.finish()) {
      this.#keep = false
      this.#finish(follower, receiver)
      receiver.onReadEnd()
      return
    }
    this.#fail(originEnded(error, follower ? 'body' : this.#touched ? 'head' : 'nothing'))
  }
}

import type { Writable } from 'node:stream'
import type { TempFolder } from '../flows/index.ts'
import type { BodyFollower, Framing } from '../http1/index.ts'
import { nothingRecorded, type Flow, type RecordedBody, type ResponseMessage } from '../model/flow.ts'
import { BodyRecord, contentSize } from './body-record.ts'
import type { Delivery } from './decide.ts'
import { HeldBody } from './held-body.ts'
import { joinHead, joinLimit } from './join-head.ts'
import { describeReason, type Reason } from './reason.ts'

/** What can be asked to send less for a while. Both may be called at any time, also twice. */
export type ByteSource = { pause(): void; resume(): void }

export type DeliveryOptions = {
  flow: Flow & { response: ResponseMessage }
  plan: Delivery
  /** As it goes out, with its empty line; latin1. */
  head: string
  /** The origin's framing is forwarded as it is; otherwise the content alone, ended by the connection. */
  raw: boolean
  framing: Framing['kind']
  client: Writable
  source: ByteSource
  folder: TempFolder
  bufferLimit: number
  /** flow.delivery has changed. */
  onChange: () => void
  /** All of the response has been handed to the operating system. Once, and not after `abandon`. */
  onDelivered: () => void
  /** What was held cannot be read back from its file; the response cannot be completed. */
  onLost: (cause: Error) => void
}

/**
 * Carries out one Delivery: origin's bytes in, client's bytes out. It is `held`, then perhaps `replaying` (held bytes
 * on their way out of a file), then `flowing`. Unmodified bytes flow without a promise, an object or a copy per chunk.
 */
export class ResponseDelivery {
  readonly #o: DeliveryOptions
  #state: 'held' | 'replaying' | 'flowing' | 'over'
  /** Not sent yet; goes out with the first bytes of the same read, or at its end. */
  #head: string | undefined
  #held: HeldBody | undefined
  #record: BodyRecord | undefined
  #shared = false
  #complete = false
  #cut: (() => void) | undefined
  #holdTimer: NodeJS.Timeout | undefined
  #waiting = false
  #onDrain: (() => void) | undefined

  constructor(options: DeliveryOptions) {
    this.#o = options
    this.#head = options.head
    this.#state = options.plan.mode === 'buffered' ? 'held' : 'flowing'
    const { plan, flow, folder, bufferLimit } = options
    if (plan.mode === 'streamed' && plan.record === 'live') this.#record = new BodyRecord(folder, bufferLimit)
    flow.delivery = { mode: plan.mode, reason: describeReason(plan.reason), crossoverAt: undefined }
    if (plan.asked !== undefined && plan.mode === 'streamed') this.#note(plan.reason)
    options.onChange()
  }

  /** Nothing of this response has been sent, so another one can still take its place. */
  get unsent(): boolean {
    return this.#head !== undefined && this.#state !== 'over'
  }

  /** The bytes of one read that belong to the body, right after the follower has followed them from `from` on. Lent. */
  take(bytes: Buffer, from: number, follower: BodyFollower): void {
    const { response } = this.#o.flow
    const size = contentSize(follower)
    response.bytes += size
    response.chunks = follower.chunks
    switch (this.#state) {
      case 'flowing':
        this.#complete = follower.done
        this.#forward(bytes, from, follower, size)
        this.#record?.take(bytes, follower)
        break
      case 'held':
        if (follower.done && !this.#held && !this.#exceeds(response.bytes)) this.#passWhole(bytes, from, follower, size)
        else this.#hold(bytes, from, follower, size)
        break
      case 'replaying':
        this.#append(bytes, from, follower, size)
        this.#complete = follower.done
        break
      case 'over':
        break
      default:
        this.#state satisfies never
    }
  }

  /** The read is over: what can go goes, and what must wait is watched. */
  endOfRead(): void {
    if (this.#state === 'flowing' && this.#head !== undefined) this.#write(undefined, false)
    else if (this.#state === 'held' && !this.#holdTimer && this.#o.plan.holdMs !== undefined && !this.#complete) {
      this.#holdTimer = setTimeout(() => this.#cross({ kind: 'held', ms: this.#o.plan.holdMs ?? 0 }), this.#o.plan.holdMs)
    }
  }

  /** The body is complete, without bytes that say so: there was none, or the connection has ended it. */
  finish(): void {
    if (this.#complete || this.#state === 'over') return
    this.#complete = true
    if (this.#state === 'held') this.#release()
    else if (this.#state === 'flowing') this.#finishFlowing()
  }

  /**
   * The body will not be completed. What was taken goes out, in order, and then `then` is called, to make the client
   * see the cut. Not to be called while `unsent`: answer otherwise, after `abandon`.
   */
  cut(then: () => void): void {
    if (this.#state === 'replaying') this.#cut = then
    else if (this.#state !== 'over') then()
  }

  /** The client has taken what it had been given. */
  drained(): void {
    const wake = this.#onDrain
    this.#onDrain = undefined
    wake?.()
    if (!this.#waiting) return
    this.#waiting = false
    this.#o.source.resume()
  }

  /** Nothing more is sent: the client is gone, or gets something else. */
  abandon(): void {
    this.#state = 'over'
    clearTimeout(this.#holdTimer)
    this.#held?.abandon()
    this.#onDrain?.()
  }

  /** Hands the record over, once, when delivery has ended. `whole`: the body came to its end. At once where possible. */
  finishRecord(whole: boolean): RecordedBody | Promise<RecordedBody> {
    this.abandon()
    const record = this.#record
    if (!this.#shared) void this.#held?.spool.dispose()
    if (!record) return nothingRecorded
    return record.finishNow(whole) ?? record.finish(whole)
  }

  #exceeds(length: number): boolean {
    const { crossoverAt } = this.#o.plan
    return crossoverAt !== undefined && length > crossoverAt.bytes
  }

  /** The usual small response: head and body are there together and leave together. */
  #passWhole(bytes: Buffer, from: number, follower: BodyFollower, size: number): void {
    this.#state = 'flowing'
    this.#complete = true
    this.#record = new BodyRecord(this.#o.folder, this.#o.bufferLimit)
    this.#forward(bytes, from, follower, size)
    this.#record.take(bytes, follower)
  }

  #hold(bytes: Buffer, from: number, follower: BodyFollower, size: number): void {
    if (!this.#held) {
      this.#held = new HeldBody(this.#o.folder, this.#o.source, (cause) => {
        this.#cross({ kind: 'no-room', cause: 'code' in cause ? String(cause.code) : cause.message })
      })
      // Without transfer chunks, what is sent is what is recorded: it is gathered once.
      this.#shared = !this.#o.raw || this.#o.framing !== 'chunked'
      const { folder, bufferLimit } = this.#o
      this.#record = new BodyRecord(folder, bufferLimit, this.#shared ? this.#held.spool : undefined)
    }
    this.#append(bytes, from, follower, size)
    this.#complete = follower.done
    const { crossoverAt } = this.#o.plan
    if (crossoverAt && this.#exceeds(this.#o.flow.response.bytes)) this.#cross(crossoverAt.reason, crossoverAt.bytes)
    else if (this.#complete) this.#release()
  }

  #append(bytes: Buffer, from: number, follower: BodyFollower, size: number): void {
    this.#held?.take(bytes, from, follower, this.#o.raw)
    if (this.#shared) this.#record?.appended(size)
    else this.#record?.take(bytes, follower)
  }

  /** From held to streamed. `at`: the offset in the body from which it is streamed; without, what is held by now. */
  #cross(reason: Reason, at = this.#o.flow.response.bytes): void {
    if (this.#state !== 'held') return
    const { flow, plan, onChange } = this.#o
    flow.delivery = { mode: 'streamed', reason: describeReason(reason), crossoverAt: at }
    if (plan.asked !== undefined) this.#note(reason)
    // Held too long means live: recorded on. Too large means: its first part is the record.
    if (reason.kind !== 'held') this.#record?.stop(at)
    else this.#record ??= new BodyRecord(this.#o.folder, this.#o.bufferLimit)
    onChange()
    this.#release()
  }

  #note(reason: Reason): void {
    this.#o.flow.notes.push(`${this.#o.plan.asked ?? ''} not applied: ${describeReason(reason)}`)
  }

  /** Sends what was held; from here on bytes flow. */
  #release(): void {
    clearTimeout(this.#holdTimer)
    const held = this.#held
    const parts = held?.spool.parts()
    if (held && !parts) {
      void this.#replay(held)
      return
    }
    this.#state = 'flowing'
    const { response } = this.#o.flow
    response.delivered = response.bytes
    response.deliveredChunks = response.chunks
    const last = parts?.length ?? 0
    parts?.forEach((part, index) => this.#write(part, this.#complete && index === last - 1))
    if (last === 0) {
      if (this.#complete) this.#finishFlowing()
      else this.#write(undefined, false)
    }
    this.#dropHeld()
    // The disk may have been what it was paused for, and nobody listens to the disk any more.
    if (!this.#complete && !this.#waiting) this.#o.source.resume()
  }

  async #replay(held: HeldBody): Promise<void> {
    const { client, source, flow } = this.#o
    this.#state = 'replaying'
    source.pause()
    this.#write(undefined, false)
    try {
      await held.replay(client, () => new Promise((resolve) => (this.#onDrain = resolve)))
    } catch (error) {
      // The temporary file has become unreadable: the client must not take what came for the whole.
      this.#record?.stop(0)
      if (!this.#isOver()) this.#o.onLost(error instanceof Error ? error : new Error(String(error)))
      return
    }
    if (this.#isOver()) return
    this.#state = 'flowing'
    flow.response.delivered = flow.response.bytes
    flow.response.deliveredChunks = flow.response.chunks
    this.#dropHeld()
    if (this.#cut) this.#cut()
    else if (this.#complete) this.#finishFlowing()
    else source.resume()
  }

  #isOver(): boolean {
    return this.#state === 'over'
  }

  #dropHeld(): void {
    const held = this.#held
    if (!held) return
    held.abandon()
    if (!this.#shared) void held.spool.dispose()
    this.#held = undefined
  }

  /** Everything is written already: wait until it has left. */
  #finishFlowing(): void {
    if (this.#head !== undefined) this.#write(undefined, true)
    else if (this.#o.client.writableLength === 0) queueMicrotask(() => this.#delivered())
    else this.#o.client.write('', this.#delivered)
  }

  #forward(bytes: Buffer, from: number, follower: BodyFollower, size: number): void {
    const { response } = this.#o.flow
    const { pieces } = follower
    if (this.#o.raw) {
      if (follower.carried) this.#write(follower.carried, false)
      const end = follower.accepted
      if (end > from) {
        this.#write(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end), follower.done)
      }
    } else {
      for (let index = 0; index < pieces.length; index += 2) {
        this.#write(bytes.subarray(pieces[index], pieces[index + 1]), false)
      }
      if (follower.done) this.#finishFlowing()
    }
    response.delivered += size
    response.deliveredChunks = follower.chunks
  }

  /** Writes the head, if it is due, and `bytes`. */
  #write(bytes: Buffer | undefined, last: boolean): void {
    const { client } = this.#o
    let out: Buffer | undefined = bytes
    if (this.#head !== undefined) {
      const head = this.#head
      this.#head = undefined
      if (bytes && bytes.length <= joinLimit) out = joinHead(head, bytes)
      else client.write(head, 'latin1', bytes || !last ? undefined : this.#delivered)
    }
    if (!out) return
    const more = last ? client.write(out, this.#delivered) : client.write(out)
    if (!more && !this.#complete && !this.#waiting) {
      this.#waiting = true
      this.#o.source.pause()
    }
  }

  /** One function for all writes, because it is handed to one write per response. */
  readonly #delivered = (): void => {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#o.onDelivered()
  }
}

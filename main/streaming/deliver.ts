import type { BodyFollower, Framing } from '../http1/index.ts'
import { emptyRecorded, nothingRecorded, type RecordedBody, type ResponseMessage } from '../model/flow.ts'
import type { BodyDelivery, DeliveryHost } from './body-delivery.ts'
import { BodyRecord, contentSize } from './body-record.ts'
import type { ClientWriter } from './client-writer.ts'
import type { Delivery } from './decide.ts'
import { HeldBody } from './held-body.ts'
import { describeReason, type Reason } from './reason.ts'

export type Outgoing = {
  /** As it goes out, with its empty line; latin1. */
  head: string
  framing: Framing['kind']
  /** Framed: as the origin has framed it, or in chunks of our own making; otherwise the content alone, ended by the connection. */
  raw: boolean
}

/** Sizes and line ends of chunks of one byte are five times their content; more than this is there to fill the disk. */
const mostFraming = 8

/**
 * Carries out one Delivery: origin's bytes in, client's bytes out. It is `held`, then perhaps `replaying` (held bytes
 * on their way out of a file), then `flowing`. Unmodified bytes flow without a promise, an object or a copy per chunk.
 */
export class ResponseDelivery implements BodyDelivery {
  readonly #host: DeliveryHost
  readonly #writer: ClientWriter
  readonly #plan: Delivery
  readonly #response: ResponseMessage
  readonly #raw: boolean
  /** What is sent has transfer chunks around its content. */
  readonly #framed: boolean
  #state: 'held' | 'replaying' | 'flowing' | 'over'
  #held: HeldBody | undefined
  #record: BodyRecord | undefined
  /** The record of a body that was there at once. */
  #whole: RecordedBody | undefined
  #complete = false
  #cut: (() => void) | undefined
  #holdTimer: NodeJS.Timeout | undefined
  #onDrain: (() => void) | undefined

  constructor(host: DeliveryHost, response: ResponseMessage, writer: ClientWriter, plan: Delivery, out: Outgoing) {
    this.#host = host
    this.#response = response
    this.#writer = writer
    this.#plan = plan
    this.#raw = out.raw
    this.#framed = out.raw && out.framing === 'chunked'
    this.#state = plan.mode === 'buffered' ? 'held' : 'flowing'
    writer.begin(out.head, host)
    if (plan.mode === 'streamed' && plan.record === 'live') this.#record = new BodyRecord(host.records)
    host.flow.delivery = { mode: plan.mode, reason: plan.words, crossoverAt: undefined }
    if (plan.asked !== undefined && plan.mode === 'streamed') this.#note(plan.reason)
    host.deliveryChanged()
  }

  get keepsBytes(): boolean {
    return true
  }

  get unsent(): boolean {
    return this.#state !== 'over' && this.#writer.unsent
  }

  take(bytes: Buffer, from: number, follower: BodyFollower): void {
    const response = this.#response
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

  endOfRead(): void {
    if (this.#state === 'flowing') {
      if (this.#writer.unsent) this.#writer.write(undefined, false)
      else this.#writer.settle()
    } else if (this.#state === 'held' && !this.#complete && !this.#holdTimer) {
      const { holdMs } = this.#plan
      if (holdMs !== undefined)
        this.#holdTimer = setTimeout(() => this.#crossLater({ kind: 'held', ms: holdMs }), holdMs)
    }
  }

  finish(): void {
    if (this.#complete || this.#state === 'over') return
    this.#complete = true
    if (this.#state === 'held') this.#release()
    else if (this.#state === 'flowing') this.#writer.finish()
  }

  cut(then: () => void): void {
    if (this.#state === 'replaying') this.#cut = then
    else if (this.#state !== 'over') then()
  }

  drained(): void {
    const wake = this.#onDrain
    this.#onDrain = undefined
    wake?.()
    // A replay goes on by itself; the source waits for its end.
    if (this.#state !== 'replaying') this.#writer.drained()
  }

  abandon(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#writer.end()
    clearTimeout(this.#holdTimer)
    this.#held?.drop()
    this.#onDrain?.()
  }

  finishRecord(whole: boolean): RecordedBody | Promise<RecordedBody> {
    this.abandon()
    if (this.#plan.reason.kind === 'no-body') return emptyRecorded
    if (this.#whole) return this.#whole
    const record = this.#record
    if (!record) return whole && this.#response.bytes === 0 ? emptyRecorded : nothingRecorded
    return record.finishNow(whole) ?? record.finish(whole)
  }

  finishDelivered(): undefined {
    // What came is what was sent.
  }

  #exceeds(length: number): boolean {
    const { crossoverAt } = this.#plan
    return crossoverAt !== undefined && length > crossoverAt.bytes
  }

  /** The usual small response: head and body are there together and leave together. */
  #passWhole(bytes: Buffer, from: number, follower: BodyFollower, size: number): void {
    this.#state = 'flowing'
    this.#complete = true
    const joined = this.#forward(bytes, from, follower, size)
    if (joined && !this.#framed) {
      const content = { kind: 'memory', bytes: joined.subarray(joined.length - size) } as const
      this.#whole = { state: 'complete', length: size, content }
    } else {
      this.#record = new BodyRecord(this.#host.records)
      this.#record.take(bytes, follower)
    }
  }

  #hold(bytes: Buffer, from: number, follower: BodyFollower, size: number): void {
    if (!this.#held) {
      const { records } = this.#host
      const onFailure = (cause: Error): void => {
        this.#crossLater({ kind: 'no-room', cause: 'code' in cause ? String(cause.code) : cause.message })
      }
      this.#held = new HeldBody({ folder: records.folder, source: this.#host, framed: this.#framed, onFailure })
      this.#record = new BodyRecord(records, this.#held.content)
    }
    this.#append(bytes, from, follower, size)
    this.#complete = follower.done
    const { crossoverAt } = this.#plan
    const { limit } = this.#host.records
    if (crossoverAt && this.#exceeds(this.#response.bytes)) this.#cross(crossoverAt.reason, crossoverAt.bytes)
    else if (this.#held.length > mostFraming * limit) this.#cross({ kind: 'buffer-limit', limit })
    else if (this.#complete) this.#release()
  }

  #append(bytes: Buffer, from: number, follower: BodyFollower, size: number): void {
    this.#held?.take(bytes, from, follower)
    this.#record?.appended(size)
  }

  /** Called by the event loop: nobody above would catch a bug. */
  #crossLater(reason: Reason): void {
    try {
      this.#cross(reason)
    } catch (bug) {
      this.#host.bug(bug)
    }
  }

  /** From held to streamed. `at`: the offset in the body from which it is streamed; without, what is held by now. */
  #cross(reason: Reason, at = this.#response.bytes): void {
    if (this.#state !== 'held') return
    const host = this.#host
    host.flow.delivery = { mode: 'streamed', reason: describeReason(reason), crossoverAt: at }
    if (this.#plan.asked !== undefined) this.#note(reason)
    // Held too long means live: recorded on. Too large means: its first part is the record.
    if (reason.kind !== 'held') this.#record?.stop(at)
    else this.#record ??= new BodyRecord(host.records)
    host.deliveryChanged()
    this.#release()
  }

  #note(reason: Reason): void {
    this.#host.flow.notes.push(`${this.#plan.asked ?? ''} not applied: ${describeReason(reason)}`)
  }

  /** Sends what was held; from here on bytes flow. */
  #release(): void {
    clearTimeout(this.#holdTimer)
    const held = this.#held
    const parts = held?.parts()
    if (held && !parts) {
      this.#replay(held).catch((bug: unknown) => this.#host.bug(bug))
      return
    }
    this.#state = 'flowing'
    this.#response.delivered = this.#response.bytes
    this.#response.deliveredChunks = this.#response.chunks
    const last = (parts?.length ?? 0) - 1
    parts?.forEach((part, index) => this.#writer.write(part, this.#complete && index === last))
    if (last < 0) {
      if (this.#complete) this.#writer.finish()
      else this.#writer.write(undefined, false)
    }
    this.#dropHeld()
    // The disk may have been what it was paused for, and nobody listens to the disk any more.
    if (!this.#complete && !this.#writer.waiting) this.#host.resume()
  }

  async #replay(held: HeldBody): Promise<void> {
    this.#state = 'replaying'
    const response = this.#response
    this.#writer.write(undefined, false)
    try {
      const drained = (): Promise<void> => new Promise((resolve) => (this.#onDrain = resolve))
      await held.replay(this.#writer.client, drained, (content, chunks) => {
        response.delivered += content
        response.deliveredChunks = chunks
      })
    } catch (error) {
      if (this.#isOver()) return
      // The temporary file has become unreadable: the client must not take what came for the whole.
      this.#record?.stop(0)
      this.#host.deliveryFailed(error instanceof Error ? error : new Error(String(error)))
      return
    }
    if (this.#isOver()) return
    this.#state = 'flowing'
    this.#dropHeld()
    if (this.#cut) this.#cut()
    else if (this.#complete) this.#writer.finish()
    else {
      this.#writer.drained()
      this.#host.resume()
    }
  }

  #isOver(): boolean {
    return this.#state === 'over'
  }

  #dropHeld(): void {
    this.#held?.drop()
    this.#held = undefined
  }

  /** Returns the buffer in which head and body have left together, if they have. */
  #forward(bytes: Buffer, from: number, follower: BodyFollower, size: number): Buffer | undefined {
    const writer = this.#writer
    let joined: Buffer | undefined
    if (this.#raw) {
      if (follower.carried) writer.write(follower.carried, false)
      const end = follower.accepted
      const all = from === 0 && end === bytes.length
      if (end > from) joined = writer.write(all ? bytes : bytes.subarray(from, end), follower.done)
    } else {
      const { pieces } = follower
      for (let at = 0; at < pieces.length; at += 2) writer.write(bytes.subarray(pieces[at], pieces[at + 1]), false)
      if (follower.done) writer.finish()
    }
    this.#response.delivered += size
    this.#response.deliveredChunks = follower.chunks
    return joined
  }
}

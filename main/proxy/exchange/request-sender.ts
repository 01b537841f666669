import type { Socket } from 'node:net'
import { followBody, type BodyFollower, type Framing, type WireLimits } from '../../http1/index.ts'
import { emptyRecorded, type Flow, type RecordedBody } from '../../model/flow.ts'
import {
  BodyRecord,
  contentSize,
  joinHead,
  joinLimit,
  type ByteSource,
  type RecordRoom,
} from '../../streaming/index.ts'

export type RequestHost = { readonly flow: Flow; readonly records: RecordRoom }

/**
 * A request on its way to the origin: its head, and its body as it comes from the client, always streamed. While
 * there is no connection yet, the client is paused after the first bytes of a body.
 */
export class RequestSender {
  /** All of it has come from the client. */
  received = false
  /** There is no body. */
  empty = true
  readonly #host: RequestHost
  readonly #head: string
  readonly #client: ByteSource
  #headDue = true
  #follower: BodyFollower | undefined
  #record: BodyRecord | undefined
  #origin: Socket | undefined
  #early: Buffer[] = []

  /** `head` as it goes out, latin1. */
  constructor(host: RequestHost, head: string, client: ByteSource) {
    this.#host = host
    this.#head = head
    this.#client = client
  }

  /** The head is understood and a body is on its way. */
  get started(): boolean {
    return this.#follower !== undefined
  }

  /** All of it has been handed to the origin's connection. */
  get done(): boolean {
    return this.received && !this.#headDue && this.#early.length === 0
  }

  /** Bytes of its body still wait to be written to the origin. */
  get waits(): boolean {
    return this.#origin !== undefined && this.#origin.writableLength > 0
  }

  follow(framing: Framing, limits: WireLimits): void {
    const follower = followBody(framing, limits)
    this.received = follower.done
    this.empty = follower.done
    if (this.empty) return
    this.#follower = follower
    this.#record = new BodyRecord(this.#host.records)
  }

  /** From here on bytes go to this connection; the head with the first of them, or at `flush`. */
  to(origin: Socket): void {
    this.#origin = origin
  }

  /** The request has to be sent once more, over another connection. Only when it is `empty`. */
  again(): void {
    this.#headDue = true
    this.#origin = undefined
  }

  /** Lent bytes; returns the offset behind those that belong to this request. Throws WireError. */
  take(bytes: Buffer, from: number): number {
    const follower = this.#follower
    if (!follower || this.received) return from
    let at: number
    try {
      at = follower.feed(bytes, from)
    } catch (error) {
      // What came before the fault is valid.
      this.#took(bytes, from, follower)
      throw error
    }
    this.#took(bytes, from, follower)
    return at
  }

  #took(bytes: Buffer, from: number, follower: BodyFollower): void {
    const { request } = this.#host.flow
    request.bytes += contentSize(follower)
    request.chunks = follower.chunks
    if (follower.carried) this.#pass(follower.carried)
    if (follower.accepted > from) this.#pass(bytes.subarray(from, follower.accepted))
    this.#record?.take(bytes, follower)
    if (follower.done) {
      this.received = true
      request.trailers = follower.trailers
    }
  }

  /** Sends what is due and was waiting. */
  flush(): void {
    const origin = this.#origin
    if (!origin) return
    const early = this.#early
    this.#early = []
    if (early.length > 0) this.#write(origin, early.length === 1 && early[0] ? early[0] : Buffer.concat(early))
    else if (this.#headDue) this.#write(origin, undefined)
    if (early.length > 0 && !origin.writableNeedDrain) this.#client.resume()
  }

  /** The origin takes bytes again. */
  drained(): void {
    this.#client.resume()
  }

  /** Ends the record; at once where possible. */
  finishRecord(): RecordedBody | Promise<RecordedBody> {
    const record = this.#record
    if (!record) return emptyRecorded
    return record.finishNow(this.received) ?? record.finish(this.received)
  }

  #pass(bytes: Buffer): void {
    if (this.#origin && this.#early.length === 0) {
      this.#write(this.#origin, bytes)
    } else {
      this.#early.push(Buffer.from(bytes))
      this.#client.pause()
    }
  }

  #write(origin: Socket, bytes: Buffer | undefined): void {
    let more = true
    if (this.#headDue && bytes && bytes.length <= joinLimit) {
      more = origin.write(joinHead(this.#head, bytes))
    } else {
      if (this.#headDue) more = origin.write(this.#head, 'latin1')
      if (bytes) more = origin.write(bytes)
    }
    this.#headDue = false
    const { request } = this.#host.flow
    request.delivered = request.bytes
    request.deliveredChunks = request.chunks
    if (!more) this.#client.pause()
  }
}

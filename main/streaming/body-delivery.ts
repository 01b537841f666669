import type { BodyFollower } from '../http1/index.ts'
import type { Flow, RecordedBody } from '../model/flow.ts'
import type { ModifierFailure } from '../model/modifier.ts'
import type { RecordRoom } from './body-record.ts'
import type { ResponseWriterOwner } from './client-writer.ts'

/** Whoever runs the flow whose response is delivered; also the source of its bytes, to be paused and resumed. */
export type DeliveryHost = ResponseWriterOwner & {
  readonly flow: Flow
  readonly records: RecordRoom
  /** flow.delivery has changed. */
  deliveryChanged(): void
  /** The response cannot be completed: what was held cannot be read back from its file, or as `ModifiedHost` says. */
  deliveryFailed(why: Error | ModifierFailure): void
}

/** How the body of one response gets to its client. */
export type BodyDelivery = {
  /** Nothing of this response has been sent, so another one can still take its place. */
  readonly unsent: boolean
  /** Bytes taken may still wait to be written, in the memory in which they came. */
  readonly keepsBytes: boolean
  /** The bytes of one read that belong to the body, right after the follower has followed them from `from` on. Lent. */
  take(bytes: Buffer, from: number, follower: BodyFollower): void
  /** The read is over: what can go goes, and what must wait is watched. */
  endOfRead(): void
  /** The body is complete, without bytes that say so: there was none, or the connection has ended it. */
  finish(): void
  /**
   * The body will not be completed. What was taken goes out, in order, and then `then` is called, to make the client
   * see the cut. Not to be called while `unsent`: answer otherwise, after `abandon`.
   */
  cut(then: () => void): void
  /** The client has taken what it had been given. */
  drained(): void
  /** Nothing more is sent: all has been, or the client is gone, or gets something else. */
  abandon(): void
  /** Hands the record over, once, when delivery has ended. `whole`: the body came to its end. At once where possible. */
  finishRecord(whole: boolean): RecordedBody | Promise<RecordedBody>
  /** The same of what the client was sent, when that is something else than what came; undefined: it is not. */
  finishDelivered(whole: boolean): RecordedBody | Promise<RecordedBody> | undefined
}

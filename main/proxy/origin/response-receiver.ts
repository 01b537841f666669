import type { BodyFollower, Framing, ResponseHead } from '../../http1/index.ts'
import type { Failure } from '../failure.ts'

/** Who asked. Called in this order: any number of onInformational; onResponse; onBody, onReadEnd; onResponseEnd. */
export type ResponseReceiver = {
  onInformational(head: ResponseHead): void
  onResponse(head: ResponseHead, framing: Framing): void
  /** `bytes` from `from` on have just been followed; they are lent. */
  onBody(bytes: Buffer, from: number, follower: BodyFollower): void
  /** All bytes of one read have been told. */
  onReadEnd(): void
  onResponseEnd(follower: BodyFollower): void
  /** 101: from now on the connection is the receiver's, bytes that came along included. */
  onSwitch(head: ResponseHead, rest: Buffer): void
  /** The connection takes bytes again. */
  onOriginDrain(): void
  /** Instead of all that was still to come. `untouched`: not a byte of a response had come. */
  onOriginFailure(failure: Failure, untouched: boolean): void
  /** Whether bytes told in the last read still wait in a write queue. */
  holdsBytes(): boolean
}

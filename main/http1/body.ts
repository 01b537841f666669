/**
 * Follows one body through the bytes as they come. After each `feed` the properties tell what those bytes were;
 * they hold until the next `feed`, and nothing is copied.
 */
export type BodyFollower = {
  /**
   * Reads from `from` on; returns the offset behind the last byte that belongs to this message.
   * Throws WireError; the properties then tell of the bytes before the fault, which may still be forwarded.
   */
  feed(bytes: Buffer, from: number): number
  /** The body is complete; bytes behind it belong to the next message. */
  done: boolean
  /** Content found by the last feed: pairs of start and end offset in its bytes, in order. */
  readonly pieces: number[]
  /** Framing bytes of earlier feeds that are known to be valid only now; forwarded before the rest. */
  carried: Buffer | undefined
  /** Bytes up to this offset may be forwarded as they are; what follows is an unfinished line, kept inside. */
  accepted: number
  /** Transfer chunks begun so far; for other framings, feeds that brought content. */
  chunks: number
  /** Of those, how many have come to the end of their content: each within one piece of some feed, at its end. */
  readonly ended: number
  /** Trailer field lines, each with its CRLF; undefined until they are complete, and when there are none. */
  trailers: string | undefined
  /** The connection has ended. True when that ends the body; false when the body is cut. */
  finish(): boolean
}

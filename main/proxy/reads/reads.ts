/** Where the bytes of a connection come from when they are lent: in memory that is used again. */
export type Reads = {
  /** Has the bytes until it returns; where they are written somewhere, until that queue is empty. */
  onBytes: (bytes: Buffer) => void
  /** Whether bytes given to `onBytes` before still wait in a write queue. */
  stillHeld: () => boolean
  /** Somebody else gets the bytes from here on; what the last one still has is theirs. */
  changeHands(): void
  /** A body is over, and the next one may be long in coming. */
  rest(): void
}

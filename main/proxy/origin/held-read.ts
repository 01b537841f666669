import type { BodyFollower } from '../../http1/index.ts'

/** What has come of a response behind its head while somebody thinks about that head. The origin is not read meanwhile. */
export class HeldRead {
  /** Of the body that waits. */
  follower: BodyFollower | undefined
  /** The connection has ended since. */
  closed = false
  #parts: Buffer[] = []

  /** Copies: what is left of the read that has brought the head, and perhaps of one that was under way. */
  add(bytes: Buffer): void {
    if (bytes.length > 0) this.#parts.push(Buffer.from(bytes))
  }

  take(): Buffer {
    const [first = Buffer.alloc(0), ...more] = this.#parts
    this.#parts = []
    return more.length > 0 ? Buffer.concat([first, ...more]) : first
  }
}

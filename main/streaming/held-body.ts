import type { Writable } from 'node:stream'
import { Spool, type TempFolder } from '../flows/index.ts'
import type { BodyFollower } from '../http1/index.ts'
import type { ByteSource } from './deliver.ts'

const pageSize = 256 * 1024
/** Bytes waiting for the disk beyond which the source is paused. Above the spool's low-water mark, or it would wait for ever. */
const maxBacklog = 4 * 1024 * 1024

/** A body that waits: what will be sent, exactly as it will be sent. In memory while it is short, else in a file. */
export class HeldBody {
  readonly spool: Spool
  readonly #source: ByteSource
  #over = false

  /** `onFailure` is called when the temporary file cannot be written: the body cannot be held any longer. */
  constructor(folder: TempFolder, source: ByteSource, onFailure: (cause: Error) => void) {
    this.#source = source
    this.spool = new Spool(folder)
    this.spool.onDrain = () => source.resume()
    this.spool.onFailure = onFailure
  }

  /** Copies what the follower has accepted for forwarding: `raw` as framed by the origin, else its content. */
  take(bytes: Buffer, from: number, follower: BodyFollower, raw: boolean): void {
    if (raw) {
      if (follower.carried) this.spool.append(follower.carried)
      this.spool.append(bytes.subarray(from, follower.accepted))
    } else {
      const { pieces } = follower
      for (let index = 0; index < pieces.length; index += 2) {
        this.spool.append(bytes.subarray(pieces[index], pieces[index + 1]))
      }
    }
    if (this.spool.backlog > maxBacklog && !this.spool.failure) this.#source.pause()
  }

  /**
   * Sends everything in order, waiting for the client between pages, also what is taken meanwhile; resolves when
   * all is handed to the client, or at once after `abandon`.
   */
  async replay(client: Writable, drained: () => Promise<void>): Promise<void> {
    for (let offset = 0; offset < this.spool.length && !this.#over; ) {
      const page = await this.spool.read(offset, pageSize)
      if (this.#isOver()) return
      offset += page.length
      if (!client.write(page) && offset < this.spool.length) await drained()
    }
  }

  /** The client is gone; what is held is not sent. */
  abandon(): void {
    this.#over = true
    this.spool.onDrain = undefined
    this.spool.onFailure = undefined
  }

  // A method, because the compiler does not know that an await lets others change the field.
  #isOver(): boolean {
    return this.#over
  }
}

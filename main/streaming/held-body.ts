import type { Writable } from 'node:stream'
import { Spool, spoolLowWater, type TempFolder } from '../flows/index.ts'
import { followBody, type BodyFollower, type WireLimits } from '../http1/index.ts'
import { contentSize } from './body-record.ts'
import type { ByteSource } from './client-writer.ts'

const pageSize = 256 * 1024
/** Bytes waiting for the disk beyond which the source is paused. Above the spool's low-water mark, or it would wait for ever. */
const maxBacklog = 4 * 1024 * 1024
/** What is held was accepted under the limits that are set. */
const accepted: WireLimits = { head: Infinity, fields: Infinity, extensions: Infinity }

export type HeldBodyOptions = {
  folder: TempFolder
  source: ByteSource
  /** It is sent as the origin has framed it, in chunks; otherwise what is sent is the content. */
  framed: boolean
  /** The temporary file cannot be written: the body cannot be held any longer. May be called twice. */
  onFailure: (cause: Error) => void
}

/** A body that waits: what will be sent, exactly as it will be sent. In memory while it is short, else in a file. */
export class HeldBody {
  /** The content alone, which is the record's; gathered once when it is what will be sent. */
  readonly content: Spool
  readonly #wire: Spool
  readonly #source: ByteSource
  readonly #framed: boolean
  #state: 'gathering' | 'replaying' | 'over' = 'gathering'

  constructor({ folder, source, framed, onFailure }: HeldBodyOptions) {
    this.#source = source
    this.#framed = framed
    this.#wire = this.#spool(folder, onFailure)
    this.content = framed ? this.#spool(folder, onFailure) : this.#wire
  }

  /** Copies what the follower has accepted for forwarding. */
  take(bytes: Buffer, from: number, follower: BodyFollower): void {
    const { pieces } = follower
    if (this.#framed) {
      if (follower.carried) this.#wire.append(follower.carried)
      this.#wire.append(bytes.subarray(from, follower.accepted))
    }
    for (let index = 0; index < pieces.length; index += 2) {
      this.content.append(bytes.subarray(pieces[index], pieces[index + 1]))
    }
    if (this.#backlog > maxBacklog && !this.#wire.failure && !this.content.failure) this.#source.pause()
  }

  /** Bytes that will be sent. */
  get length(): number {
    return this.#wire.length
  }

  /** All that will be sent, not copied, when it is in memory. */
  parts(): Buffer[] | undefined {
    return this.#wire.parts()
  }

  /**
   * Sends everything in order, waiting for the client between pages; resolves when all is handed to the client, or at
   * once after `drop`. The source stays paused meanwhile, or a slow client would fill the disk. `onSent` is told how
   * much content each page had, and how many chunks there were up to its end.
   */
  async replay(
    client: Writable,
    drained: () => Promise<void>,
    onSent: (content: number, chunks: number) => void,
  ): Promise<void> {
    this.#state = 'replaying'
    this.#source.pause()
    const follower = followBody({ kind: this.#framed ? 'chunked' : 'close' }, accepted)
    for (let offset = 0; offset < this.#wire.length;) {
      const page = await this.#wire.read(offset, pageSize)
      if (this.#isOver()) return
      offset += page.length
      const more = client.write(page)
      follower.feed(page, 0)
      onSent(contentSize(follower), follower.chunks)
      if (!more && offset < this.#wire.length) await drained()
      if (this.#isOver()) return
    }
  }

  /** Nothing is sent from here any more. The content stays with its record. */
  drop(): void {
    this.#state = 'over'
    if (this.#framed) void this.#wire.dispose()
    this.#wire.onDrain = this.content.onDrain = undefined
    this.#wire.onFailure = this.content.onFailure = undefined
  }

  get #backlog(): number {
    return Math.max(this.#wire.backlog, this.content.backlog)
  }

  #spool(folder: TempFolder, onFailure: (cause: Error) => void): Spool {
    const spool = new Spool(folder)
    spool.onDrain = () => {
      if (this.#state === 'gathering' && this.#backlog < spoolLowWater) this.#source.resume()
    }
    spool.onFailure = onFailure
    return spool
  }

  // A method, because the compiler does not know that an await lets others change the field.
  #isOver(): boolean {
    return this.#state === 'over'
  }
}

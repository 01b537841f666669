import { Spool, type TempFolder } from '../flows/index.ts'
import type { BodyFollower } from '../http1/index.ts'
import { ArrivalLog } from '../model/arrivals.ts'
import { emptyRecorded, nothingRecorded, type RecordedBody } from '../model/flow.ts'

/** Bytes waiting for the disk beyond which capture is said not to keep up, and recording ends. */
const maxBacklog = 4 * 1024 * 1024

/** Where records go, and how many bytes of one body. */
export type RecordRoom = { readonly folder: TempFolder; readonly limit: number }

/**
 * What is kept of one body: its content up to a limit. It never slows whoever feeds it: when the disk cannot keep up
 * or refuses, the record stays what it is and becomes partial.
 */
export class BodyRecord {
  /** Content offered, recorded or not. */
  offered = 0
  readonly #folder: TempFolder
  #limit: number
  #spool: Spool | undefined
  #handedOver = false
  readonly #arrivals = new ArrivalLog()

  /** `spool`: where the owner of a held body gathers the same bytes, so that they are not gathered twice. */
  constructor({ folder, limit }: RecordRoom, spool?: Spool) {
    this.#folder = folder
    this.#limit = limit
    this.#spool = spool
  }

  /** Copies the content that the follower found in `bytes`. */
  take(bytes: Buffer, follower: BodyFollower): void {
    const { pieces } = follower
    const at = performance.now()
    for (let index = 0; index < pieces.length; index += 2) {
      const [from, to] = [pieces[index] ?? 0, pieces[index + 1] ?? 0]
      if (this.offered < this.#limit) this.#arrivals.add(to - from, at)
      this.append(bytes, from, to)
    }
  }

  append(bytes: Buffer, from: number, to: number): void {
    const kept = Math.min(to - from, this.#limit - this.offered)
    this.offered += to - from
    if (kept <= 0) return
    this.#spool ??= new Spool(this.#folder)
    this.#spool.append(bytes.subarray(from, from + kept))
    if (this.#spool.backlog > maxBacklog || this.#spool.failure) this.stop()
  }

  /** The owner of the given spool has appended so many bytes. */
  appended(length: number): void {
    if (this.offered < this.#limit) this.#arrivals.add(length, performance.now())
    this.offered += length
  }

  /** Nothing is recorded beyond the first `length` bytes; without a length, beyond what there is. */
  stop(length: number = this.offered): void {
    this.#limit = Math.min(this.#limit, length)
  }

  /**
   * A copy of up to `length` recorded bytes from `offset`, as far as they have come; undefined: it was handed over.
   * Rejects when the disk cannot be read.
   */
  async read(offset: number, length: number): Promise<Buffer | undefined> {
    const spool = this.#spool
    if (this.#handedOver) return undefined
    if (!spool) return Buffer.alloc(0)
    const from = Math.max(0, offset)
    try {
      return await spool.read(from, Math.max(0, Math.min(length, this.#limit - from)))
    } catch (error) {
      // Its file went meanwhile to whom it was handed.
      if (this.#spool !== spool) return undefined
      throw error
    }
  }

  /** Hands the record over; ends it. `whole`: the body ended as it should, rather than being cut. */
  async finish(whole: boolean): Promise<RecordedBody> {
    const spool = this.#spool
    if (!spool) return this.offered > 0 ? nothingRecorded : whole ? emptyRecorded : truncatedEmpty
    await spool.settle()
    return this.#handOver(spool, whole)
  }

  /** As `finish`, at once, when nothing is on its way to a disk; else undefined. */
  finishNow(whole: boolean): RecordedBody | undefined {
    if (!this.#spool) return this.offered > 0 ? nothingRecorded : whole ? emptyRecorded : truncatedEmpty
    return this.#spool.parts() && this.#spool.backlog === 0 ? this.#handOver(this.#spool, whole) : undefined
  }

  #handOver(spool: Spool, whole: boolean): RecordedBody {
    const length = Math.min(spool.kept, this.#limit)
    const content = spool.content()
    this.#spool = undefined
    this.#handedOver = true
    const state = length < this.offered ? 'partial' : whole ? 'complete' : 'truncated'
    const arrivals = this.#arrivals.packed()
    return arrivals === undefined ? { state, length, content } : { state, length, content, arrivals }
  }
}

const truncatedEmpty: RecordedBody = { state: 'truncated', length: 0, content: undefined }

/** Bytes of content that the follower's last feed found. */
export function contentSize({ pieces }: Pick<BodyFollower, 'pieces'>): number {
  let size = 0
  for (let index = 0; index < pieces.length; index += 2) size += (pieces[index + 1] ?? 0) - (pieces[index] ?? 0)
  return size
}

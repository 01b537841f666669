/**
 * Recorded bodies, copied off the heap into segments: the newest in memory, the older ones in temporary files, one
 * per segment. Segments are written in the background, oldest first and one at a time. A segment that the disk does
 * not take, or not fast enough, is given up with its bodies: records are lost before memory or traffic is. On disk
 * the oldest are given up where the budget ends.
 */
import type { DiskBudget } from '../disk-budget.ts'
import type { Removals } from '../removals.ts'
import type { TempFolder } from '../temp-folder.ts'
import { overwriteRange, readRange } from './file-range.ts'
import type { BodyPlace } from './pack.ts'

const largestSegment = 1024 * 1024
const smallestSegment = 4 * 1024

/** Bytes are in memory, or else in the file at `path`, or else lost, for a reason that can be told. */
type Segment = {
  bytes: Buffer | undefined
  path: string | undefined
  lost: string | undefined
  used: number
  /** How many it has got, without those that were removed. */
  bodies: number
  /** While it was on its way to its file, where they are to be overwritten. */
  removed: BodyPlace[]
  /** The sequence number of the last flow with a body in here. */
  last: number
  dropped: boolean
}

export class BodySegments {
  /** Bytes of memory in use. */
  memory = 0
  /** Bodies given up. */
  lost = 0
  readonly #folder: TempFolder
  readonly #removals: Removals
  readonly #disk: DiskBudget
  readonly #limit: number
  readonly #segmentSize: number
  /** In use; the first has number `#first`, and only the last one is written to. */
  #segments: Segment[] = []
  #first = 0
  /** No segment with a lower number is on disk, or will be: they get there, and are given up there, oldest first. */
  #firstOnDisk = 0
  #writing: Promise<void> | undefined
  #inWriting: Segment | undefined
  #overwriting: Promise<void> = Promise.resolve()

  /** Over `limit` bytes segments move to files; at twice the limit, because the disk is behind, they are given up. */
  constructor(folder: TempFolder, removals: Removals, disk: DiskBudget, limit: number) {
    this.#folder = folder
    this.#removals = removals
    this.#disk = disk
    disk.join(this)
    this.#limit = limit
    this.#segmentSize = Math.max(smallestSegment, Math.min(largestSegment, Math.floor(limit / 8)))
  }

  /** Copies a body of the flow with this sequence number. */
  add(bytes: Buffer, sequence: number): BodyPlace {
    let segment = this.#segments.at(-1)
    if (segment?.bytes === undefined || segment.used + bytes.length > segment.bytes.length) {
      segment = this.#open(bytes.length)
    }
    const offset = segment.used
    if (segment.bytes !== undefined) bytes.copy(segment.bytes, offset)
    segment.used += bytes.length
    segment.bodies++
    segment.last = sequence
    return { segment: this.#first + this.#segments.length - 1, offset, length: bytes.length }
  }

  /** Why the bodies in this segment are lost; undefined when they are not. */
  lossOf(segment: number): string | undefined {
    return this.#segments[segment - this.#first]?.lost
  }

  /** A copy of up to `length` bytes from `offset` in the body; undefined when it is lost or dropped. */
  async read(place: BodyPlace, offset: number, length: number): Promise<Buffer | undefined> {
    const segment = this.#segments[place.segment - this.#first]
    const start = place.offset + Math.min(offset, place.length)
    const end = Math.min(start + length, place.offset + place.length)
    if (segment?.bytes !== undefined) return Buffer.from(segment.bytes.subarray(start, end))
    return segment?.path === undefined ? undefined : await readRange(segment.path, start, end - start)
  }

  /** Overwrites a body, or frees its segment when that was the last one in it. */
  remove(place: BodyPlace): void {
    const segment = this.#segments[place.segment - this.#first]
    if (segment === undefined) throw new Error(`segment ${place.segment} of bodies is gone`)
    segment.bodies--
    // Its place stays, so that the others keep their numbers.
    if (segment.bodies === 0) this.#drop(segment)
    else if (segment === this.#inWriting) segment.removed.push(place)
    else if (segment.bytes !== undefined) segment.bytes.fill(0, place.offset, place.offset + place.length)
    else this.#overwrite(segment, place)
  }

  /** Frees the segments that hold only bodies of flows with lower sequence numbers. */
  dropBefore(sequence: number): void {
    let first = this.#segments[0]
    while (first !== undefined && first.last < sequence) {
      this.#drop(first)
      this.#segments.shift()
      this.#first++
      first = this.#segments[0]
    }
  }

  clear(): void {
    this.dropBefore(Infinity)
  }

  oldest(): number {
    const segment = this.#oldestOnDisk()
    return segment?.last ?? Infinity
  }

  giveUpOldest(reason: string): void {
    const segment = this.#oldestOnDisk()
    if (segment !== undefined) this.#giveUp(segment, reason)
  }

  /** Resolves when no segment is being written: after clear(), no file will come any more. Never rejects. */
  async settled(): Promise<void> {
    await this.#writing
    await this.#overwriting
  }

  #open(length: number): Segment {
    const bytes = Buffer.allocUnsafeSlow(Math.max(length, this.#segmentSize))
    const segment = {
      bytes,
      path: undefined,
      lost: undefined,
      used: 0,
      bodies: 0,
      removed: [],
      last: -1,
      dropped: false,
    }
    this.#segments.push(segment)
    this.memory += bytes.length
    if (this.memory > this.#limit) this.#writing ??= this.#write()
    while (this.memory > 2 * this.#limit) {
      const oldest = this.#oldest()
      if (oldest === undefined) break
      this.#giveUp(oldest, 'bodies came faster than the disk could take them')
    }
    return segment
  }

  /** The oldest segment in memory that is full and not on its way to the disk. */
  #oldest(): Segment | undefined {
    const found = this.#segments.find((segment) => segment.bytes !== undefined && segment !== this.#inWriting)
    return found === this.#segments.at(-1) ? undefined : found
  }

  #oldestOnDisk(): Segment | undefined {
    this.#firstOnDisk = Math.max(this.#firstOnDisk, this.#first)
    let segment = this.#segments[this.#firstOnDisk - this.#first]
    while (segment !== undefined && (segment.lost !== undefined || segment.dropped)) {
      segment = this.#segments[++this.#firstOnDisk - this.#first]
    }
    return segment?.path === undefined ? undefined : segment
  }

  async #write(): Promise<void> {
    // Off the path of the flow whose body made us full.
    await new Promise(setImmediate)
    for (let segment = this.#oldest(); this.memory > this.#limit && segment?.bytes; segment = this.#oldest()) {
      this.#inWriting = segment
      const problem = await this.#writeOut(segment, segment.bytes.subarray(0, segment.used))
      this.#inWriting = undefined
      if (problem !== undefined && !segment.dropped) this.#giveUp(segment, problem)
    }
    this.#writing = undefined
  }

  /** Moves the segment to a file, unless it was dropped meanwhile; or resolves with why it could not. */
  async #writeOut(segment: Segment, bytes: Buffer): Promise<string | undefined> {
    let path: string | undefined
    try {
      const file = await this.#folder.newFile()
      path = file.path
      await using handle = file.handle
      await handle.writeFile(bytes)
    } catch (error) {
      if (path !== undefined) this.#removals.add(path)
      return `the disk did not take it (${error instanceof Error ? error.message : String(error)})`
    }
    if (segment.dropped) {
      this.#removals.add(path)
      return undefined
    }
    segment.path = path
    this.#free(segment)
    for (const place of segment.removed) this.#overwrite(segment, place)
    segment.removed = []
    this.#disk.take(segment.used)
    return undefined
  }

  /**
   * In the background, one after the other. A file that has gone meanwhile needs it no more; what the disk refuses to
   * overwrite goes with its file.
   */
  #overwrite({ path }: Segment, { offset, length }: BodyPlace): void {
    if (path === undefined) return
    this.#overwriting = this.#overwriting.then(() => overwriteRange(path, offset, length)).catch(() => undefined)
  }

  #giveUp(segment: Segment, reason: string): void {
    segment.lost = reason
    this.lost += segment.bodies
    this.#free(segment)
    this.#removeFile(segment)
  }

  #free(segment: Segment): void {
    this.memory -= segment.bytes?.length ?? 0
    segment.bytes = undefined
  }

  #drop(segment: Segment): void {
    segment.dropped = true
    this.#free(segment)
    this.#removeFile(segment)
  }

  #removeFile(segment: Segment): void {
    if (segment.path === undefined) return
    this.#removals.add(segment.path)
    this.#disk.giveBack(segment.used)
    segment.path = undefined
  }
}

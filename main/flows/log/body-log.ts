/**
 * What passes for as long as somebody likes, e.g. over a WebSocket, kept as it comes: in memory while it is short, then
 * in files, one after the other, so that the oldest can be given up for the newest. Its bound is the budget for bodies on
 * disk and not its own length. Promises: memory is bounded, whoever appends never waits, what is missing is known to
 * the byte, and what comes after a disk was full or slow is kept again.
 */
import { emptyRecorded, nothingRecorded, type Gap, type RecordedBody } from '../../model/flow.ts'
import { gapsBetween } from './gaps.ts'
import type { DiskBudget, RunningDiskUser } from '../disk-budget.ts'
import { spoolLowWater, spoolMemoryLimit } from '../spool.ts'
import type { TempFolder } from '../temp-folder.ts'
import { LogPiece } from './log-piece.ts'

const KiB = 1024
const MiB = 1024 * KiB

/** Bytes waiting for the disk beyond which it is said not to keep up: of one log, and of all where one has more than its share. */
const maxBacklog = { ofOne: 32 * MiB, share: 4 * MiB, ofAll: 64 * MiB } as const
/** What is given up at once when the budget ends: a part of it, so that most is kept. */
const largestPiece = 16 * MiB
const smallestPiece = 256 * KiB
/** The budget is told of bytes on disk in steps. */
const countStep = 256 * KiB
/** After the disk has refused. */
const tryAgainMs = 1000

export type LogRoom = { readonly folder: TempFolder; readonly disk: DiskBudget }

export class BodyLog implements RunningDiskUser {
  /** Bytes offered, kept or not. */
  offered = 0
  onDisk = 0
  readonly #folder: TempFolder
  readonly #disk: DiskBudget
  readonly #pieceSize: number
  readonly #onGap: () => void
  /** In order; the last one may be #current. */
  #pieces: LogPiece[] = []
  /** Takes what comes; undefined: the next one begins a piece, when it may. */
  #current: LogPiece | undefined
  /** On their way to where they stay. */
  readonly #closing = new Set<LogPiece>()
  readonly #reasons = new Set<string>()
  #tryAgainAt = 0
  #behind = false
  #handedOver = false

  /** `onGap`: more of it is missing than before, or the reason is new. Must not throw. */
  constructor({ folder, disk }: LogRoom, onGap: () => void) {
    this.#folder = folder
    this.#disk = disk
    // A multiple of any record that divides 256 KiB.
    this.#pieceSize = Math.min(largestPiece, Math.max(smallestPiece, pieceOf(disk.limit)))
    this.#onGap = onGap
    disk.joinRunning(this)
  }

  /** Bytes in memory that are to go to the disk. */
  get backlog(): number {
    let backlog = this.#current?.backlog ?? 0
    for (const piece of this.#closing) backlog += piece.backlog
    return backlog
  }

  /** Why not all of it is kept; half sentences. */
  get reasons(): readonly string[] {
    return [...this.#reasons]
  }

  /** What of the bytes offered is missing, in order. */
  get gaps(): Gap[] {
    return gapsBetween(this.#pieces, this.offered)
  }

  /** Copies `bytes`. */
  append(bytes: Buffer): void {
    const at = this.offered
    this.offered += bytes.length
    const piece = (this.#current ??= this.#begin(at))
    if (piece === undefined) return
    piece.append(bytes)
    if (piece.failure) {
      this.#tryAgainAt = performance.now() + tryAgainMs
      this.#closeCurrent()
      this.#lose(refused(piece.failure))
    } else if (this.#isBehind) {
      this.#behind = true
      this.#closeCurrent()
      this.#lose('it came faster than the disk could take it')
    } else if (piece.length >= this.#pieceSize) this.#closeCurrent()
    if (piece.length - piece.counted >= countStep) this.#count(piece, piece.length)
  }

  /**
   * A copy of up to `length` bytes from `offset`, fewer where a gap begins, none in one; undefined: it was handed over.
   * Rejects when the disk cannot be read.
   */
  async read(offset: number, length: number): Promise<Buffer | undefined> {
    const found: Buffer[] = []
    let at = Math.max(0, offset)
    const end = at + Math.max(0, length)
    while (at < end && !this.#handedOver) {
      const here = at
      const piece = this.#pieces.find((each) => each.offset <= here && here < each.end)
      const bytes = await piece?.read(at - piece.offset, end - at)
      if (bytes === undefined || bytes.length === 0) break
      found.push(bytes)
      at += bytes.length
    }
    const [first] = found
    return this.#handedOver ? undefined : found.length === 1 ? first : Buffer.concat(found)
  }

  /** One piece of it: the oldest but the very first, which says how it began, as long as there is another. */
  giveUpPart(reason: string): void {
    const onDisk = this.#pieces.filter((piece) => piece.counted > 0)
    const [first] = this.#pieces
    const piece = onDisk.find((each) => each !== first && each !== this.#current) ?? onDisk[0]
    if (piece === undefined) return
    if (piece === this.#current) this.#current = undefined
    this.#remove(piece)
    this.#lose(reason)
  }

  /** Nothing more comes. Resolves when all that is kept is where it stays, and counted. Never rejects. */
  async settle(): Promise<void> {
    // What comes of the read that led to this is kept, too.
    await Promise.resolve()
    this.#closeCurrent()
    await Promise.all([...this.#closing].map((piece) => piece.close()))
    if (this.#pieces.length === 0 || this.#isOne) return
    for (const piece of [...this.#pieces]) {
      if (!(await piece.toFile(this.#folder))) this.#remove(piece)
      else if (this.#pieces.includes(piece)) this.#count(piece, piece.length)
    }
  }

  /** Hands it over once it is settled; ends it. `whole`: it ended as it should, rather than being cut. */
  handOver(whole: boolean): RecordedBody {
    this.#handedOver = true
    this.#disk.leaveRunning(this)
    this.#disk.giveBack(this.onDisk)
    this.onDisk = 0
    return this.#recorded(whole)
  }

  #recorded(whole: boolean): RecordedBody {
    const last = this.#pieces.at(-1)
    if (!last) return this.offered > 0 ? nothingRecorded : whole ? emptyRecorded : truncatedEmpty
    const { gaps } = this
    const state = gaps.length > 0 ? 'partial' : whole ? 'complete' : 'truncated'
    const content = this.#isOne ? last.content : { kind: 'files' as const, files: this.#pieces.flatMap(fileOf) }
    return { state, length: last.end, content, ...(gaps.length > 0 && { gaps }) }
  }

  get #isBehind(): boolean {
    const { backlog } = this
    if (backlog <= maxBacklog.share) return false
    return backlog > maxBacklog.ofOne || this.#disk.backlog > maxBacklog.ofAll
  }

  /** As most are: nothing is missing before it, nor in other files. */
  get #isOne(): boolean {
    return this.#pieces.length === 1 && this.#pieces[0]?.offset === 0
  }

  #begin(at: number): LogPiece | undefined {
    if (this.#handedOver) return undefined
    if (this.#tryAgainAt > 0 && performance.now() < this.#tryAgainAt) return undefined
    if (this.#behind && this.backlog >= spoolLowWater) return undefined
    this.#behind = false
    const gap = at > (this.#pieces.at(-1)?.end ?? 0)
    const piece = new LogPiece(this.#folder, at, at === 0 ? spoolMemoryLimit : 0)
    this.#pieces.push(piece)
    // Now it is known where it ends.
    if (gap) this.#onGap()
    return piece
  }

  #closeCurrent(): void {
    const piece = this.#current
    if (!piece) return
    this.#current = undefined
    this.#closing.add(piece)
    void piece.close().then(() => {
      this.#closing.delete(piece)
      this.#closed(piece)
    })
  }

  #closed(piece: LogPiece): void {
    if (!this.#pieces.includes(piece)) return
    this.#count(piece, piece.content?.kind === 'file' ? piece.length : 0)
    if (piece.length === 0) this.#remove(piece)
    if (piece.failure) this.#lose(refused(piece.failure))
  }

  #count(piece: LogPiece, bytes: number): void {
    const more = bytes - piece.counted
    piece.counted = bytes
    this.onDisk += more
    if (more > 0) this.#disk.take(more)
    else this.#disk.giveBack(-more)
  }

  #remove(piece: LogPiece): void {
    this.#pieces = this.#pieces.filter((each) => each !== piece)
    this.#count(piece, 0)
    piece.remove()
  }

  #lose(reason: string): void {
    this.#reasons.add(reason)
    this.#onGap()
  }
}

const refused = ({ message }: Error): string => `the disk did not take it (${message})`

const truncatedEmpty: RecordedBody = { state: 'truncated', length: 0, content: undefined }

/** A sixteenth of the budget, and a power of two. */
const pieceOf = (limit: number): number => 2 ** Math.floor(Math.log2(Math.max(1, limit / 16)))

const fileOf = ({ offset, length, content }: LogPiece) =>
  content?.kind === 'file' ? [{ offset, length, path: content.path }] : []

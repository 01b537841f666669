import { rm } from 'node:fs/promises'
import { readRange } from '../packed/file-range.ts'
import { Spool, type SpoolContent } from '../spool.ts'
import type { TempFolder } from '../temp-folder.ts'

const nothing = Buffer.alloc(0)

/** A part of a log without a gap: bytes on their way to a file of its own, and there in the end. */
export class LogPiece {
  /** Of its first byte, in the whole. */
  readonly offset: number
  /** Bytes it has: those accepted, and once it is closed those that are where they stay. */
  length = 0
  /** How many of them are counted as being on disk. */
  counted = 0
  /** Once it is closed; undefined also when nothing of it is kept. */
  content: SpoolContent | undefined
  #spool: Spool | undefined
  #closed: Promise<void> | undefined
  #removed = false
  #failure: Error | undefined

  /** Up to `memoryLimit` bytes need no file. */
  constructor(folder: TempFolder, offset: number, memoryLimit: number) {
    this.offset = offset
    this.#spool = new Spool(folder, memoryLimit)
  }

  get end(): number {
    return this.offset + this.length
  }

  /** Bytes in memory that are to go to the file. */
  get backlog(): number {
    return this.#spool?.backlog ?? 0
  }

  /** Why nothing goes to the file any more. */
  get failure(): Error | undefined {
    return this.#spool?.failure ?? this.#failure
  }

  /** Copies `bytes`. Not after close() or remove(). */
  append(bytes: Buffer): void {
    this.#spool?.append(bytes)
    this.length += bytes.length
  }

  /** Nothing more comes. Resolves when all of it is where it stays, or has failed to get there. Never rejects. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  /** Up to `length` bytes from `offset` in this piece. Rejects when the disk cannot be read. */
  async read(offset: number, length: number): Promise<Buffer> {
    const spool = this.#spool
    try {
      if (spool) return await spool.read(offset, length)
    } catch (error) {
      // Its file went to `content` meanwhile, or away.
      if (this.#spool === spool) throw error
    }
    const end = Math.min(offset + length, this.length)
    if (this.content === undefined || offset >= end) return nothing
    if (this.content.kind === 'memory') return Buffer.from(this.content.bytes.subarray(offset, end))
    return (await readRange(this.content.path, offset, end - offset)) ?? nothing
  }

  /** A closed one that is in memory goes to a file. Resolves with whether it is in one. Never rejects. */
  async toFile(folder: TempFolder): Promise<boolean> {
    if (this.content?.kind !== 'memory') return this.content !== undefined
    let path: string | undefined
    try {
      const file = await folder.newFile()
      path = file.path
      await using handle = file.handle
      await handle.writeFile(this.content.bytes)
      this.content = { kind: 'file', path }
      return true
    } catch {
      // What the disk took of it before it was full.
      if (path !== undefined) await rm(path, { force: true }).catch(() => undefined)
      return false
    }
  }

  /** Its bytes are gone, also when it is being closed. Removes the file in the background. */
  remove(): void {
    this.#removed = true
    const spool = this.#spool
    this.#spool = undefined
    if (spool) void spool.dispose()
    if (this.content?.kind === 'file') void rm(this.content.path, { force: true }).catch(() => undefined)
    this.content = undefined
  }

  async #close(): Promise<void> {
    const spool = this.#spool
    await spool?.settle()
    if (this.#removed || !spool) return
    this.length = spool.kept
    this.content = spool.content()
    this.#failure = spool.failure
    this.#spool = undefined
  }
}

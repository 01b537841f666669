/**
 * The file half of a spool: moves bytes from memory to a temporary file, in order and one write at a time. Where the
 * file cannot be opened or written, it stops for good and the unwritten bytes stay where they are, in memory.
 */
import { blockSize, type Blocks } from './blocks.ts'
import type { TempFile, TempFolder } from './temp-folder.ts'

/** Not worth a write before; a trickle is gathered. */
const writeFrom = blockSize
/** Each write waits for a turn of the loop, in which others may have much to do. */
const writeAtMost = 4 * 1024 * 1024

export class SpoolFile {
  /** Bytes that are in the file; the rest is in memory. */
  written = 0
  failure: Error | undefined
  readonly #blocks: Blocks
  readonly #folder: TempFolder
  readonly #onProgress: (before: number) => void
  #file: TempFile | undefined
  #writing: Promise<void> | undefined
  #closed: Promise<void> | undefined
  /** Up to here the file is wanted now, however little that is. */
  #wanted = 0

  /** `onProgress` is told of every write, with the backlog there was before it, and of the failure; it must not throw. */
  constructor(folder: TempFolder, blocks: Blocks, onProgress: (backlog: number) => void) {
    this.#folder = folder
    this.#blocks = blocks
    this.#onProgress = onProgress
  }

  /** The file, while nobody has closed it. Undefined as long as it is being made. */
  get path(): string | undefined {
    return this.#file?.path
  }

  get backlog(): number {
    return this.#blocks.end - this.written
  }

  /** To be called when there may be something to write. */
  pump(): void {
    if (this.#writing === undefined && this.#due()) this.#writing = this.#write()
  }

  /** Resolves when all that is there at this moment is in the file, or has failed to get there. */
  async settle(): Promise<void> {
    const end = this.#blocks.end
    this.#wanted = Math.max(this.#wanted, end)
    while (this.written < end && this.failure === undefined && this.#closed === undefined) {
      this.pump()
      await this.#writing
    }
  }

  /** `length` bytes, all of them written before the call. */
  async read(target: Buffer, length: number, offset: number): Promise<void> {
    for (let at = 0; at < length;) {
      if (this.#file === undefined || this.#closed !== undefined) throw new Error('the spool is closed')
      const { bytesRead } = await this.#file.handle.read(target, at, length - at, offset + at)
      if (bytesRead === 0) throw new Error(`temporary file ${this.#file.path} is shorter than what was written to it`)
      at += bytesRead
    }
  }

  /** Ends writing and closes the file, also one that is being opened or written. Never rejects. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    // First of all `#closed` gets its value, which ends the writing.
    await Promise.resolve()
    await this.#writing
    await this.#file?.handle.close().catch(() => undefined)
  }

  #due(): boolean {
    if (this.failure !== undefined || this.#closed !== undefined) return false
    return this.backlog >= writeFrom || this.written < Math.min(this.#wanted, this.#blocks.end)
  }

  async #write(): Promise<void> {
    try {
      this.#file ??= await this.#folder.newFile()
      while (this.#due()) {
        const before = this.backlog
        const views = this.#blocks.front(this.written, writeAtMost)
        const { bytesWritten } = await this.#file.handle.writev(views, this.written)
        if (bytesWritten === 0) throw new Error(`temporary file ${this.#file.path} takes no more bytes`)
        this.written += bytesWritten
        this.#blocks.dropUntil(this.written)
        this.#onProgress(before)
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error))
      this.#onProgress(this.backlog)
    }
    this.#writing = undefined
  }
}

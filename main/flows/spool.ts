/**
 * A body as it is gathered: in memory while it is short, from then on in a temporary file. Nothing that was accepted
 * is lost when the disk refuses: what is in the file stays readable, and the rest stays in memory.
 */
import { rm } from 'node:fs/promises'
import type { BodyContent } from '../model/flow.ts'
import { Blocks } from './blocks.ts'
import { SpoolFile } from './spool-file.ts'
import type { TempFolder } from './temp-folder.ts'

const KiB = 1024

export type SpoolContent = Exclude<BodyContent, { kind: 'files' }>

/** Bodies up to this are kept in memory. */
export const spoolMemoryLimit = 256 * KiB

/** `onDrain` is called when the backlog falls below this: to pause at less would be to wait for ever. */
export const spoolLowWater = 1024 * KiB

export class Spool {
  /** The backlog was at or above `spoolLowWater` and no longer is. */
  onDrain: (() => void) | undefined
  /** Once at most. From now on memory grows with every piece, so whoever waits for onDrain must go on otherwise. */
  onFailure: ((error: Error) => void) | undefined
  readonly #folder: TempFolder
  readonly #memoryLimit: number
  readonly #blocks = new Blocks()
  #file: SpoolFile | undefined
  #state: 'gathering' | 'handed over' | 'disposed' = 'gathering'

  constructor(folder: TempFolder, memoryLimit: number = spoolMemoryLimit) {
    this.#folder = folder
    this.#memoryLimit = memoryLimit
  }

  /** Bytes accepted. */
  get length(): number {
    return this.#blocks.end
  }

  /** Bytes accepted that are to go to the file and are not there yet. 0 for a body that fits into memory. */
  get backlog(): number {
    return this.#file?.backlog ?? 0
  }

  /** Why nothing goes to the file any more. */
  get failure(): Error | undefined {
    return this.#file?.failure
  }

  /** Copies `bytes`: their buffer may be reused at once. Never throws. Ignored after content() and dispose(). */
  append(bytes: Buffer): void {
    if (this.#state !== 'gathering') return
    this.#blocks.append(bytes)
    if (this.#blocks.end <= this.#memoryLimit) return
    this.#file ??= new SpoolFile(this.#folder, this.#blocks, (before) => this.#progress(before))
    this.#file.pump()
  }

  /** All bytes, not copied, when they are in memory. Valid for ever: later pieces go behind them. */
  parts(): Buffer[] | undefined {
    return (this.#file?.written ?? 0) === 0 ? this.#blocks.views(0, this.#blocks.end) : undefined
  }

  /**
   * A copy of `length` bytes from `offset`, or of as many as have been accepted by now. Rejects when the file cannot
   * be read, and after content() or dispose() when that needs the file.
   */
  async read(offset: number, length: number): Promise<Buffer> {
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#blocks.end - offset)))
    const filed = Math.max(0, Math.min(target.length, (this.#file?.written ?? 0) - offset))
    // At once, before a write can move them to the file.
    this.#blocks.copy(offset + filed, target, filed)
    if (filed > 0) await this.#file?.read(target, filed, offset)
    return target
  }

  /** Resolves when all bytes accepted so far are where they stay: in memory, in the file, or in memory after a failure. */
  async settle(): Promise<void> {
    await this.#file?.settle()
  }

  /** How many bytes content() would hold: `length` once settled without failure, else a first part. */
  get kept(): number {
    if (this.#file === undefined) return this.#blocks.end
    return this.#file.written > 0 ? this.#file.written : Math.min(this.#blocks.end, this.#memoryLimit)
  }

  /**
   * Hands over what was gathered, `kept` bytes of it; a file is no longer the spool's from now on. Ends the spool:
   * undefined when it has ended before. Call settle() first where the whole body is wanted.
   */
  content(): SpoolContent | undefined {
    if (this.#state !== 'gathering') return undefined
    const kept = this.kept
    const path = this.#file?.path
    if (path !== undefined && this.#file !== undefined && this.#file.written > 0) {
      this.#end('handed over')
      void this.#file.close()
      return { kind: 'file', path }
    }
    const views = this.#blocks.views(0, kept)
    const [first] = views
    const bytes = first?.length === kept ? first : Buffer.concat(views, kept)
    if (this.#file === undefined) this.#end('handed over')
    else void this.dispose()
    return { kind: 'memory', bytes }
  }

  /** Closes and removes the file, also while it is being opened or written; resolves when it is gone. Never rejects. */
  async dispose(): Promise<void> {
    if (this.#state === 'gathering') this.#end('disposed')
    await this.#file?.close()
    const path = this.#file?.path
    if (this.#state === 'disposed' && path !== undefined) await rm(path, { force: true }).catch(() => undefined)
  }

  #end(state: 'handed over' | 'disposed'): void {
    this.#state = state
    this.onDrain = undefined
    this.onFailure = undefined
  }

  #progress(before: number): void {
    const failure = this.failure
    // In a microtask: what a callback does, or throws, is not part of the write.
    if (failure !== undefined) queueMicrotask(() => this.onFailure?.(failure))
    else if (before >= spoolLowWater && this.backlog < spoolLowWater) queueMicrotask(() => this.onDrain?.())
  }
}

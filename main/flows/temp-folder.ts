/**
 * The one private folder for everything an engine keeps on disk for a while. Made at the first file (most captures
 * never need it), readable by its owner alone, removed on close; a crashed run's folder is swept by a later run.
 */
import { rmSync } from 'node:fs'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderPrefix, sweep } from './crashed-runs.ts'

/** Open for reading and writing; both the handle and the file belong to whoever asked for it. */
export type TempFile = { path: string; handle: FileHandle }

/** Late enough to be out of the way of a start and of the first requests. */
const sweepAfterMs = 3000

export class TempFolder {
  readonly #parent: string
  #folder: Promise<string> | undefined
  #closed = false
  #files = 0
  #sweep: NodeJS.Timeout | undefined
  /** Where it is, once it is. */
  #path: string | undefined
  /** A process that is told to exit at once has no time for `close`. */
  readonly #onExit = (): void => {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true })
  }

  /** Touches no disk. */
  constructor(parent: string = tmpdir()) {
    this.#parent = parent
  }

  /** A new empty file with mode 0600. Rejects as the disk does, and after close. */
  async newFile(): Promise<TempFile> {
    const before = this.#folder
    try {
      return await this.#tryFile()
    } catch (error) {
      // Cleaners of /tmp take folders away under running programs. Once per file, we make another.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') || this.#closed) throw error
      if (this.#folder === before) this.#folder = undefined
      return await this.#tryFile()
    }
  }

  /** Removes what crashed runs have left, some seconds from now, in the background; does not keep the process alive. */
  sweepSoon(): void {
    if (this.#closed) return
    this.#sweep ??= setTimeout(() => void sweep(this.#parent), sweepAfterMs).unref()
  }

  /** Removes the folder with everything in it. Files still open stay readable to who holds them. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#sweep)
    process.off('exit', this.#onExit)
    const folder = await this.#folder?.catch(() => undefined)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }

  async #tryFile(): Promise<TempFile> {
    if (this.#closed) throw new Error('the temporary folder is closed')
    const folder = await (this.#folder ??= this.#make())
    const path = join(folder, String(++this.#files))
    return { path, handle: await open(path, 'wx+', 0o600) }
  }

  async #make(): Promise<string> {
    try {
      this.#path = await mkdtemp(join(this.#parent, await folderPrefix()))
      if (!process.listeners('exit').includes(this.#onExit)) process.on('exit', this.#onExit)
      return this.#path
    } catch (error) {
      // Not for ever: space or permission may come back.
      this.#folder = undefined
      throw error
    }
  }
}

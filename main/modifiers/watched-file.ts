import { constants, watch, type FSWatcher, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/** Editors write in several steps. */
const settleMs = 30
/** Where the system tells nothing (network drives, folders that were replaced), it is looked at so often. */
const pollMs = 2000
/** Bytes. */
const largest = 4 * 1024 * 1024

export type FileText = { text: string } | { problem: string }

/**
 * A text file that is read again whenever it may have changed, whatever way it was written: in place, or by putting
 * another file in its place. Tells what it holds at first, and then when that has become something else.
 */
export class WatchedFile {
  readonly #path: string
  readonly #onText: (text: FileText) => Promise<void> | void
  #watcher: FSWatcher | undefined
  #poll: NodeJS.Timeout
  #settle: NodeJS.Timeout | undefined
  #last: string | undefined
  #reading: Promise<void> | undefined
  #again = false
  #closed = false
  /** What polls compare, so that an unchanged file is not read. */
  #stamp = ''

  constructor(path: string, onText: (text: FileText) => Promise<void> | void) {
    this.#path = path
    this.#onText = onText
    this.#watch()
    this.#poll = setInterval(() => {
      if (!this.#watcher) this.#watch()
      this.#look()
    }, pollMs).unref()
  }

  /** Looks now. Resolves when what the file holds at this moment has been told, and `onText` is done with it. */
  async look(): Promise<void> {
    this.#stamp = ''
    this.#look()
    while (this.#reading) await this.#reading
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#poll)
    clearTimeout(this.#settle)
    this.#watcher?.close()
  }

  /** The folder, as the file itself may be replaced by another one. */
  #watch(): void {
    try {
      const watcher = watch(dirname(this.#path), { persistent: false }, (_event, name) => {
        if (name !== null && name !== basename(this.#path)) return
        clearTimeout(this.#settle)
        this.#stamp = ''
        this.#settle = setTimeout(() => this.#look(), settleMs).unref()
      })
      watcher.on('error', () => {
        watcher.close()
        this.#watcher = undefined
      })
      this.#watcher = watcher
    } catch {
      // The polls look for it, and try again.
    }
  }

  #look(): void {
    if (this.#closed) return
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined
      if (!this.#again) return
      this.#again = false
      this.#look()
    })
  }

  async #read(): Promise<void> {
    const found = await this.#content()
    if (found === undefined || this.#closed) return
    const content = JSON.stringify(found)
    if (content === this.#last) return
    this.#last = content
    await this.#onText(found)
  }

  /** Undefined: as it was at the last look. */
  async #content(): Promise<FileText | undefined> {
    try {
      // To open a pipe waits for whoever writes into it, and with it one of the few threads that do so. (Windows has
      // neither such pipes nor the flag, which adds nothing then.)
      await using file = await open(this.#path, constants.O_RDONLY | constants.O_NONBLOCK)
      const facts = await file.stat()
      if (!facts.isFile()) return { problem: `it is ${kindOf(facts)}, not a file` }
      const { size, mtimeMs, ctimeMs, ino } = facts
      const stamp = [size, mtimeMs, ctimeMs, ino].join()
      if (stamp === this.#stamp) return undefined
      this.#stamp = stamp
      if (size > largest) return { problem: `it has ${size} bytes; the most is ${largest}` }
      return { text: await file.readFile('utf8') }
    } catch (error) {
      this.#stamp = ''
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      return { problem: missing ? 'the file is not there' : `the file cannot be read (${reason(error)})` }
    }
  }
}

/** A device has no size, and may have no end. */
const kindOf = (facts: Stats): string => (facts.isFIFO() ? 'a pipe' : facts.isDirectory() ? 'a folder' : 'a device')

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

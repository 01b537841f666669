/**
 * The keys of TLS connections in NSS's format, appended to a file as SSLKEYLOGFILE asks for, so that a program such as
 * Wireshark can read a recording of the network. Whatever happens to the file, traffic goes on.
 */
import { open, stat, type FileHandle } from 'node:fs/promises'

/** Bytes that the disk has not taken yet, of which a handshake makes about 700; more are given up. */
const mostWaiting = 1024 * 1024

export class KeyLog {
  readonly #path: string
  readonly #notice: (sentence: string) => void
  #file: FileHandle | undefined
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #told = false

  /** `notice`: told once, when the file cannot be written. */
  constructor(path: string, notice: (sentence: string) => void) {
    this.#path = path
    this.#notice = notice
  }

  /** Readable by its owner alone when it is made now. Never rejects; may be called again. */
  async open(): Promise<void> {
    if (this.#file) return
    try {
      // A pipe that nobody reads would hold one of the process's threads for ever.
      const facts = await stat(this.#path).catch(() => undefined)
      if (facts && !facts.isFile()) throw new Error('it is not a file')
      this.#file = await open(this.#path, 'a', 0o600)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** A line with its end, for 'keylog' events. */
  readonly take = (line: Buffer): void => {
    if (!this.#file) return
    if (this.#waitingBytes + line.length > mostWaiting) {
      this.#fail(new Error('the disk is too slow'))
      return
    }
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    this.#writing ??= this.#write(this.#file)
  }

  /** Resolves when all is written. Never rejects. */
  async close(): Promise<void> {
    await this.#writing
    const file = this.#file
    this.#file = undefined
    await file?.close().catch(() => undefined)
  }

  async #write(file: FileHandle): Promise<void> {
    // Lines of one handshake come together; whole lines are written at once, as others may append, too.
    while (this.#waiting.length > 0) {
      const lines = Buffer.concat(this.#waiting)
      this.#waiting = []
      this.#waitingBytes = 0
      try {
        await file.appendFile(lines)
      } catch (error) {
        this.#fail(error)
      }
    }
    this.#writing = undefined
  }

  #fail(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    if (!this.#told) this.#notice(`The keys of TLS connections cannot be written to ${this.#path}: ${why}`)
    this.#told = true
  }
}

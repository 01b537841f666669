import type { ClientWriter } from '../client-writer.ts'
import { SpareBuffers } from './spare-buffers.ts'

/** What comes in one turn and fits leaves in one write. */
const batches = new SpareBuffers(128 * 1024, 16)
/** While the client is behind, less is copied rather than holding a batch until it has been taken. */
const little = 16 * 1024
/** Around a chunk: its size in hexadecimal digits, and two line ends. */
const framing = 16 + 4

/** Told of content that has been handed to the client; `bytes` are lent. */
export type Written = (bytes: Buffer, from: number, to: number) => void

/**
 * A body of our own making on its way to the client: each chunk as one transfer chunk, all that come in one turn in one
 * write. Without transfer chunks, for HTTP/1.0, the content alone.
 */
export class ChunkWriter {
  readonly #writer: ClientWriter
  readonly #framed: boolean
  readonly #onWritten: Written
  #batch: Buffer | undefined
  #used = 0
  /** Where in the batch content is: pairs of start and end. */
  #content: number[] = []
  /** Batches that the client had not taken when they were last looked at. */
  #waiting: Buffer[] = []

  constructor(writer: ClientWriter, framed: boolean, onWritten: Written) {
    this.#writer = writer
    this.#framed = framed
    this.#onWritten = onWritten
  }

  /** Copies. An empty chunk would end the body, so it is nothing. */
  chunk(bytes: Buffer): void {
    if (bytes.length === 0) return
    const needed = bytes.length + framing
    if (this.#batch && this.#used + needed > this.#batch.length) this.flush()
    this.#batch ??= batches.take(needed)
    const batch = this.#batch
    if (this.#framed) this.#used += batch.write(`${bytes.length.toString(16)}\r\n`, this.#used, 'latin1')
    this.#content.push(this.#used, this.#used + bytes.length)
    this.#used += bytes.copy(batch, this.#used)
    if (this.#framed) this.#used += batch.write('\r\n', this.#used, 'latin1')
  }

  /** Hands over what has come. */
  flush(): void {
    if (this.#batch) this.#handOver(this.#batch, false)
  }

  /** The body is complete. `trailers` are field lines, each with its CRLF. The writer is to be settled afterwards. */
  end(trailers: string): void {
    if (!this.#framed) {
      this.flush()
      this.#writer.finish()
      return
    }
    const last = `0\r\n${trailers}\r\n`
    if (this.#batch && this.#used + last.length > this.#batch.length) this.flush()
    const batch = this.#batch
    if (!batch) {
      this.#writer.write(Buffer.from(last, 'latin1'), true)
      return
    }
    this.#used += batch.write(last, this.#used, 'latin1')
    this.#handOver(batch, true)
  }

  /** The client has taken all it was given. */
  drained(): void {
    for (const batch of this.#waiting) batches.giveBack(batch)
    this.#waiting = []
  }

  /** What has not been handed over is forgotten. */
  drop(): void {
    this.#batch = undefined
    this.#content = []
    this.#used = 0
  }

  #handOver(batch: Buffer, last: boolean): void {
    const { client } = this.#writer
    const bytes = batch.subarray(0, this.#used)
    const behind = client.writableLength > 0
    if (!behind) this.drained()
    const copied = behind && bytes.length < little
    this.#writer.write(copied ? Buffer.from(bytes) : bytes, last)
    const content = this.#content
    for (let index = 0; index < content.length; index += 2) {
      this.#onWritten(batch, content[index] ?? 0, content[index + 1] ?? 0)
    }
    if (copied || client.writableLength === 0) batches.giveBack(batch)
    else this.#waiting.push(batch)
    this.drop()
  }
}

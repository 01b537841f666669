import type { ClientWriter } from '../client-writer.ts'

/** What comes in one turn and fits leaves in one write. */
const batchSize = 256 * 1024
/** Around a chunk: its size in hexadecimal digits, and two line ends. */
const framing = 16 + 4
/** Batches whose bytes have left, for the next ones. */
const maxSpare = 8
const spare: Buffer[] = []

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
    this.#batch ??=
      (needed <= batchSize ? spare.pop() : undefined) ?? Buffer.allocUnsafeSlow(Math.max(needed, batchSize))
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

  /** What has not been handed over is forgotten. */
  drop(): void {
    this.#batch = undefined
    this.#content = []
    this.#used = 0
  }

  #handOver(batch: Buffer, last: boolean): void {
    const { client } = this.#writer
    const bytes = batch.subarray(0, this.#used)
    // What has to wait takes no more memory than it needs, or many small writes would take a batch each.
    const waits = client.writableLength > 0
    this.#writer.write(waits ? Buffer.from(bytes) : bytes, last)
    const content = this.#content
    for (let index = 0; index < content.length; index += 2) {
      this.#onWritten(batch, content[index] ?? 0, content[index + 1] ?? 0)
    }
    // What the client has not taken yet still needs its memory.
    const free = waits || client.writableLength === 0
    if (free && batch.length === batchSize && spare.length < maxSpare) spare.push(batch)
    this.drop()
  }
}

import type { Stage, StageOutput } from '../../modifiers/index.ts'
import type { Coding } from './codings.ts'
import { CodingError, Decoder, type Recoder } from './decoder.ts'
import { Encoder } from './encoder.ts'

/** A chunk that becomes more than this comes in parts. */
const largestChunk = 1024 * 1024
/** Input waiting for its turn, beyond which whoever writes is asked to wait. */
const highWater = 256 * 1024

/** As a modifier's output; but it fails by what its input is. */
export type RecodeOutput = Omit<StageOutput, 'fail'> & { broken(error: CodingError): void; bug(cause: unknown): void }

/** Removes codings, given in the order in which they were applied. */
export function decodeStage(codings: readonly Coding[], out: RecodeOutput): Stage {
  return new RecodeStage(
    codings.toReversed().map((coding) => new Decoder(coding)),
    out,
  )
}

/** Applies them, in that order. */
export function encodeStage(codings: readonly Coding[], out: RecodeOutput): Stage {
  return new RecodeStage(
    codings.map((coding) => new Encoder(coding)),
    out,
  )
}

/**
 * Content codings as a stage: what one chunk stands for comes out as one chunk, or in parts of at most 1 MiB, at once. It
 * works ahead of who takes its output by one such part, and the buffers of each codec: a bomb goes off in small pieces,
 * for as long as somebody wants them.
 */
class RecodeStage implements Stage {
  readonly #recoders: readonly Recoder[]
  readonly #out: RecodeOutput
  #waiting: Buffer[] = []
  #waitingBytes = 0
  /** Somebody was told to wait. */
  #full = false
  #ending = false
  #over = false
  #running = false
  #paused = false
  #onResume: () => void = () => undefined
  #parts: Buffer[] = []
  #partBytes = 0

  constructor(recoders: readonly Recoder[], out: RecodeOutput) {
    this.#recoders = recoders
    this.#out = out
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ending || this.#over) return true
    this.#waiting.push(Buffer.from(bytes))
    this.#waitingBytes += bytes.length
    this.#start()
    if (this.#waitingBytes < highWater) return true
    this.#full = true
    return false
  }

  end(): void {
    if (this.#ending || this.#over) return
    this.#ending = true
    this.#start()
  }

  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#waiting = []
    for (const recoder of this.#recoders) recoder.destroy()
    this.#onResume()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#onResume()
  }

  #start(): void {
    if (this.#running) return
    this.#running = true
    this.#run().catch((error: unknown) => {
      if (this.#over) return
      this.cancel()
      if (error instanceof CodingError) this.#out.broken(error)
      else this.#out.bug(error)
    })
  }

  async #run(): Promise<void> {
    // Nothing is told before the call has returned that has brought the bytes.
    await Promise.resolve()
    for (let chunk = this.#waiting.shift(); chunk && !this.#over; chunk = this.#waiting.shift()) {
      this.#waitingBytes -= chunk.length
      await this.#give(through(this.#recoders, chunk))
      if (this.#full && this.#waitingBytes < highWater) {
        this.#full = false
        if (!this.#isOver()) this.#out.drain()
      }
    }
    this.#running = false
    if (!this.#ending || this.#isOver()) return
    this.#running = true
    await this.#give(endOf(this.#recoders))
    if (this.#isOver()) return
    this.cancel()
    this.#out.end()
  }

  /** What one chunk has become. */
  async #give(pieces: AsyncIterable<Buffer>): Promise<void> {
    for await (const piece of pieces) {
      if (this.#over) return
      if (this.#partBytes + piece.length > largestChunk) await this.#emit()
      this.#parts.push(piece)
      this.#partBytes += piece.length
    }
    await this.#emit()
    if (!this.#over) this.#out.endOfRead()
  }

  async #emit(): Promise<void> {
    const [first, second] = this.#parts
    if (!first) return
    while (this.#paused && !this.#over) await new Promise<void>((resolve) => (this.#onResume = resolve))
    const bytes = second ? Buffer.concat(this.#parts) : first
    this.#parts = []
    this.#partBytes = 0
    if (!this.#over) this.#out.chunk(bytes)
  }

  // A method, because the compiler does not know that an await lets others change the field.
  #isOver(): boolean {
    return this.#over
  }
}

/** What comes out behind the last one. */
async function* through(recoders: readonly Recoder[], bytes: Buffer): AsyncGenerator<Buffer> {
  const [first, ...rest] = recoders
  if (!first) {
    yield bytes
    return
  }
  for await (const piece of first.feed(bytes)) yield* through(rest, piece)
}

/** The ends of all of them, one after the other, each through those behind it. */
async function* endOf(recoders: readonly Recoder[]): AsyncGenerator<Buffer> {
  const [first, ...rest] = recoders
  if (!first) return
  for await (const piece of first.finish()) yield* through(rest, piece)
  yield* endOf(rest)
}

import type { Transform } from 'node:stream'

/** What node:zlib makes, as far as it is used here. */
export type Codec = Transform & {
  /** Input consumed. */
  readonly bytesWritten: number
  flush(kind: number, done: () => void): void
}

/**
 * A transform of node:zlib, asked for what one piece of input gives. It works ahead of who takes its output by no more
 * than its own buffers: what a bomb would give is not made before somebody wants it.
 */
export class TransformRun {
  /** It has ended by itself: behind what it has consumed, its format has nothing more. */
  over = false
  readonly #codec: Codec
  #failure: Error | undefined
  #wake: () => void = () => undefined

  constructor(codec: Codec) {
    this.#codec = codec
    const wake = (): void => this.#wake()
    codec.on('readable', wake)
    codec.on('end', () => {
      this.over = true
      wake()
    })
    codec.on('error', (error) => {
      this.#failure = error
      wake()
    })
    codec.on('close', wake)
  }

  get consumed(): number {
    return this.#codec.bytesWritten
  }

  /** What these bytes give; with `flush`, all that they can give. They must not change meanwhile. */
  async *feed(bytes: Uint8Array, flush?: number): AsyncGenerator<Buffer> {
    let done = false
    const taken = (): void => {
      done = true
      this.#wake()
    }
    this.#codec.write(bytes, flush === undefined ? taken : undefined)
    if (flush !== undefined) this.#codec.flush(flush, taken)
    yield* this.#read(() => done)
  }

  /** What is left to give when there is no more input. Throws when its format wants more. */
  async *finish(): AsyncGenerator<Buffer> {
    this.#codec.end()
    yield* this.#read(() => false)
  }

  /** Whoever is waiting for output gets no more. */
  destroy(): void {
    this.#codec.destroy()
  }

  async *#read(isDone: () => boolean): AsyncGenerator<Buffer> {
    const codec = this.#codec
    for (;;) {
      for (let piece = this.#next(); piece !== null; piece = this.#next()) yield piece
      if (this.#failure) throw this.#failure
      if (this.over || codec.destroyed) return
      if (codec.readableLength > 0) continue
      if (isDone()) return
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #next(): Buffer | null {
    return this.#codec.read() as Buffer | null // it is not in object mode, and has no encoding
  }
}

/** What `chunks` is asked for. */
export type ChunkSource = {
  pull(): Promise<IteratorResult<Uint8Array, undefined>>
  /** The modifier wants no more. */
  leave(): void
}

/** `chunks`, as a modifier is given them: it iterates, and is nothing else. */
class Chunks {
  readonly #source: ChunkSource

  constructor(source: ChunkSource) {
    this.#source = source
  }

  [Symbol.asyncIterator](): ChunkIterator {
    const iterator = new ChunkIterator(this.#source)
    Object.freeze(iterator)
    return iterator
  }
}

class ChunkIterator {
  readonly #source: ChunkSource

  constructor(source: ChunkSource) {
    this.#source = source
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#source.pull()
  }

  return(value?: unknown): Promise<IteratorResult<Uint8Array, unknown>> {
    this.#source.leave()
    return Promise.resolve({ value, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
harden(Chunks)
harden(ChunkIterator)

export const newChunks = (source: ChunkSource): object => Object.freeze(new Chunks(source))

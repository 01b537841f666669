/**
 * Tells windows of a state that changes often: at most four times a second, only when it is another one than was told
 * before, and never to nobody. A window that is behind is told when it is ready again.
 */
export type Reader<T> = {
  /** Whether it has taken what it was sent. */
  ready(): boolean
  tell(state: T): void
}

const intervalMs = 250

export class StateFeed<T> {
  readonly #build: () => Promise<T>
  readonly #goesOn: () => boolean
  readonly #onBug: (bug: unknown) => void
  readonly #readers = new Set<Reader<T>>()
  /** They have not been told the last state. */
  readonly #behind = new Set<Reader<T>>()
  #timer: NodeJS.Timeout | undefined
  #building = false
  #changed = false
  #told: string | undefined
  #toldAt = -Infinity

  /** `goesOn`: it changes by itself for now, so it is looked at again. */
  constructor(build: () => Promise<T>, goesOn: () => boolean, onBug: (bug: unknown) => void) {
    this.#build = build
    this.#goesOn = goesOn
    this.#onBug = onBug
  }

  /** Returns how to leave. */
  join(reader: Reader<T>): () => void {
    this.#readers.add(reader)
    this.asked()
    return () => {
      this.#readers.delete(reader)
      this.#behind.delete(reader)
      if (this.#readers.size === 0) this.close()
    }
  }

  /** Somebody has got the state otherwise, so that the last told is not what all of them know. */
  asked(): void {
    this.#told = undefined
    if (this.#goesOn()) this.change()
  }

  /** It may be another one now. */
  change(): void {
    this.#changed = true
    if (this.#readers.size === 0 || this.#building || this.#timer !== undefined) return
    const wait = this.#toldAt + intervalMs - performance.now()
    this.#timer = setTimeout(() => void this.#tell(), Math.max(0, wait))
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    this.#changed = false
    this.#building = true
    try {
      this.#spread(await this.#build())
    } catch (bug) {
      this.#onBug(bug)
    }
    this.#building = false
    this.#toldAt = performance.now()
    if (this.#isDue()) this.change()
  }

  // A method, because the compiler does not know that an await lets others change the field.
  #isDue(): boolean {
    return this.#changed || this.#behind.size > 0 || this.#goesOn()
  }

  #spread(state: T): void {
    const text = JSON.stringify(state)
    const isNew = text !== this.#told
    this.#told = text
    for (const reader of this.#readers) {
      if (!isNew && !this.#behind.has(reader)) continue
      if (reader.ready()) {
        this.#behind.delete(reader)
        reader.tell(state)
      } else this.#behind.add(reader)
    }
  }
}

/** Those who look on while something passes. They come after the client and the record, and can hurt neither. */
export class Watchers<Told extends unknown[]> {
  /** Replaced, never changed: one may come or go while others are being told. */
  #listeners: readonly ((...told: Told) => void)[] = []
  readonly #onBug: (bug: unknown) => void

  /** `onBug` hears of a listener that has thrown; it is not called again. */
  constructor(onBug: (bug: unknown) => void) {
    this.#onBug = onBug
  }

  get none(): boolean {
    return this.#listeners.length === 0
  }

  /** Returns how to stop listening. */
  add(listener: (...told: Told) => void): () => void {
    // Its own function, so that the same listener may listen twice and stop once.
    const own = (...told: Told): void => {
      listener(...told)
    }
    this.#listeners = [...this.#listeners, own]
    return () => this.#remove(own)
  }

  tell(...told: Told): void {
    for (const listener of this.#listeners) {
      try {
        listener(...told)
      } catch (bug) {
        this.#remove(listener)
        this.#onBug(bug)
      }
    }
  }

  #remove(listener: (...told: Told) => void): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }
}

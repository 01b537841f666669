/** Those who want to hear of something. One that throws is heard by nobody, and hurts nobody else. */
export class Listeners<T> {
  readonly #all = new Set<{ hear: (value: T) => void }>()

  /** Returns how to stop listening. */
  readonly add = (hear: (value: T) => void): (() => void) => {
    // Its own object, so that the same function may listen twice and stop once.
    const one = { hear }
    this.#all.add(one)
    return () => void this.#all.delete(one)
  }

  readonly tell = (value: T): void => {
    for (const { hear } of this.#all) {
      try {
        hear(value)
      } catch {
        // Nobody is left to be told.
      }
    }
  }
}

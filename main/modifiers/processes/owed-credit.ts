/** Credit waits no longer for company. */
const patienceMs = 10

/** Who owes its sandbox little credit: it leaves with whatever is sent next, or a little later. */
export class OwedCredit {
  readonly #owing = new Set<{ settle(): void }>()
  #timer: NodeJS.Timeout | undefined

  add(owing: { settle(): void }): void {
    this.#owing.add(owing)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const stage of this.#owing) stage.settle()
      this.#owing.clear()
    }, patienceMs)
  }

  /** It is over. */
  delete(owing: { settle(): void }): void {
    this.#owing.delete(owing)
    if (this.#owing.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

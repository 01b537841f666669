import { WireError } from '../../http1/index.ts'

/** Interim responses before one final one; more is a flood. */
const most = 64

/** Counts what comes before a final head: all of it is kept with the flow, and together has the room of one head. */
export class InterimCount {
  #count = 0
  #bytes = 0

  reset(): void {
    this.#count = 0
    this.#bytes = 0
  }

  /** Throws WireError. `limit`: bytes of a head. */
  add(bytes: number, limit: number): void {
    this.#bytes += bytes
    if (++this.#count > most || this.#bytes > limit) throw new WireError('too many interim responses')
  }
}

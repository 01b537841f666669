import type { BodyFollower } from '../http1/index.ts'
import type { BodyListener } from '../flows/index.ts'
import { contentSize } from './body-record.ts'

/** Those who look at one body while it comes. They come after the client and the record, and can hurt neither. */
export class BodyWatch {
  /** Replaced, never changed: one may come or go while others are being told. */
  #listeners: readonly BodyListener[] = []
  readonly #onBug: (bug: unknown) => void

  /** `onBug` hears of a listener that has thrown; it is not called again. */
  constructor(onBug: (bug: unknown) => void) {
    this.#onBug = onBug
  }

  /** Returns how to stop listening. */
  add(listener: BodyListener): () => void {
    // Its own function, so that the same listener may listen twice and stop once.
    const own: BodyListener = (bytes, end) => {
      listener(bytes, end)
    }
    this.#listeners = [...this.#listeners, own]
    return () => this.#remove(own)
  }

  /** The content that the follower has just found in `bytes`; `end`: its offset in the body, behind it. */
  tell(bytes: Buffer, { pieces }: BodyFollower, end: number): void {
    if (this.#listeners.length === 0) return
    let at = end - contentSize({ pieces })
    for (let index = 0; index < pieces.length; index += 2) {
      const piece = bytes.subarray(pieces[index], pieces[index + 1])
      at += piece.length
      for (const listener of this.#listeners) {
        try {
          listener(piece, at)
        } catch (bug) {
          this.#remove(listener)
          this.#onBug(bug)
        }
      }
    }
  }

  #remove(listener: BodyListener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }
}

import type { BodyFollower } from '../http1/index.ts'
import type { BodyListener } from '../flows/index.ts'
import { contentSize } from './body-record.ts'
import { Watchers } from './watchers.ts'

/** Those who look at one body while it comes. */
export class BodyWatch {
  readonly #watchers: Watchers<Parameters<BodyListener>>

  /** As Watchers. */
  constructor(onBug: (bug: unknown) => void) {
    this.#watchers = new Watchers(onBug)
  }

  /** Returns how to stop listening. */
  add(listener: BodyListener): () => void {
    return this.#watchers.add(listener)
  }

  /** The content that the follower has just found in `bytes`; `end`: its offset in the body, behind it. */
  tell(bytes: Buffer, { pieces }: BodyFollower, end: number): void {
    if (this.#watchers.none) return
    let at = end - contentSize({ pieces })
    for (let index = 0; index < pieces.length; index += 2) {
      const piece = bytes.subarray(pieces[index], pieces[index + 1])
      at += piece.length
      this.#watchers.tell(piece, at)
    }
  }
}

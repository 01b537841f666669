import type { ModifierFailure } from '../../model/modifier.ts'
import { ModifierError } from '../modifier.ts'

/** Makes of a payload what it stands for; throws FrameError where it is none. */
export type ReadAnswer<T> = (bytes: Uint8Array, from: number, to: number) => T

type Waiting = { take: ReadAnswer<void>; reject: (error: ModifierError) => void; version: number }

/** What a sandbox has been asked on a channel and has not answered. */
export class Questions {
  readonly #waiting = new Map<number, Waiting>()

  get open(): number {
    return this.#waiting.size
  }

  /** Resolves with what is read of the answer, rejects with ModifierError. */
  ask<T>(channel: number, version: number, read: ReadAnswer<T>): Promise<T> {
    return new Promise((resolve, reject: (error: ModifierError) => void) => {
      const take: ReadAnswer<void> = (bytes, from, to) => resolve(read(bytes, from, to))
      this.#waiting.set(channel, { take, reject, version })
    })
  }

  /** Throws FrameError where it is no answer; then it was not answered, and fails with all others. */
  answer(channel: number, bytes: Uint8Array, from: number, to: number): void {
    this.#waiting.get(channel)?.take(bytes, from, to)
    this.#waiting.delete(channel)
  }

  /** `failureOf` is told which version the question was about. */
  fail(channel: number, failureOf: (version: number) => ModifierFailure): void {
    const waiting = this.#waiting.get(channel)
    this.#waiting.delete(channel)
    waiting?.reject(new ModifierError(failureOf(waiting.version)))
  }

  failAll(failure: ModifierFailure): void {
    for (const channel of [...this.#waiting.keys()]) this.fail(channel, () => failure)
  }
}

import type { ModifierFailure } from '../../model/modifier.ts'
import { ModifierError } from '../modifier.ts'

type Waiting = { resolve: (payload: Uint8Array) => void; reject: (error: ModifierError) => void; version: number }

/** What a sandbox has been asked on a channel and has not answered. */
export class Questions {
  readonly #waiting = new Map<number, Waiting>()

  get open(): number {
    return this.#waiting.size
  }

  /** Resolves with the payload of the answer, rejects with ModifierError. */
  ask(channel: number, version: number): Promise<Uint8Array> {
    return new Promise((resolve, reject: (error: ModifierError) => void) => {
      this.#waiting.set(channel, { resolve, reject, version })
    })
  }

  answer(channel: number, payload: Uint8Array): void {
    this.#take(channel)?.resolve(payload)
  }

  /** `failureOf` is told which version the question was about. */
  fail(channel: number, failureOf: (version: number) => ModifierFailure): void {
    const waiting = this.#take(channel)
    waiting?.reject(new ModifierError(failureOf(waiting.version)))
  }

  failAll(failure: ModifierFailure): void {
    for (const channel of [...this.#waiting.keys()]) this.fail(channel, () => failure)
  }

  #take(channel: number): Waiting | undefined {
    const waiting = this.#waiting.get(channel)
    this.#waiting.delete(channel)
    return waiting
  }
}

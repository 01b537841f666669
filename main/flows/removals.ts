/** Deletes files in the background, one after the other: ten thousand at once would hold up everybody else's disk. */
import { rm } from 'node:fs/promises'

export class Removals {
  readonly #paths: string[] = []
  #running: Promise<void> | undefined

  add(path: string): void {
    this.#paths.push(path)
    this.#running ??= this.#run()
  }

  /** Resolves when everything added so far is gone, or has refused to go. Never rejects. */
  async done(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // Filled meanwhile: the array is read until it has no more.
    for (const path of this.#paths) await rm(path, { force: true }).catch(() => undefined)
    this.#paths.length = 0
    this.#running = undefined
  }
}

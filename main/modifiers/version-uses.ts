import type { Uses } from './applied-version.ts'
import { noStats, type ModifierStats } from '../model/modifier.ts'

/** Which versions flows run with, or may begin with; and what there is to tell about flows. */
export class VersionUses implements Uses {
  readonly stats: ModifierStats = { ...noStats }
  readonly #uses = new Map<number, number>()
  /** Of flows whose head was read, and that are not begun. */
  readonly #asked = new Map<number, number>()
  readonly #onUnused: (version: number) => void
  readonly #onChange: () => void

  /** `onUnused` is told of each version that nobody uses any more. */
  constructor(onUnused: (version: number) => void, onChange: () => void) {
    this.#onUnused = onUnused
    this.#onChange = onChange
  }

  get none(): boolean {
    return this.#uses.size === 0
  }

  has(version: number): boolean {
    return this.#uses.has(version)
  }

  begin(version: number, flow: number): void {
    this.#asked.set(flow, version)
    this.#count(version, 1)
  }

  headFailed(version: number, flow: number): void {
    this.stats.errors++
    this.end(version, flow)
  }

  end(version: number, flow: number): void {
    if (this.#asked.delete(flow)) this.#count(version, -1)
    this.#onChange()
  }

  opened(version: number, flow: number): void {
    this.#count(version, 1)
    this.stats.flows++
    this.stats.running++
    this.end(version, flow)
  }

  over(version: number, failed: boolean): void {
    this.stats.running--
    if (failed) this.stats.errors++
    this.#count(version, -1)
    this.#onChange()
  }

  times(medianMs: number, worstMs: number): void {
    this.stats.medianMs = medianMs
    this.stats.worstMs = Math.max(this.stats.worstMs ?? 0, worstMs)
    this.#onChange()
  }

  #count(version: number, change: 1 | -1): void {
    const count = (this.#uses.get(version) ?? 0) + change
    if (count > 0) this.#uses.set(version, count)
    else {
      this.#uses.delete(version)
      this.#onUnused(version)
    }
  }
}

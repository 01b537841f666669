/**
 * A large body as pages of text. Pages begin where characters begin, so each is decoded by itself; where one begins is
 * known when the one before has been read. A few keep their text, the others are read again.
 */
import { CallError } from '../../../../../app/contract/wire.ts'
import { decodeText, textCut } from '../../reading/charset.ts'

const most = 12

type Load = (offset: number, signal: AbortSignal) => Promise<{ bytes: Uint8Array; total: number }>

export class TextPages {
  version = 0
  fault: string | undefined
  readonly #encoding: string
  readonly #load: Load
  readonly #total: number
  /** Where each known page begins; the last one may be the end of the body. */
  readonly #starts = [0]
  /** In the order of their last use. */
  readonly #texts = new Map<number, string>()
  readonly #asked = new Map<number, AbortController>()
  readonly #watchers = new Set<() => void>()

  constructor(total: number, encoding: string, load: Load) {
    this.#total = total
    this.#encoding = encoding
    this.#load = load
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Pages whose beginning is known, the next to be read among them. */
  get known(): number {
    return (this.#starts.at(-1) ?? 0) < this.#total ? this.#starts.length : this.#starts.length - 1
  }

  text(index: number): string | undefined {
    return this.#texts.get(index)
  }

  want(index: number): void {
    const text = this.#texts.get(index)
    if (text !== undefined) {
      this.#texts.delete(index)
      this.#texts.set(index, text)
    } else if (index < this.known && !this.#asked.has(index)) void this.#fetch(index)
  }

  close(): void {
    for (const interest of this.#asked.values()) interest.abort()
    this.#asked.clear()
  }

  async #fetch(index: number): Promise<void> {
    const interest = new AbortController()
    this.#asked.set(index, interest)
    const start = this.#starts[index] ?? 0
    try {
      const { bytes, total } = await this.#load(start, interest.signal)
      if (interest.signal.aborted) return
      const cut = textCut(bytes, this.#encoding, start + bytes.length >= total || bytes.length === 0)
      this.#texts.set(index, decodeText(bytes.subarray(0, cut), this.#encoding, index === 0))
      // No bytes where some were to be: the body is shorter than was said.
      if (index === this.#starts.length - 1) this.#starts.push(cut === 0 ? this.#total : start + cut)
      const [oldest] = this.#texts.keys()
      if (this.#texts.size > most && oldest !== undefined) this.#texts.delete(oldest)
      this.fault = undefined
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (interest.signal.aborted) return
      this.fault = error.message
    }
    this.#asked.delete(index)
    this.version++
    for (const watcher of this.#watchers) watcher()
  }
}

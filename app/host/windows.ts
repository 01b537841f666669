/** What is told to everybody: to all windows, and notices to whoever listens beside them, as a log does. */
import type { EventName, EventValue } from '../contract/contract.ts'
import type { Told } from '../contract/wire.ts'
import type { ServedWindow } from './window.ts'

export class Windows {
  readonly #windows = new Set<ServedWindow>()
  readonly #listeners = new Set<(sentence: string) => void>()

  add(window: ServedWindow): void {
    this.#windows.add(window)
  }

  remove(window: ServedWindow): void {
    this.#windows.delete(window)
    window.close()
  }

  tell<E extends EventName>(event: E, value: EventValue<E>): void {
    // Name and value belong together by the signature; the union cannot see it.
    for (const window of this.#windows) window.tell({ event, value } as Told)
  }

  /** A window that does not read misses it. */
  notice(sentence: string): void {
    const told: Told = { event: 'notice', value: { at: Date.now(), sentence } }
    for (const window of this.#windows) if (window.ready()) window.tell(told)
    this.noticeBeside(sentence)
  }

  /** Of what windows see for themselves. */
  noticeBeside(sentence: string): void {
    for (const listener of this.#listeners) listener(sentence)
  }

  /** What must not have happened, as a notice. `where`: the call that it happened to, or another part of the host. */
  readonly bug = (bug: unknown, where: string): void => {
    const message = bug instanceof Error ? bug.message : String(bug)
    const place = bug instanceof Error ? /^ +(at .*)$/m.exec(bug.stack ?? '')?.[1] : undefined
    this.notice(`A bug in Spillway (${where}): ${message}${place === undefined ? '' : `, ${place}`}`)
  }

  /** Returns how to stop listening. */
  onNotice(listener: (sentence: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    for (const window of this.#windows) window.close()
    this.#windows.clear()
  }
}

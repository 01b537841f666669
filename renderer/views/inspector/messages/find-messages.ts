/** Finding a text in all messages of a list: a part with each question, and on with those that come. */
import type { Output } from '../../../../app/contract/contract.ts'
import { CallError } from '../../../../app/contract/wire.ts'
import { allSoFar, type FindSource } from '../body/find/finder.ts'

export type AskFind = (
  text: string,
  from: number,
  place: number,
  signal: AbortSignal,
) => Promise<Output<'flows.findMessages'>>

/** What a list of messages does with its search; a match is a place in the list. */
export type FindIn = {
  ask: AskFind
  /** Calls back when there may be more messages; returns how to leave. */
  subscribe: (watcher: () => void) => () => void
  /** Resolves when there is a connection to the host again, or nobody is interested any more. */
  connected: (signal: AbortSignal) => Promise<void>
  /** The place that is looked at. */
  place: () => number
  show: (place: number) => void
}

export class MessageSource implements FindSource<number> {
  /** How many messages could not be searched whole, of those that were gone through. */
  missed = 0
  readonly #in: FindIn
  #part = 0

  constructor(findIn: FindIn) {
    this.#in = findIn
  }

  progress = (): number => this.#part

  isBefore(place: number): boolean {
    return place < this.#in.place()
  }

  show(place: number): void {
    this.#in.show(place)
  }

  /**
   * Goes on until nobody is interested any more: whoever has looked for it wants to see it come. After a lost connection it
   * goes on where it was.
   */
  async *search(text: string, signal: AbortSignal): AsyncGenerator<readonly number[] | typeof allSoFar, undefined> {
    this.missed = 0
    this.#part = 0
    for (let from = 0, place = 0; !signal.aborted;) {
      const news = this.#news(signal)
      const answer = await this.#in.ask(text, from, place, signal).catch((error: unknown) => {
        if (error instanceof CallError && error.code === 'CLOSED') return undefined
        throw error
      })
      if (!answer) {
        news.leave()
        await this.#in.connected(signal)
        continue
      }
      ;({ next: from, place } = answer)
      this.missed += answer.missed
      this.#part = answer.total === 0 ? 1 : from / answer.total
      yield answer.found
      if (from < answer.total) {
        news.leave()
        continue
      }
      yield allSoFar
      await news.come
    }
  }

  /** `come`: something has changed since it was asked for, or nobody is interested any more. */
  #news(signal: AbortSignal): { come: Promise<void>; leave: () => void } {
    let leave = (): void => undefined
    const come = new Promise<void>((resolve) => {
      const left = this.#in.subscribe(() => leave())
      leave = () => {
        left()
        signal.removeEventListener('abort', leave)
        resolve()
      }
      signal.addEventListener('abort', leave)
    })
    return { come, leave }
  }
}

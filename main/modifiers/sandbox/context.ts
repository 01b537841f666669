/** For whom the code of a modifier is running: carried along by the runtime from call to call and over every await. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** One flow, as far as those are concerned who do something in its name. */
export type Context = {
  /** The engine's number of the flow. */
  readonly flow: number
  /**
   * A timer runs for it; one set `onPurpose` is a wait that is no hang. Returns what tells that it is over; `wake` is
   * called when the flow ends first, with whether something may still wait for it: the flow was cut short.
   */
  hold(wake: (cut: boolean) => void, onPurpose: boolean): () => void
  /** Something that was thrown where nobody of the modifier's could catch it. */
  failed(error: unknown): void
}

export const contexts = new AsyncLocalStorage<Context>()

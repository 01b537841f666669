/** Electron's objects are event emitters with a type for each event; Node's emitter is what runs. */
import { EventEmitter } from 'node:events'

export class Emitting {
  readonly events = new EventEmitter()
  readonly #add = (event: string, listener: (...args: unknown[]) => void): this => {
    this.events.on(event, listener)
    return this
  }
  readonly #addOnce = (event: string, listener: (...args: unknown[]) => void): this => {
    this.events.once(event, listener)
    return this
  }

  /** `on` as a class of electron.d.ts has it. */
  adder<T>(): T {
    return this.#add as T
  }

  onceAdder<T>(): T {
    return this.#addOnce as T
  }
}

/** An event that may be prevented. */
export function preventable<T extends object>(more: T): T & { defaultPrevented: boolean; preventDefault(): void } {
  const event = { ...more, defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) }
  return event
}

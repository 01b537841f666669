/** Electron's objects are event emitters with a type for each event; Node's emitter is what runs. */
import { EventEmitter } from 'node:events'

/** What electron.d.ts has as overloads, one for each event; a class says which are its own. */
type Add = (event: string, listener: (...args: unknown[]) => void) => unknown

export class Emitting {
  readonly events = new EventEmitter()
  protected readonly add: Add = (event, listener) => {
    this.events.on(event, listener)
    return this
  }
  protected readonly addOnce: Add = (event, listener) => {
    this.events.once(event, listener)
    return this
  }
}

/** An event that may be prevented. */
export function preventable<T extends object>(more: T): T & { defaultPrevented: boolean; preventDefault(): void } {
  const event = { ...more, defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) }
  return event
}

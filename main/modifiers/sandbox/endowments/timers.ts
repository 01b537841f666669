import { contexts } from '../context.ts'

/** Of one modifier at a time, so that a flood of them ends where it begins. */
const mostTimers = 10_000
/** What timers of the language take. */
const longestMs = 2 ** 31 - 1

type Running = { stop: () => void; ended: (() => void) | undefined }

let last = 0
const running = new Map<number, Running>()

/**
 * setTimeout and its like, with numbers instead of objects of the runtime. They belong to the flow in which they were
 * set and end with it. A timeout is a wait on purpose, an interval is none.
 */
export const timers = {
  setTimeout: (act: unknown, ms?: unknown, ...given: unknown[]): number => set('setTimeout', act, ms, given, true),
  setInterval: (act: unknown, ms?: unknown, ...given: unknown[]): number => set('setInterval', act, ms, given, false),
  clearTimeout: (id?: unknown): void => clear(id),
  clearInterval: (id?: unknown): void => clear(id),
}

/** A wait of the library. Rejects only where too many timers run. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const id = begin(() => end(), true)
    const timer = setTimeout(end, span(ms))
    started(id, () => clearTimeout(timer))
    function end(): void {
      clear(id)
      resolve()
    }
  })
}

function set(name: string, act: unknown, ms: unknown, given: unknown[], once: boolean): number {
  if (typeof act !== 'function') throw new TypeError(`${name}: its first argument must be a function`)
  const context = contexts.getStore()
  const call = (): void => {
    if (once) clear(id)
    try {
      Reflect.apply(act, undefined, given)
    } catch (error) {
      if (!context) throw error
      context.failed(error)
    }
  }
  // What was cut short is let go of; a generator that waits for a timeout could not return otherwise.
  const id = begin((cut) => (cut && once ? call() : clear(id)), once)
  const timer = once ? setTimeout(call, span(ms)) : setInterval(call, span(ms))
  started(id, () => clearTimeout(timer))
  return id
}

/** `wake` is called when the flow ends before the timer does. */
function begin(wake: (cut: boolean) => void, onPurpose: boolean): number {
  if (running.size >= mostTimers) throw new RangeError(`more than ${mostTimers} timers are running`)
  running.set(++last, { stop: () => undefined, ended: contexts.getStore()?.hold(wake, onPurpose) })
  return last
}

function started(id: number, stop: () => void): void {
  const timer = running.get(id)
  if (timer) timer.stop = stop
}

function clear(id: unknown): void {
  if (typeof id !== 'number') return
  const timer = running.get(id)
  if (!timer) return
  running.delete(id)
  timer.stop()
  timer.ended?.()
}

function span(ms: unknown): number {
  const value = Number(ms)
  return value > 0 ? Math.min(value, longestMs) : 0
}

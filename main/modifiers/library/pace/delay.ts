import type { LibraryHost } from '../host.ts'
import { type Items, itemsOf } from '../source.ts'
import { type Pause, milliseconds, withPauses } from './pauses.ts'

export type Delay = {
  (ms: number): Promise<void>
  <T>(items: Items<T>, ms: number): AsyncIterableIterator<T, void, undefined>
}

/** `delay(ms)` waits once. `delay(items, ms)` waits before each item, so that they are at least so far apart. */
export function createDelay(host: LibraryHost): Delay {
  function delay(ms: number): Promise<void>
  function delay<T>(items: Items<T>, ms: number): AsyncIterableIterator<T, void, undefined>
  function delay<T>(...given: [ms: number] | [items: Items<T>, ms: number]) {
    // Text is a list of characters as well; without a second value it was meant as a time.
    if (given.length === 1) return host.sleep(milliseconds('delay', given[0]))
    const items = itemsOf('delay', given[0])
    const time = milliseconds('delay', given[1])
    return withPauses(host, (pause) => slowly(items, time, pause))
  }
  return delay
}

async function* slowly<T>(items: Items<T>, ms: number, pause: Pause): AsyncGenerator<T, void, undefined> {
  for await (const item of items) {
    if (!(await pause(ms))) return
    yield item
  }
}

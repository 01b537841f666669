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
  function delay<T>(given: number | Items<T>, ms?: number): Promise<void> | AsyncIterableIterator<T, void, undefined> {
    if (typeof given === 'number') return host.sleep(milliseconds('delay', given))
    const items = itemsOf('delay', given)
    const time = milliseconds('delay', ms)
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

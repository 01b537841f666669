import { type Items, itemsOf, wholeNumber } from '../source.ts'

/** The first so many items. Ends with the last of them, without waiting for another. */
export function take<T>(items: Items<T>, count: number): AsyncGenerator<T, void, undefined> {
  return takeFrom(itemsOf('take', items), wholeNumber('take', 'the count', count, 0))
}

async function* takeFrom<T>(items: Items<T>, count: number): AsyncGenerator<T, void, undefined> {
  if (count === 0) return
  let taken = 0
  for await (const item of items) {
    yield item
    if (++taken === count) return
  }
}

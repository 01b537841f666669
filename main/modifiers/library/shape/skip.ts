import { type Items, itemsOf, wholeNumber } from '../source.ts'

/** All items but the first so many. */
export function skip<T>(items: Items<T>, count: number): AsyncGenerator<T, void, undefined> {
  return skipFrom(itemsOf('skip', items), wholeNumber('skip', 'the count', count, 0))
}

async function* skipFrom<T>(items: Items<T>, count: number): AsyncGenerator<T, void, undefined> {
  let seen = 0
  for await (const item of items) {
    if (seen === count) yield item
    else seen++
  }
}

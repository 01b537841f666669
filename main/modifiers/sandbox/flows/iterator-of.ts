/** What a modifier's function returned, ready to be asked. */
export type AnyIterator = {
  readonly isAsync: boolean
  next(): unknown
  return: (() => unknown) | undefined
}

/**
 * The iterator of whatever a modifier's function returned: a generator, any iterable, sync or async, or a promise of
 * one. Text and bytes could be iterated too, character by character, which nobody means. Throws TypeError.
 */
export async function iteratorOf(returned: unknown): Promise<AnyIterator> {
  const iterable = isThenable(returned) ? await returned : returned
  if (typeof iterable !== 'object' || iterable === null || ArrayBuffer.isView(iterable)) throw notIterable()
  const asyncMethod: unknown = Reflect.get(iterable, Symbol.asyncIterator)
  const isAsync = asyncMethod !== undefined && asyncMethod !== null
  const method: unknown = isAsync ? asyncMethod : Reflect.get(iterable, Symbol.iterator)
  if (typeof method !== 'function') throw notIterable()
  const iterator: unknown = Reflect.apply(method, iterable, [])
  if (typeof iterator !== 'object' || iterator === null) throw notIterable()
  const next: unknown = Reflect.get(iterator, 'next')
  const end: unknown = Reflect.get(iterator, 'return')
  if (typeof next !== 'function') throw notIterable()
  return {
    isAsync,
    // Of `await`, and of an object that is none, the language itself says what is wrong.
    next: () => Reflect.apply(next, iterator, []) as unknown,
    return: typeof end === 'function' ? () => Reflect.apply(end, iterator, []) as unknown : undefined,
  }
}

function notIterable(): TypeError {
  return new TypeError('the function must return an iterable of chunks, as a generator function does')
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'
}

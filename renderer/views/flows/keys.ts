/** What a key does to the place in the list. Pure. */

export type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** The index the key goes to; undefined when it is none of ours. -1: nothing is focused yet. */
export function indexAfter({ key, ctrlKey, metaKey, altKey }: Key, index: number, count: number, page: number) {
  if (altKey || count === 0) return undefined
  const letters = !ctrlKey && !metaKey
  const last = count - 1
  const to = (next: number): number => Math.min(last, Math.max(0, next))
  if (key === 'ArrowDown' || (letters && key === 'j')) return to(index + 1)
  // Upwards from nowhere is the newest.
  if (key === 'ArrowUp' || (letters && key === 'k')) return index < 0 ? last : to(index - 1)
  if (key === 'PageDown') return to(Math.max(0, index) + page)
  if (key === 'PageUp') return to(index - page)
  if (key === 'Home') return 0
  if (key === 'End') return last
  return undefined
}

/** The ids from one place to another, both included, in either direction. */
export const between = (ids: readonly number[], from: number, to: number): number[] =>
  ids.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)

/** What the next key applies to: the flow behind those that go, else the one before them. */
export function neighbour(ids: readonly number[], gone: ReadonlySet<number>): number | undefined {
  const last = ids.findLastIndex((id) => gone.has(id))
  return ids[last + 1] ?? ids.slice(0, Math.max(0, last)).findLast((id) => !gone.has(id))
}

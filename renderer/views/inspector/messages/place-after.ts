/** What a key does to the place in the list. Pure. */

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** Where the key leads from the chosen place, if there is one; undefined: it is none of ours. */
export function placeAfter(
  { key, ctrlKey, metaKey, altKey }: Key,
  chosen: number | undefined,
  count: number,
  page: number,
): number | undefined {
  if (altKey || ctrlKey || metaKey || count === 0) return undefined
  const last = count - 1
  const to = (place: number): number => Math.min(last, Math.max(0, place))
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return to(chosen === undefined ? 0 : chosen + 1)
    case 'ArrowUp':
    case 'k':
      // Upwards from nowhere is the newest.
      return to(chosen === undefined ? last : chosen - 1)
    case 'PageDown':
      return to((chosen ?? -1) + page)
    case 'PageUp':
      return to((chosen ?? last + 1) - page)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}

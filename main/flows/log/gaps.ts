import type { Gap } from '../../model/flow.ts'

/** What of `end` bytes is in none of these parts, which are in order. */
export function gapsBetween(
  parts: readonly { readonly offset: number; readonly length: number }[],
  end: number,
): Gap[] {
  const gaps: Gap[] = []
  let at = 0
  for (const { offset, length } of parts) {
    if (offset > at) gaps.push({ from: at, to: offset })
    at = offset + length
  }
  if (at < end) gaps.push({ from: at, to: end })
  return gaps
}

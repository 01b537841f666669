/** When certificates are good: decisions on times, all of them in milliseconds since 1970. */

export const dayMs = 24 * 60 * 60 * 1000

/** Both ends belong to it (RFC 5280 §4.1.2.5). */
export type Validity = { from: number; to: number }

// Apple's platforms refuse more than 398 days; a day less, because both ends of the period count.
const leafMs = 397 * dayMs
/** So long before a leaf's end another one takes its place: clocks differ, and connections are slow to begin. */
const spareMs = dayMs
/** Time to tell every client of a new CA. */
const caNoticeMs = 30 * dayMs

const wayOut =
  'both its files have to be removed to get a new one at the next start, which clients must be told to trust'

/** Of a leaf that is made now: from yesterday, so that a client whose clock is late takes it, and within the CA's. */
export function leafValidity(now: number, ca: Validity): Validity {
  const from = Math.min(Math.max(now - dayMs, ca.from), ca.to)
  return { from, to: Math.min(from + leafMs, ca.to) }
}

/** Whether a leaf has come to its end, or the clock was put back to before it began, and another one would do better. */
export function isStale(leaf: Validity, now: number, ca: Validity): boolean {
  if (now >= leaf.from && now <= leaf.to - spareMs) return false
  const other = leafValidity(now, ca)
  return now < leaf.from ? other.from < leaf.from : other.to > leaf.to
}

/** What is to be said of a CA at that time: the same words as long as it is true. Undefined: nothing. */
export function caTrouble(ca: Validity, now: number): string | undefined {
  if (now < ca.from) return `is not valid before ${day(ca.from)}: no client will take its certificates; check the clock`
  if (now > ca.to) return `expired on ${day(ca.to)}, and no client takes its certificates any more: ${wayOut}`
  return now > ca.to - caNoticeMs ? `expires on ${day(ca.to)}, before which ${wayOut}` : undefined
}

/** In UTC, for sentences: 2027-01-31. `time`: milliseconds since 1970. */
export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

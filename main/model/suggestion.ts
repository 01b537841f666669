/** `; did you mean "stream"?`, or nothing when nothing known is near. */
export function suggestion(written: string, known: readonly string[], show = (key: string) => `"${key}"`): string {
  let best: string | undefined
  let least = Math.max(2, Math.floor(written.length / 3)) + 1
  for (const key of known) {
    // Nothing that long is a slip of the hand, and comparing it would take time.
    if (Math.abs(written.length - key.length) >= least) continue
    const far = distance(written.toLowerCase(), key.toLowerCase())
    if (far >= least) continue
    best = key
    least = far
  }
  return best === undefined ? '' : `; did you mean ${show(best)}?`
}

/** Levenshtein's: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

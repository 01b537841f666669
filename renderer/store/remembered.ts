/** What this window remembers between visits: how things look, never what was captured. */

/** Something read back is whatever an older version, or a curious user, has put there: `check` has the last word. */
export function remembered<T>(name: string, check: (value: unknown) => T): T {
  try {
    return check(JSON.parse(localStorage.getItem(`spillway.${name}`) ?? 'null'))
  } catch {
    return check(null)
  }
}

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(`spillway.${name}`, JSON.stringify(value))
  } catch {
    // A full or forbidden storage only means that it looks as usual next time.
  }
}

/** What this window remembers between visits: how things look, never what was captured. */

/** Asked for late: where it is forbidden, the question itself fails. */
const forGood = (): Storage => localStorage
/** As long as the tab, over reloads. */
export const whileOpen = (): Storage => sessionStorage

/** Something read back is whatever an older version, or a curious user, has put there: `check` has the last word. */
export function remembered<T>(name: string, check: (value: unknown) => T, storage: () => Storage = forGood): T {
  try {
    return check(JSON.parse(storage().getItem(`spillway.${name}`) ?? 'null'))
  } catch {
    return check(null)
  }
}

export function remember(name: string, value: unknown, storage: () => Storage = forGood): void {
  try {
    storage().setItem(`spillway.${name}`, JSON.stringify(value))
  } catch {
    // A full or forbidden storage only means that it looks as usual next time.
  }
}

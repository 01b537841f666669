/**
 * What the runtime throws has constructors of its own, which are no business of a modifier: it gets an error of the
 * language with the same message.
 */
export function asLanguageErrors<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    const message = error instanceof Error ? error.message : 'it failed'
    throw error instanceof RangeError ? new RangeError(message) : new TypeError(message)
  }
}

/** Where the user is in the window. */
import { create } from 'zustand'

/**
 * `key` of the settings: the setting to be brought into sight and focused. `file` of the modifiers: the whole path, or
 * the name, of the one to be opened, and the line to be shown in it.
 */
export type Place =
  | { view: 'flows' }
  | { view: 'modifiers'; file?: string; line?: number; column?: number }
  | { view: 'settings'; key?: string }

/** What was remembered, as far as there is such a view. */
export function placeFrom(value: unknown): Place {
  return value === 'settings' || value === 'modifiers' ? { view: value } : { view: 'flows' }
}

const store = create<{ place: Place }>(() => ({ place: { view: 'flows' } }))

export const usePlace = (): Place => store((held) => held.place)

export const placeNow = (): Place => store.getState().place

export const onPlace = (listener: () => void): (() => void) => store.subscribe(listener)

/** Going to the same setting twice is two visits: the place is another object each time. */
export const goTo = (place: Place): void => {
  store.setState({ place: { ...place } })
}

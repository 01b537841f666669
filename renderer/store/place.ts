/** Where the user is in the window. */
import { create } from 'zustand'

/** `key` of the settings: the setting to be brought into sight and focused; `rule`: which line of the rules. */
export type Place = { view: 'flows' } | { view: 'settings'; key?: string; rule?: number }

const store = create<{ place: Place }>(() => ({ place: { view: 'flows' } }))

export const usePlace = (): Place => store((held) => held.place)

/** Going to the same setting twice is two visits: the place is another object each time. */
export const goTo = (place: Place): void => {
  store.setState({ place: { ...place } })
}

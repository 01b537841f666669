/** Hosts that are tunnelled untouched from now on, by one choice of the user, and the way back. */
import type { CallFault } from '../../app/contract/wire.ts'
import { changeSettings, settingsNow, useSettings } from './settings.ts'

/** `fixed`: given when Spillway was started, so that the window cannot change it. */
export type Passing = 'passes' | 'intercepted' | 'fixed'

/** Whether the host itself is in the list; patterns that mean it too are not looked at. */
export function usePassing(host: string): Passing {
  const settings = useSettings()
  if (settings?.values.passthrough?.includes(host)) return 'passes'
  return settings?.fixed.includes('passthrough') ? 'fixed' : 'intercepted'
}

const patterns = (): string[] => settingsNow()?.values.passthrough ?? []

/** Holds for new connections. Gives what was wrong, as changeSettings does. */
export const passThrough = (hosts: readonly string[]): Promise<CallFault | undefined> =>
  changeSettings({ passthrough: [...new Set([...patterns(), ...hosts])] })

/** Takes it back; what others have added to the list meanwhile stays. */
export function interceptAgain(hosts: readonly string[]): Promise<CallFault | undefined> {
  const left = patterns().filter((pattern) => !hosts.includes(pattern))
  return changeSettings({ passthrough: left.length > 0 ? left : null })
}

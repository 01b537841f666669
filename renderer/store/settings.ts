/** The settings as the host has them. */
import { create } from 'zustand'
import type { SettingsState } from '../../app/contract/contract.ts'
import type { CallFault } from '../../app/contract/wire.ts'
import { client, faultOf } from '../client/index.ts'
import { notify } from './notices.ts'

const store = create<{ state: SettingsState | undefined }>(() => ({ state: undefined }))

/** Undefined until the host has told them. */
export const useSettings = (): SettingsState | undefined => store((held) => held.state)

/** What is known outside of React. */
export const settingsNow = (): SettingsState | undefined => store.getState().state

/** What is wrong with the file concerns who never opens the settings too: it is said once, as soon as it is known. */
export const settingsTold = (state: SettingsState): void => {
  const { problem } = state
  if (problem !== undefined && problem !== store.getState().state?.problem) notify(problem, 'problem')
  store.setState({ state })
}

/**
 * Changes some settings, all or none; null puts a key back to its default. Values as in the config file: "3m" is fine.
 * Gives what was wrong, with the key where one is to blame; undefined means that they hold now.
 */
export async function changeSettings(patch: Record<string, unknown>): Promise<CallFault | undefined> {
  try {
    settingsTold(await client.call('settings.set', { patch }))
    return undefined
  } catch (error) {
    return faultOf(error)
  }
}

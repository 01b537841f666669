/** Whether the engine is listening, and where. */
import { create } from 'zustand'
import type { CaptureState } from '../../app/contract/contract.ts'
import { client, faultOf } from '../client/index.ts'
import { changeSettings, settingsNow } from './settings.ts'

const store = create<{ state: CaptureState | undefined }>(() => ({ state: undefined }))

/** Undefined until the host has told it. */
export const useCapture = (): CaptureState | undefined => store((held) => held.state)

export const captureTold = (state: CaptureState): void => {
  store.setState({ state })
}

/** What went wrong is told in the state's `problem`, except that the call itself did not get through. */
async function change(call: 'capture.start' | 'capture.stop'): Promise<void> {
  try {
    captureTold(await client.call(call, undefined))
  } catch (error) {
    const fault = faultOf(error)
    const state = store.getState().state
    captureTold({ ...(state ?? { status: 'stopped' }), problem: fault.message })
  }
}

/** Gives the port up, so that the next free one is taken, and starts. What went wrong is in the state, as ever. */
export async function startElsewhere(): Promise<void> {
  const host = settingsNow()?.values.listen?.host ?? ''
  // Only an address can stand without a port.
  const fault = await changeSettings({ listen: /^[\d.]+$|:/.test(host) ? host : null })
  if (fault) captureTold({ ...(store.getState().state ?? { status: 'stopped' }), problem: fault.message })
  else await startCapture()
}

export const startCapture = (): Promise<void> => change('capture.start')
export const stopCapture = (): Promise<void> => change('capture.stop')

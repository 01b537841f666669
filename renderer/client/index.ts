/**
 * The window's only door to its host. `main.tsx` opens it once; everything else calls and listens:
 *
 *     const flow = await client.call('flows.get', { id }, signal)
 *     const stop = client.on('settings', (state) => …)
 *
 * A failed call throws CallError; `faultOf(error)` gives its code and sentence.
 */
import { useSyncExternalStore } from 'react'
import { overBridge } from './bridge.ts'
import { Client, type Connection } from './client.ts'
import { takeToken, webSocket } from './web-socket.ts'

export { faultOf, type Connection } from './client.ts'

export const client = new Client((listener) =>
  (window.spillway ? overBridge(window.spillway) : webSocket(location, takeToken(window)))(listener),
)

/**
 * Who pastes the printed address into a tab that was refused changes only its fragment: the browser loads nothing, so the
 * new token is taken and tried here.
 */
export function hearTokens(): void {
  window.addEventListener('hashchange', () => {
    if (!window.spillway && takeToken(window) !== undefined) client.open()
  })
}

/** How the window is connected right now. */
export const useConnection = (): Connection =>
  useSyncExternalStore(
    (changed) => client.onConnection(changed),
    () => client.connection,
  )

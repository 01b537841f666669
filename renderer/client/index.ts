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

/** How the window is connected right now. */
export const useConnection = (): Connection =>
  useSyncExternalStore(
    (changed) => client.onConnection(changed),
    () => client.connection,
  )

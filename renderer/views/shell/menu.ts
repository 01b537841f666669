/** What is chosen from the desktop's menu: the page does it as if it had been chosen in the page. */
import type { MenuItem } from '../../../app/contract/contract.ts'
import { client } from '../../client/index.ts'
import { goTo } from '../../store/place.ts'
import { isMac } from '../../texts/common.ts'
import { clearFlows } from '../toolbar/index.tsx'

const acts: Record<Exclude<MenuItem, 'shortcuts'>, () => void> = {
  clear: clearFlows,
  settings: () => goTo({ view: 'settings' }),
  find,
}

/** Until the returned function is called. */
export const hearMenu = (showShortcuts: () => void): (() => void) =>
  client.on('menu', ({ item }) => (item === 'shortcuts' ? showShortcuts() : acts[item]()))

/** By the keys themselves: what they find depends on where the user is. The list's filter is what hears them last. */
function find(): void {
  const keys = { key: 'f', code: 'KeyF', keyCode: 70, [isMac ? 'metaKey' : 'ctrlKey']: true }
  const at = document.activeElement ?? document.body
  at.dispatchEvent(new KeyboardEvent('keydown', { ...keys, bubbles: true, cancelable: true }))
}

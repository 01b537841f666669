/** Connects the store with the host, once per window. */
import { client, faultOf, hearTokens } from '../client/index.ts'
import { captureTold } from './capture.ts'
import { keepInSync } from './flow-sync.ts'
import { flows } from './flows.ts'
import { tellOfModifiers } from './modifier-notices.ts'
import { modifiersTold } from './modifiers.ts'
import { notify } from './notices.ts'
import { keepSession } from './session.ts'
import { settingsTold } from './settings.ts'

/** What was missed while the connection was broken is asked anew after each connecting. */
export function start(): void {
  client.on('capture', captureTold)
  client.on('settings', settingsTold)
  client.on('modifiers', modifiersTold)
  client.on('notice', ({ sentence }) => {
    notify(sentence, 'problem')
  })
  client.onConnection(() => {
    if (client.connection.status === 'connected') ask()
  })
  keepInSync(client, flows)
  keepSession()
  tellOfModifiers()
  hearTokens()
  client.open()
}

function ask(): void {
  const failed = (error: unknown): void => {
    const { code, message } = faultOf(error)
    if (code !== 'CLOSED') notify(message, 'problem')
  }
  client.call('capture.state', undefined).then(captureTold, failed)
  client.call('settings.get', undefined).then(settingsTold, failed)
  client.call('modifiers.list', undefined).then(modifiersTold, failed)
}

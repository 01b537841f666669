/** What a page may not do, whoever made it: leave, open windows, embed, download, ask for permissions. */
import { app, session } from 'electron'
import { windowOrigin } from './scheme.ts'

/** Copying is what the window needs of all permissions; reading the clipboard is not among them. */
const copying = 'clipboard-sanitized-write'

/** Before the first window. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    // The page may reload itself; what it shows is not followed anywhere.
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame || event.url !== `${windowOrigin}/`) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, { isMainFrame, requestingUrl }) =>
    answer(permission === copying && isMainFrame && requestingUrl.startsWith(`${windowOrigin}/`)),
  )
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === copying && origin.replace(/\/$/, '') === windowOrigin,
  )
  defaultSession.setDevicePermissionHandler(() => false)
  defaultSession.on('will-download', (event) => event.preventDefault())
}

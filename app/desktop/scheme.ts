/** The window's own address, spillway://app/: the built files with the policies of the web host, and nothing else. */
import { protocol, session } from 'electron'
import { bundleAnswer } from '../web/bundle.ts'

const scheme = 'spillway'
/** As the browser knows the window: an origin of its own, where file: would be everybody's. */
export const windowOrigin = `${scheme}://app`

/** Before the app is ready, or it has no effect. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** `folder`: the built window. */
export function serveWindow(folder: string): void {
  session.defaultSession.protocol.handle(scheme, async ({ method, url }) => {
    const { host, pathname } = new URL(url)
    if (method !== 'GET' || `${scheme}://${host}` !== windowOrigin) return new Response(null, { status: 403 })
    const { status, headers, body } = await bundleAnswer(folder, pathname, windowOrigin)
    const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
    return new Response(new Uint8Array(body), { status, headers: fields })
  })
}

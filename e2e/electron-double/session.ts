/** The default session: its protocols, and the questions it asks the shell. */
import { Emitting } from './events.ts'

type Handle = (request: Request) => Response | Promise<Response>

/** Chromium does not know schemes that are not built in: a page of one has this https origin instead. */
const suffix = '.electron-double.invalid'
const mapped = new RegExp(`^https://([^/]+)\\.([a-z][a-z0-9-]*)\\${suffix}`)

export const toChromium = (url: string): string =>
  url.replace(/^([a-z][a-z0-9-]*):\/\/([^/]*)/, (all, scheme: string, host: string) =>
    privileged.has(scheme) ? `https://${host}.${scheme}${suffix}` : all,
  )
export const fromChromium = (url: string): string => url.replace(mapped, (_all, host, scheme) => `${scheme}://${host}`)

const privileged = new Set<string>()
export const handlers = new Map<string, Handle>()

export const protocol = {
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    for (const { scheme, privileges } of schemes) {
      if (!privileges?.standard || !privileges.secure) throw new Error('the double has only standard, secure schemes')
      privileged.add(scheme)
    }
  },
} satisfies Pick<typeof Electron.protocol, 'registerSchemesAsPrivileged'>

type Used = 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on'

class Session extends Emitting implements Pick<Electron.Session, Used> {
  readonly on = this.add as Electron.Session['on']
  readonly protocol = {
    handle(scheme: string, handle: (request: GlobalRequest) => GlobalResponse | Promise<GlobalResponse>): void {
      if (!privileged.has(scheme)) throw new Error(`the scheme ${scheme} was not registered`)
      handlers.set(scheme, handle)
    },
  } satisfies Pick<Electron.Protocol, 'handle'>
  check: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null
  request: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null

  setPermissionCheckHandler(handler: typeof this.check): void {
    this.check = handler
  }
  setPermissionRequestHandler(handler: typeof this.request): void {
    this.request = handler
  }
  /** Headless Chromium has no devices to ask about. */
  readonly setDevicePermissionHandler: Electron.Session['setDevicePermissionHandler'] = () => undefined
}

const defaultSession = new Session()

export const session = { defaultSession }

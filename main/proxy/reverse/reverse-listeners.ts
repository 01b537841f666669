import type { Socket } from 'node:net'
import { EngineError } from '../../model/errors.ts'
import { parseReverse } from '../../model/reverse.ts'
import type { Listening } from '../client/listener.ts'
import { listen } from '../client/listener.ts'
import { routeUrl, type Route } from './route.ts'

/** A port that stands for an origin: `url` is asked where the client asks for `host` and `port`. */
export type ReverseListening = Listening & { url: string }

/**
 * Opens them all, or none. Where no address is written, it is the proxy's host and the next free port behind its own.
 * `allowed` throws EngineError for hosts where nobody may listen; so does this.
 */
export async function listenReverse(
  texts: readonly string[],
  proxy: { host: string; port: number },
  allowed: (host: string) => void,
  onSocket: (socket: Socket, route: Route) => void,
): Promise<ReverseListening[]> {
  const open: ReverseListening[] = []
  try {
    for (const text of texts) {
      const parsed = parseReverse(text)
      if (!parsed.ok) throw new EngineError('BAD_SETTING', parsed.message)
      const { listen: asked, ...route } = parsed.value
      const { host, port } = asked ?? { host: proxy.host, port: undefined }
      allowed(host)
      const url = routeUrl(route)
      const opening = listen(host, port, (socket) => onSocket(socket, route), proxy.port + 1)
      open.push({ ...(await opening.catch((error: unknown) => fail(error, url))), url })
    }
    return open
  } catch (error) {
    for (const { server } of open) server.close()
    throw error
  }
}

function fail(error: unknown, url: string): never {
  if (!(error instanceof EngineError)) throw error
  const sentence = error.message.endsWith('.') ? error.message : `${error.message}.`
  throw new EngineError('REVERSE_FAILED', `${sentence} It was to stand for ${url}.`, { cause: error })
}

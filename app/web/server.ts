/**
 * The window's server: the built window to any browser of this machine, and the wire to those that know the token.
 * It listens on loopback alone, speaks to its own pages alone, and every queue, wait and connection of it is bounded.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { EngineError } from '../../main/model/errors.ts'
import { proxyUrl } from '../../main/model/address.ts'
import { wirePath } from '../contract/frames.ts'
import type { Address } from '../contract/options.ts'
import { admit, admitWire, type Refusal } from './admission.ts'
import { sentenceAnswer, upgradeRefusal, type Answer } from './answers.ts'
import { bundleAnswer } from './bundle.ts'
import { WireSessions, type WindowHost } from './wire-sessions.ts'

export type WindowServerOptions = {
  host: WindowHost
  token: string
  /** The built window: dist/renderer. */
  folder: string
  /** What cannot be told to a client: a file that cannot be read. */
  complain: (sentence: string) => void
  /** For tests. */
  times?: { helloMs?: number; beatMs?: number }
}

const limits = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2500,
  maxHeaderSize: 16 * 1024,
}
/** A browser opens six, and a WebSocket. */
const mostConnections = 200

/** Where the window is when no port is asked for; the next ones when that is taken. */
const usualPort = 8090
const portsTried = 20

export class WindowServer {
  readonly #server: Server
  readonly #sessions: WireSessions
  readonly #options: WindowServerOptions
  #listening = { host: '', port: 0 }

  constructor(options: WindowServerOptions) {
    this.#options = options
    this.#sessions = new WireSessions(options.host, options.token, options.times)
    this.#server = createServer(limits, (request, response) => void this.#answer(request, response))
    this.#server.maxConnections = mostConnections
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** Rejects with EngineError when the port is taken. */
  async listen({ host, port }: Address): Promise<{ host: string; port: number }> {
    const ports = port === undefined ? Array.from({ length: portsTried }, (_, index) => usualPort + index) : [port]
    for (const next of ports) {
      const failure = await this.#tryPort(host, next)
      if (failure === undefined) return this.#listening
      if (failure.code !== 'EADDRINUSE') throw notListening(host, next, failure)
    }
    const [first = 0] = ports
    throw new EngineError(
      'PORT_TAKEN',
      port === undefined
        ? `the ports ${first} to ${first + portsTried - 1} for the window are all taken: choose another, as --web 9000`
        : `port ${first} for the window is taken: end what uses it, or choose another, as --web ${first + 1}`,
    )
  }

  /** Where the window is, with the token: whoever has this has the window. */
  get url(): string {
    const { host, port } = this.#listening
    return `${proxyUrl(host, port)}/#token=${this.#options.token}`
  }

  /** How many are connected that have shown the token. */
  get windows(): number {
    return this.#sessions.windows
  }

  /** Stops listening and ends every connection, those of windows with a word. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await this.#sessions.close()
    this.#server.closeAllConnections()
    await closed
  }

  #tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
    return new Promise((resolve) => {
      this.#server.once('error', resolve)
      this.#server.listen({ host, port, exclusive: true }, () => {
        this.#server.off('error', resolve)
        const { address, port: taken } = this.#server.address() as AddressInfo // a port, not a pipe
        this.#listening = { host: address, port: taken }
        resolve(undefined)
      })
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer
    try {
      answer = await this.#answerOf(request)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#options.complain(`the window could not be shown: ${message}`)
      answer = sentenceAnswer({ status: 500, sentence: 'Spillway could not read its own files: build it again.' })
    }
    const { status, headers, body } = answer
    response.writeHead(status, { ...headers, 'Content-Length': body.length, ...(bodyless(request) ? {} : ended) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async #answerOf(request: IncomingMessage): Promise<Answer> {
    const own = admit(request, this.#listening.port)
    if (typeof own !== 'string') return sentenceAnswer(own)
    const { method, url = '' } = request
    if (method !== 'GET' && method !== 'HEAD') {
      const answer = sentenceAnswer({ status: 405, sentence: 'Only GET and HEAD are answered here.' })
      return { ...answer, headers: { ...answer.headers, Allow: 'GET, HEAD' } }
    }
    return bundleAnswer(this.#options.folder, url, own)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined)
    const refusal = this.#wireRefusal(request)
    if (refusal) socket.end(upgradeRefusal(refusal), () => socket.destroy())
    else this.#sessions.upgrade(request, socket, head)
  }

  #wireRefusal(request: IncomingMessage): Refusal | undefined {
    const own = admitWire(request, this.#listening.port)
    if (typeof own !== 'string') return own
    // The path exactly: a query could carry the token into somebody's log.
    if (request.url !== wirePath) return { status: 404, sentence: `Spillway's wire is at ${wirePath}.` }
    if (this.#sessions.full) return { status: 503, sentence: 'Too many windows are open: close some.' }
    return undefined
  }
}

/** Of a request whose body nobody reads the connection cannot be used again. */
const ended = { Connection: 'close' }
const bodyless = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] === undefined && headers['transfer-encoding'] === undefined

function notListening(host: string, port: number, cause: NodeJS.ErrnoException): EngineError {
  const why = cause.code === 'EACCES' ? 'this user may not use that port' : cause.message
  return new EngineError('LISTEN_FAILED', `cannot open the window at ${proxyUrl(host, port)}: ${why}`, { cause })
}

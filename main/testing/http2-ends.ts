/** Clients and origins that speak HTTP/2, by node:http2: not the code that is tested, but the same library. */
import { once } from 'node:events'
import {
  connect as connectHttp2,
  createSecureServer,
  createServer,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type Http2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { makeCertificate } from '../certificates/testing.ts'
import { connectClient, connectTunnel } from './raw-client.ts'
import { originCa } from './scripted-origin.ts'

export type Answer = (stream: ServerHttp2Stream, list: readonly string[], headers: IncomingHttpHeaders) => void

export const hello: Answer = (stream) => {
  stream.respond({ ':status': 200 })
  stream.end('hello')
}

export class Http2Origin implements AsyncDisposable {
  readonly authority: string
  readonly sessions: ServerHttp2Session[]
  /** TCP connections that are open. */
  readonly open: ReadonlySet<Socket>
  readonly #close: () => Promise<void>

  constructor(
    authority: string,
    sessions: ServerHttp2Session[],
    open: ReadonlySet<Socket>,
    close: () => Promise<void>,
  ) {
    this.authority = authority
    this.sessions = sessions
    this.open = open
    this.#close = close
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}

export type Http2OriginOptions = {
  /** HTTP/2 by prior knowledge. */
  plain?: boolean
  /** So many at once. */
  streams?: number
  /** RFC 8441 */
  webSockets?: boolean
  /** HTTP/1.1 is spoken, too: what is asked there. */
  http1?: (request: IncomingMessage, socket: Socket, head: Buffer) => void
}

/** With a certificate for "localhost" by originCa(). */
export async function startHttp2Origin(
  answer: Answer,
  { plain = false, streams = 100, webSockets = false, http1 }: Http2OriginOptions = {},
): Promise<Http2Origin> {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
  const settings = { enableConnectProtocol: webSockets, maxConcurrentStreams: streams, maxHeaderListSize: 256 * 1024 }
  const secured = { cert: pem, key: keyPem, settings, allowHTTP1: http1 !== undefined }
  const server = plain ? createServer({ settings }) : createSecureServer(secured)
  if (http1) server.on('upgrade', http1)
  const sessions: ServerHttp2Session[] = []
  server.on('session', (session: ServerHttp2Session) => sessions.push(session))
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, list: string[]) => {
    stream.on('error', () => undefined)
    answer(stream, list, headers)
  })
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return new Http2Origin(`localhost:${port}`, sessions, open, async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const session of sessions) session.destroy()
    for (const socket of open) socket.destroy()
    await closed
  })
}

export type Answered = {
  stream: ClientHttp2Stream
  status: number
  /** Names and values in turn. */
  list: readonly string[]
}

export class Http2Client implements AsyncDisposable {
  readonly session: ClientHttp2Session
  readonly authority: string
  readonly scheme: string

  constructor(session: ClientHttp2Session, scheme: string, authority: string) {
    this.session = session
    this.scheme = scheme
    this.authority = authority
    session.on('error', () => undefined)
  }

  /** Sends the head; with `body`, more is to come. `extra`: names and values in turn. */
  ask(
    path: string,
    { method = 'GET', extra = [] as string[], body = false, trailers = false } = {},
  ): ClientHttp2Stream {
    const pseudo = [':method', method, ':scheme', this.scheme, ':authority', this.authority, ':path', path]
    const stream = this.session.request([...pseudo, ...extra], { endStream: !body, waitForTrailers: trailers })
    stream.on('error', () => undefined)
    return stream
  }

  /** The head of the response, once it is there. */
  async answer(stream: ClientHttp2Stream): Promise<Answered> {
    const [headers, , list] = (await once(stream, 'response')) as [IncomingHttpHeaders, number, string[]]
    return { stream, status: Number(headers[':status']), list }
  }

  /** Asks, and reads all of the answer. Rejects when the stream is reset. */
  async get(path: string, options: Parameters<Http2Client['ask']>[1] = {}): Promise<Answered & { body: string }> {
    const answered = await this.answer(this.ask(path, options))
    return { ...answered, body: (await readAll(answered.stream)).toString('latin1') }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.session.destroyed) return
    const closed = once(this.session, 'close')
    this.session.destroy()
    await closed
  }
}

/** All of a body. Rejects when its stream is reset, with the code. */
export async function readAll(stream: ClientHttp2Stream): Promise<Buffer> {
  const parts: Buffer[] = []
  stream.on('data', (bytes: Buffer) => parts.push(bytes))
  if (!stream.closed) await once(stream, 'close')
  if (stream.rstCode !== 0) throw new Error(`reset with ${stream.rstCode}`)
  return Buffer.concat(parts)
}

/** Through the proxy: CONNECT, TLS that trusts `ca` alone, HTTP/2. */
export async function connectHttp2Client(proxyPort: number, authority: string, ca: string): Promise<Http2Client> {
  const { socket } = await connectTunnel(proxyPort, authority)
  socket.removeAllListeners()
  const secure = connectTls({ socket, ca, servername: 'localhost', ALPNProtocols: ['h2', 'http/1.1'] })
  await once(secure, 'secureConnect')
  return http2Over(secure, authority)
}

/** Over a connection whose handshake is done. */
export async function http2Over(secure: TLSSocket, authority: string): Promise<Http2Client> {
  if (secure.alpnProtocol !== 'h2') throw new Error('the proxy did not choose HTTP/2')
  const session = connectHttp2(`https://${authority}`, { createConnection: () => secure, maxHeaderListPairs: 4000 })
  await once(session, 'connect')
  return new Http2Client(session, 'https', authority)
}

/** Through the proxy: CONNECT, and HTTP/2 by prior knowledge. */
export async function connectPlainHttp2Client(proxyPort: number, authority: string): Promise<Http2Client> {
  return speakHttp2(await connectTunnel(proxyPort, authority), authority)
}

/** To the proxy itself, by prior knowledge; requests are for `authority`. */
export async function connectHttp2Proxy(proxyPort: number, authority: string, scheme = 'http'): Promise<Http2Client> {
  return speakHttp2(await connectClient(proxyPort), authority, scheme)
}

async function speakHttp2({ socket }: { socket: Duplex }, authority: string, scheme = 'http'): Promise<Http2Client> {
  socket.removeAllListeners()
  const session = connectHttp2(`http://${authority}`, { createConnection: () => socket })
  await once(session, 'connect')
  return new Http2Client(session, scheme, authority)
}

/** Resolves when the stream is over, however it ends. */
export const closed = (stream: Http2Stream): Promise<void> => new Promise((resolve) => stream.once('close', resolve))

/** A client and an origin, under TLS, that speak HTTP/1.1 or HTTP/2 and are used in the same way: by Node's libraries. */
import { once } from 'node:events'
import {
  Agent,
  request as requestHttp1,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ClientHttp2Stream,
} from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { makeCertificate } from '../certificates/testing.ts'
import { connectHttp2Client, type Http2Client } from './http2-ends.ts'
import { connectSecure } from './raw-client.ts'
import { originCa } from './scripted-origin.ts'

export type Version = '1.1' | '2'
export const pairs: [client: Version, origin: Version][] = [
  ['1.1', '1.1'],
  ['1.1', '2'],
  ['2', '1.1'],
  ['2', '2'],
]

type Asked = IncomingMessage | Http2ServerRequest
/** What both have, as one of them has it. */
type Answering = Pick<
  ServerResponse,
  | 'addTrailers'
  | 'end'
  | 'on'
  | 'setHeader'
  | 'statusCode'
  | 'write'
  | 'writeContinue'
  | 'writeEarlyHints'
  | 'writeHead'
>
export type Handler = (request: Asked, response: Answering, expects: boolean) => void

export type AnyOrigin = AsyncDisposable & { authority: string; open: ReadonlySet<Socket> }

/** With a certificate for "localhost" by originCa(). `expects`: the client waits for a 100. */
export async function startAnyOrigin(version: Version, answer: Handler): Promise<AnyOrigin> {
  const { pem: cert, keyPem: key } = await makeCertificate('localhost', {
    names: ['localhost'],
    by: await originCa(),
  })
  const server = version === '2' ? createSecureServer({ cert, key }) : createServer({ cert, key })
  const handle = (expects: boolean) => (request: Asked, response: ServerResponse | Http2ServerResponse) => {
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    // Http2ServerResponse is made to be used as if it were the other.
    answer(request, response as ServerResponse, expects)
  }
  server.on('request', handle(false)).on('checkContinue', handle(true))
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => open.add(socket.on('close', () => open.delete(socket))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    authority: `localhost:${(server.address() as AddressInfo).port}`, // not a pipe, so an address
    open,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}

export type CallOptions = { method?: string; fields?: Record<string, string>; body?: boolean }
/** Rejects where the end was none. */
type Whole = { body: string; trailers: Record<string, unknown> }

/** One request and its response. */
export type Call = {
  /** "Link" of a 103. */
  readonly early: Promise<unknown>
  readonly continued: Promise<unknown>
  readonly status: Promise<number>
  readonly fields: Promise<Record<string, unknown>>
  readonly whole: Promise<Whole>
  /** What has come of the body. */
  readonly body: string
  write(text: string): void
  end(trailers?: Record<string, string>): void
  /** Gives it up: closes the connection, or resets the stream (CANCEL). */
  leave(): void
}

export type AnyClient = AsyncDisposable & { ask(path: string, options?: CallOptions): Call }

/** Through the proxy, by CONNECT and TLS. */
export async function connectAny(
  version: Version,
  proxy: { port: number; ca: string },
  authority: string,
): Promise<AnyClient> {
  if (version === '2') {
    const client = await connectHttp2Client(proxy.port, authority, proxy.ca)
    return {
      ask: (path, options = {}) => new Call2(client, path, options),
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    }
  }
  const { socket } = await connectSecure(proxy.port, authority, proxy.ca)
  socket.removeAllListeners().on('error', () => undefined)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  Object.assign(agent, { createConnection: () => socket })
  return {
    ask: (path, options = {}) => new Call1(agent, authority, path, options),
    async [Symbol.asyncDispose]() {
      agent.destroy()
      if (socket.closed) return
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
    },
  }
}

/** Whoever does not look at how it ends is not told. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

class Call1 implements Call {
  readonly early: Promise<unknown>
  readonly continued: Promise<unknown>
  readonly status: Promise<number>
  readonly fields: Promise<Record<string, unknown>>
  readonly whole: Promise<Whole>
  body = ''
  readonly #request: ClientRequest

  constructor(agent: Agent, host: string, path: string, { method = 'GET', fields = {}, body = false }: CallOptions) {
    const request = requestHttp1({ method, path, headers: { host, ...fields }, agent })
    this.#request = request
    this.early = new Promise((resolve) =>
      request.on('information', ({ headers }: { headers: Record<string, unknown> }) => resolve(headers['link'])),
    )
    this.continued = new Promise<void>((resolve) => request.on('continue', resolve))
    const response = quiet(
      new Promise<IncomingMessage>((resolve, reject) => request.on('response', resolve).on('error', reject)),
    )
    this.status = quiet(response.then(({ statusCode = 0 }) => statusCode))
    this.fields = quiet(response.then(({ headers }) => headers))
    this.whole = quiet(
      response.then(async (message) => {
        message.on('data', (bytes: Buffer) => (this.body += bytes.toString('latin1'))).on('error', () => undefined)
        await new Promise((resolve) => message.on('close', resolve))
        if (!message.complete) throw new Error('it was cut')
        return { body: this.body, trailers: message.trailers }
      }),
    )
    if (body) request.flushHeaders()
    else request.end()
  }

  write(text: string): void {
    this.#request.write(text)
  }

  end(trailers: Record<string, string> = {}): void {
    this.#request.addTrailers(trailers)
    this.#request.end()
  }

  leave(): void {
    this.#request.destroy()
  }
}

class Call2 implements Call {
  readonly early: Promise<unknown>
  readonly continued: Promise<unknown>
  readonly status: Promise<number>
  readonly fields: Promise<Record<string, unknown>>
  readonly whole: Promise<Whole>
  body = ''
  readonly #stream: ClientHttp2Stream
  #trailers: Record<string, string> = {}

  constructor(client: Http2Client, path: string, { method = 'GET', fields = {}, body = false }: CallOptions) {
    const extra = Object.entries(fields).flat()
    const stream = client.ask(path, { method, extra, body, trailers: body })
    this.#stream = stream
    stream.on('wantTrailers', () => stream.sendTrailers(this.#trailers))
    this.early = new Promise((resolve) =>
      stream.on('headers', (headers: Record<string, unknown>) => {
        if (headers[':status'] === 103) resolve(headers['link'])
      }),
    )
    this.continued = new Promise<void>((resolve) => stream.on('continue', resolve))
    let trailers = {}
    stream.on('trailers', (fields: object) => (trailers = { ...fields }))
    stream.on('data', (bytes: Buffer) => (this.body += bytes.toString('latin1')))
    const cut = (): Error => new Error(`it was reset with ${stream.rstCode}`)
    this.fields = quiet(
      new Promise((resolve, reject) => stream.on('response', resolve).on('close', () => reject(cut()))),
    )
    this.status = quiet(this.fields.then((headers) => Number(headers[':status'])))
    const closed = new Promise((resolve) => stream.on('close', resolve))
    this.whole = quiet(
      closed.then(() => {
        if (stream.rstCode !== 0) throw cut()
        return { body: this.body, trailers }
      }),
    )
  }

  write(text: string): void {
    this.#stream.write(text)
  }

  end(trailers: Record<string, string> = {}): void {
    this.#trailers = trailers
    this.#stream.end()
  }

  leave(): void {
    this.#stream.close(8)
  }
}

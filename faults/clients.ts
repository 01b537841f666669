/** Clients of a proxy, each over one connection that it keeps, and origins that serve all of them. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer, type Http2Session } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { X509Certificate } from 'node:crypto'
import type { Made } from '../main/certificates/testing.ts'
import { connectHttp2Client, connectHttp2Proxy, type Http2Client } from '../main/testing/http2-ends.ts'
import { connectClient, connectSecure } from '../main/testing/raw-client.ts'
import type { WireEnd } from '../main/testing/wire-end.ts'

/** Over TLS they are intercepted. */
export const kinds = ['HTTP/1.1', 'HTTP/2', 'HTTP/1.1 over TLS', 'HTTP/2 over TLS'] as const
export type Kind = (typeof kinds)[number]

export const isSecure = (kind: Kind): boolean => kind.endsWith('TLS')

export type Client = AsyncDisposable & {
  get(path: string): Promise<{ status: number; body: string }>
  /** What it was shown by the proxy, over TLS. */
  leaf: X509Certificate | undefined
}

/** `authority`: of the origin. `ca`: PEM, the proxy's. */
export async function openClient(kind: Kind, proxy: { port: number; ca: string }, authority: string): Promise<Client> {
  const { port, ca } = proxy
  if (kind.startsWith('HTTP/2')) {
    return ofHttp2(
      await (isSecure(kind) ? connectHttp2Client(port, authority, ca) : connectHttp2Proxy(port, authority)),
    )
  }
  const secure = isSecure(kind)
  const end = await (secure ? connectSecure(port, authority, ca) : connectClient(port))
  return ofHttp1(end, secure ? '' : `http://${authority}`, authority)
}

function ofHttp1(end: WireEnd, origin: string, authority: string): Client {
  return {
    leaf: leafOf(end.socket),
    async get(path) {
      void end.write(`GET ${origin}${path} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
      const head = await end.readText('\r\n\r\n')
      const body = await end.readText(Number(/content-length: (\d+)/i.exec(head)?.[1]))
      return { status: Number(head.split(' ')[1]), body }
    },
    [Symbol.asyncDispose]: () => end[Symbol.asyncDispose](),
  }
}

function ofHttp2(client: Http2Client): Client {
  return {
    leaf: leafOf(client.session.socket),
    get: (path) => client.get(path),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

function leafOf(socket: Socket | TLSSocket): X509Certificate | undefined {
  // A session's socket stands for another, which alone knows what it has.
  const peer: unknown = Reflect.get(socket, 'getPeerX509Certificate')
  return typeof peer === 'function' ? (socket as TLSSocket).getPeerX509Certificate() : undefined
}

export type Shown = Pick<Made, 'pem' | 'keyPem'>

export type EchoOrigin = AsyncDisposable & {
  port: number
  /** Paths, in order. */
  asked: string[]
  /** Connections so far. */
  accepted: () => number
  /** The certificate for connections from now on. */
  show: (certificate: Shown) => void
  /** Closes all connections. */
  hangUp: () => Promise<void>
}

/** Answers with the path. With a certificate it speaks TLS, and HTTP/2 to those who want it. */
export async function startEchoOrigin(host: string, first?: Shown): Promise<EchoOrigin> {
  const asked: string[] = []
  const sessions = new Set<Http2Session>()
  const answer = (url: string, response: Pick<ServerResponse, 'setHeader' | 'end'>): void => {
    asked.push(url)
    response.setHeader('Content-Length', url.length)
    response.end(url)
  }
  let secure: Http2SecureServer | undefined
  if (first) {
    const identity = { cert: first.pem, key: first.keyPem }
    secure = createSecureServer({ ...identity, allowHTTP1: true }, ({ url }, response) =>
      answer(url, response as never),
    )
    secure.on('session', (session) => sessions.add(session.on('close', () => sessions.delete(session))))
    secure.on('tlsClientError', () => undefined).on('sessionError', () => undefined)
  }
  const server = secure ?? createServer(({ url = '' }: IncomingMessage, response) => answer(url, response))
  const open = new Set<Socket>()
  let accepted = 0
  server.on('connection', (socket: Socket) => {
    accepted++
    open.add(socket.on('close', () => open.delete(socket)))
  })
  server.listen(0, host)
  await once(server, 'listening')
  const hangUp = async (): Promise<void> => {
    const closed = [...open].map((socket) => once(socket, 'close'))
    for (const socket of open) socket.destroy()
    await Promise.all(closed)
  }
  return {
    port: (server.address() as AddressInfo).port, // not a pipe, so an address
    asked,
    accepted: () => accepted,
    show: ({ pem, keyPem }) => secure?.setSecureContext({ cert: pem, key: keyPem }),
    hangUp,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const session of sessions) session.destroy()
      await hangUp()
      await closed
    },
  }
}

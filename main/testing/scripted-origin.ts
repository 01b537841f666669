/** An origin that does nothing by itself: a test takes each connection and decides when which byte leaves. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { makeCertificate, type Made } from '../certificates/testing.ts'
import { WireEnd } from './wire-end.ts'

/** The CA of TLS origins, for `originCas`; made once per test file. */
export function originCa(): Promise<Made> {
  return (made ??= makeCertificate('Test origin CA', { ca: true }))
}
let made: Promise<Made> | undefined

export class ScriptedOrigin implements AsyncDisposable {
  readonly port: number
  /** Connections accepted so far. */
  accepted = 0
  readonly #ready: WireEnd[] = []
  readonly #asked: ((connection: WireEnd) => void)[] = []
  readonly #stop: () => Promise<unknown>

  constructor(port: number, stop: () => Promise<unknown>) {
    this.port = port
    this.#stop = stop
  }

  /** "localhost:PORT" under TLS, to match its certificate; otherwise "127.0.0.1:PORT". */
  authority = ''

  /** The next connection nobody has taken yet; waits for it. */
  accept(): Promise<WireEnd> {
    const ready = this.#ready.shift()
    return ready ? Promise.resolve(ready) : new Promise((resolve) => this.#asked.push(resolve))
  }

  /** Accepts a connection and reads one request's head from it. */
  async request(): Promise<{ connection: WireEnd; head: string }> {
    const connection = await this.accept()
    return { connection, head: await connection.readText('\r\n\r\n') }
  }

  readonly onSocket = (socket: Socket): void => {
    const connection = new WireEnd(socket.setNoDelay())
    this.accepted++
    const asked = this.#asked.shift()
    if (asked) asked(connection)
    else this.#ready.push(connection)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop()
  }
}

/** On 127.0.0.1, a free port. `tls`: with a certificate for "localhost" by originCa(); `alpn`: what it speaks there. */
export async function startOrigin({
  tls = false,
  alpn = undefined as string[] | undefined,
} = {}): Promise<ScriptedOrigin> {
  const accept = (socket: Socket): void => origin.onSocket(socket)
  const options = { allowHalfOpen: true, ...(alpn && { ALPNProtocols: alpn }) }
  const server = tls ? createTlsServer({ ...options, ...(await localhost()) }, accept) : createServer(options, accept)
  // TCP connections, so that those are ended too whose TLS handshake is under way or was given up.
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // not a pipe, so an address
  const origin = new ScriptedOrigin(port, () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of open) socket.destroy()
    return closed
  })
  origin.authority = `${tls ? 'localhost' : '127.0.0.1'}:${port}`
  return origin
}

async function localhost(): Promise<{ cert: string; key: string }> {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
  return { cert: pem, key: keyPem }
}

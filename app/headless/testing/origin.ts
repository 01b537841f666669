/** For tests: an HTTP origin on a free port, and a client that asks for it through a proxy. */
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TlsOptions } from 'node:tls'

export class Origin implements AsyncDisposable {
  /** Where it is: "http://127.0.0.1:PORT", or "https://localhost:PORT", to match its certificate. */
  readonly base: string
  readonly server: Server
  private constructor(server: Server, base: string) {
    this.server = server
    this.base = base
  }

  /** `tls`: PEM texts for an HTTPS origin, and what else it wants. */
  static async start(listener: RequestListener, tls?: TlsOptions & { cert: string; key: string }): Promise<Origin> {
    const server = tls ? createSecureServer(tls, listener) : createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // listening on a port, not a pipe
    return new Origin(server, tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`)
  }

  url(path: string): string {
    return this.base + path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

/** Resolves with the head; the body is the caller's. */
export function head(proxyPort: number, url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(url)
    request({ host: '127.0.0.1', port: proxyPort, path: url, headers: { host }, agent: false }, resolve)
      .on('error', reject)
      .end()
  })
}

export async function text(response: IncomingMessage): Promise<string> {
  let all = ''
  for await (const chunk of response) all += String(chunk)
  return all
}

export const get = async (proxyPort: number, url: string): Promise<string> => text(await head(proxyPort, url))

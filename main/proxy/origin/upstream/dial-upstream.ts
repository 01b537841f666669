/**
 * Connections to origins by way of an upstream proxy: as those of dial.ts, once the proxy has opened the way. The time
 * for TCP, TLS to the proxy and its answers is that of one connection.
 */
import { isIP, isIPv4, type Socket } from 'node:net'
import { now } from '../../../flows/index.ts'
import type { UpstreamProxy } from '../../../model/upstream.ts'
import { secureOrigin } from '../../../tls/index.ts'
import type { ProxyContext } from '../../context.ts'
import { writeAuthority } from '../../exchange/target.ts'
import { awakeTimeout } from '../../awake.ts'
import { Failure, dnsFailure } from '../../failure.ts'
import { dial, loopFailure, resolver, type Dial, type Dialed } from '../dial.ts'
import type { Upstream } from '../ways/way.ts'
import { UpstreamError, greet, type Greeting } from './greeting.ts'
import { HttpConnect } from './http-connect.ts'
import { Socks5Connect } from './socks5.ts'

export type UpstreamOptions = {
  host: string
  port: number
  /** Told to the proxy instead of `host`. */
  address: string | undefined
  upstream: Upstream
  /** As in dial.ts. */
  lent: boolean
}

/** `result` rejects with a Failure; after `cancel` it may never settle. */
export function dialUpstream(context: ProxyContext, options: UpstreamOptions): Dial {
  const attempt = new Attempt(context, options)
  return { result: attempt.result, cancel: () => attempt.cancel() }
}

class Attempt {
  readonly result: Promise<Dialed>
  readonly #context: ProxyContext
  readonly #options: UpstreamOptions
  readonly #timeoutMs: number
  readonly #began = now()
  #stopClock: () => void = () => undefined
  #over = false
  /** Ends what is under way. */
  #stop: () => void = () => undefined
  /** What it takes too long for, should it do so. */
  #waitsFor = 'accept a connection'

  constructor(context: ProxyContext, options: UpstreamOptions) {
    this.#context = context
    this.#options = options
    this.#timeoutMs = context.settings.connectTimeoutMs
    this.result = new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        if (this.#over) return
        this.cancel()
        reject(error instanceof Failure ? error : this.#failure(error))
      }
      this.#stopClock = awakeTimeout(this.#timeoutMs, () => fail(this.#late()))
      this.#run().then((dialed) => {
        if (this.#over) {
          dialed.socket.destroy()
          return
        }
        this.#over = true
        this.#stopClock()
        resolve(dialed)
      }, fail)
    })
  }

  /** Does nothing once it is connected: the socket is somebody else's then. */
  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#stopClock()
    this.#stop()
  }

  async #run(): Promise<Dialed> {
    const { host, port, address, upstream, lent } = this.#options
    const { proxy, absolute } = upstream
    let asked = address ?? host
    if (this.#context.own.listensOn(port)) await this.#refuseLoop(asked)
    if (proxy.scheme === 'socks5' && isIP(asked) === 0) asked = await this.#lookUp(asked)
    const dialed = await this.#connect(lent && absolute && proxy.scheme === 'http')
    const socket = proxy.scheme === 'https' ? await this.#secure(dialed.socket) : dialed.socket
    if (!absolute) {
      this.#waitsFor = `open a way to ${writeAuthority(host, port)}`
      await greet(socket, this.#greeting(proxy, asked))
      // An end that came along with its answer is told to nobody again.
      if (socket.readableEnded)
        throw new UpstreamError('UPSTREAM_FAILED', 'closed the connection as soon as it was open')
    }
    const connected = now()
    return { socket, reads: dialed.reads, at: { dns: dialed.at.dns, connect: connected }, tookMs: this.#elapsedMs() }
  }

  async #connect(lent: boolean): Promise<Dialed> {
    const { host, port } = this.#options.upstream.proxy
    // The time is up for all of it before it is up for this alone.
    const tcp = dial({ host, port, timeoutMs: this.#timeoutMs, own: this.#context.own, lent })
    this.#stop = tcp.cancel
    const dialed = await tcp.result.catch((error: unknown) => {
      throw error instanceof Failure ? this.#unusable(error) : error
    })
    this.#stop = () => dialed.socket.destroy()
    if (this.#over) this.#stop()
    return dialed
  }

  async #secure(transport: Socket): Promise<Socket> {
    this.#waitsFor = 'complete the TLS handshake'
    const { host, port } = this.#options.upstream.proxy
    const trust = this.#context.identities?.trustFor(host, undefined, port) ?? this.#context.trust
    const secured = await secureOrigin(transport, trust, host, undefined)
    if (secured.ok) return secured.socket
    throw new UpstreamError('UPSTREAM_FAILED', `cannot be trusted or understood: ${ofProxy(secured.message)}`)
  }

  #greeting({ scheme, credentials }: UpstreamProxy, asked: string): Greeting {
    const { port } = this.#options
    if (scheme === 'socks5' || scheme === 'socks5h') return new Socks5Connect(asked, port, credentials)
    return new HttpConnect(asked, port, credentials, this.#context.wire)
  }

  /**
   * A port that is ours: if the proxy is on this machine, or in its network, the request would come back. Where else
   * the name leads does not matter: what is ours here is not asked for elsewhere.
   */
  async #refuseLoop(asked: string): Promise<void> {
    const { own } = this.#context
    const { host, port } = this.#options
    const addresses = await this.#addresses(asked).catch((): readonly string[] => [])
    if (addresses.some((address) => own.has(address, port))) throw loopFailure(writeAuthority(host, port))
  }

  /** Most SOCKS servers have IPv4. */
  async #lookUp(host: string): Promise<string> {
    const addresses = await this.#addresses(host).catch((error: unknown) => {
      throw dnsFailure(error, host)
    })
    return addresses.find((address) => isIPv4(address)) ?? addresses[0] ?? host
  }

  #addresses(host: string): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      this.#stop = resolver.resolve(host, (error, addresses) => {
        if (addresses.length > 0) resolve(addresses)
        else reject(error ?? new Error('it has no address'))
      })
    })
  }

  #failure(error: unknown): Failure {
    const { upstream } = this.#options
    if (!(error instanceof UpstreamError))
      return upstreamFailure('UPSTREAM_FAILED', upstream, `failed: ${String(error)}`)
    return upstreamFailure(error.code, upstream, error.message, error.status)
  }

  /** What kept us from connecting to it. */
  #unusable({ flowError: { code, side, phase, message }, status }: Failure): Failure {
    return new Failure(code, side, phase, `The upstream proxy ${this.#options.upstream.name}: ${message}`, status)
  }

  #late(): Failure {
    const sentence = `The upstream proxy ${this.#options.upstream.name} did not ${this.#waitsFor} within ${this.#timeoutMs} ms`
    return new Failure('CONNECT_TIMEOUT', 'origin', 'connect', sentence, 504)
  }

  #elapsedMs(): number {
    return (now() - this.#began) / 1000
  }
}

/** `what`: it did or did not do, behind its name in the sentence. */
export function upstreamFailure(code: UpstreamError['code'], { name }: Upstream, what: string, status = 502): Failure {
  return new Failure(code, 'origin', 'connect', `The upstream proxy ${name} ${what}`, status)
}

/** TLS tells everything of "the origin", and advises what helps with origins alone. */
function ofProxy(message: string): string {
  return message
    .replaceAll(/the origin\b(?! CAs)/g, 'the upstream proxy')
    .replace(/[;:] (?:pass this host through|pass it through).*$/, '')
}

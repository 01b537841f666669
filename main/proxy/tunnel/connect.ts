/**
 * A tunnel that a client has asked for, by CONNECT or SOCKS5, or by TLS alone: answered at once while the origin is
 * being connected. Whoever speaks first then decides what it is: TLS is intercepted (unless the host is passed through), HTTP is read,
 * everything else passes untouched.
 */
import type { Socket } from 'node:net'
import { HeldBytes } from '../../http1/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import { passthroughPattern } from '../../rules/index.ts'
import { readClientHello } from '../../tls/index.ts'
import type { ProxyContext } from '../context.ts'
import { beginsHttp2, detectProtocol } from './detect.ts'
import type { Dial, Dialed } from '../origin/dial.ts'
import { interceptTls, type Sessions } from './intercept.ts'
import { endAbandoned } from './abandoned.ts'
import { keepOpening, speakMs } from './keep-opening.ts'
import { OpaqueTunnel } from './opaque-tunnel.ts'
import type { TunnelClient, TunnelRequest } from './tunnel-request.ts'
import { byWay, destinationOf, type Destination } from '../origin/destination.ts'
import type { Way } from '../origin/ways/way.ts'
import { beginLimitMs, type Waiting } from '../client/slow-watch.ts'
import { Failure, bugFailure } from '../failure.ts'
import { dialOrigin, type TakeOpening } from '../origin/opening.ts'
import { openOrigin } from '../origin/origins.ts'
import { writeAuthority } from '../exchange/target.ts'
import { isOwnSite } from '../own-site/own-site.ts'

export class Connect implements Waiting {
  readonly #context: ProxyContext
  readonly #client: Socket
  readonly #info: ConnectionInfo
  readonly #sessions: Sessions
  readonly #asked: TunnelRequest
  readonly #way: Way | undefined
  readonly #to: TunnelClient
  readonly #tunnel: OpaqueTunnel
  #dial: Dial | undefined
  #dialed: Dialed | undefined
  #failure: unknown
  /** What the client has said so far. */
  readonly #early = new HeldBytes()
  #timer: NodeJS.Timeout | undefined
  #over = false

  /** `sessions`: where it leads when it speaks HTTP. `early`: what the client has sent behind what it asked. */
  constructor(
    { context, sessions }: { context: ProxyContext; sessions: Sessions },
    client: Socket,
    info: ConnectionInfo,
    asked: TunnelRequest,
    early: Buffer | undefined,
  ) {
    this.#context = context
    this.#client = client
    this.#info = info
    this.#sessions = sessions
    this.#asked = asked
    const { host, port } = asked
    this.#way = context.ways?.to(host, port, false)
    if (early) this.#early.add(early, 0, early.length)
    this.#to = { client, info, asked, way: this.#way }
    this.#tunnel = new OpaqueTunnel(context, this.#to)
    client.on('data', this.#onClientBytes).on('end', this.#onClientGone).on('error', this.#onClientGone)
    client.on('close', this.#onClientGone)
    if (asked.answer) client.write(asked.answer)
    const pattern = this.#passedBy(host)
    if (pattern !== undefined) {
      this.#connect()
      this.#passUntouched(`passthrough ${pattern}`)
      return
    }
    // An idle connection tells that the origin speaks HTTP over TLS, so nobody has to wait for it to speak first.
    const known = [false, true].some((http2) => context.pool.has(this.#destination('https', host, http2).key))
    if (!known && !isOwnSite(host)) this.#connect()
    if (this.#early.length > 0) this.#decide()
  }

  readonly #onClientBytes = (bytes: Buffer): void => {
    this.#guarded(() => {
      this.#early.add(bytes, 0, bytes.length)
      this.#decide()
    })
  }

  /** The client has begun to say what it speaks, and has not gone on. */
  tooSlow(): void {
    this.#guarded(() => {
      // Few bytes may be all that a client of another protocol says before it waits for an answer.
      if (detectProtocol(this.#early.view()) !== 'tls') this.#passUntouched('neither TLS nor HTTP')
      else {
        const sentence = `${this.#asked.host}: the client's TLS hello was not complete ${beginLimitMs / 1000} seconds after its first byte`
        this.#failure = new Failure('CLIENT_TLS', 'client', 'client-tls', sentence)
        this.#onClientGone()
      }
    })
  }

  readonly #onClientGone = (): void => {
    if (this.#over) return
    this.#detach()
    if (this.#early.length > 0 || (this.#dial && !this.#dialed)) {
      endAbandoned(this.#context, this.#to, writeAuthority(this.#asked.host, this.#asked.port), this.#failure)
    }
    this.#dial?.cancel()
    this.#dialed?.socket.destroy()
    this.#client.destroy()
  }

  /** For what the event loop calls: a bug ends this connection, and nobody else's. */
  #guarded(action: () => void): void {
    try {
      action()
    } catch (bug) {
      this.#context.notice(bugFailure(bug, 'tunnel').message)
      this.#onClientGone()
      this.#client.on('error', () => undefined).destroy()
    }
  }

  #connect(): void {
    const dialing = this.#dialOrigin()
    this.#dial = dialing
    dialing.result.then(
      (dialed) => {
        if (this.#over) return
        this.#dialed = dialed
        dialed.socket.on('readable', this.#onOriginSpeaks).on('end', this.#onOriginGone).on('error', this.#onOriginGone)
      },
      (failure: unknown) => {
        this.#failure = failure
        // TLS or HTTP clients will be told when they ask. Somebody who waits for the origin to speak is not kept.
        if (!this.#over)
          this.#timer = setTimeout(
            () => this.#guarded(() => this.#passUntouched('the origin cannot be reached')),
            speakMs,
          )
      },
    )
  }

  readonly #onOriginSpeaks = (): void => {
    const { socket } = this.#dialed ?? {}
    const bytes = socket?.read() as Buffer | null | undefined
    if (!socket || !bytes) return
    socket.off('readable', this.#onOriginSpeaks).unshift(bytes)
    // Servers of HTTP/2 do so by rule, and wait for their client all the same.
    if (beginsHttp2(bytes)) return
    this.#guarded(() => this.#passUntouched('the origin speaks first'))
  }

  readonly #onOriginGone = (): void => {
    this.#guarded(() => this.#passUntouched('the origin closed the connection'))
  }

  #decide(): void {
    switch (detectProtocol(this.#early.view())) {
      case 'more bytes needed':
        this.#context.slow.begin(this)
        return
      case 'http':
        this.#readHttp()
        return
      case 'http2':
        this.#readHttp2()
        return
      case 'tls':
        this.#readHello()
        return
      default:
        this.#passUntouched('neither TLS nor HTTP')
    }
  }

  #readHello(): void {
    const hello = readClientHello(this.#early.view())
    if (hello.state === 'partial') {
      this.#context.slow.begin(this)
      return
    }
    if (hello.state === 'not-tls') {
      this.#passUntouched('neither TLS nor HTTP')
      return
    }
    const { serverName } = hello
    const pattern = serverName === undefined ? undefined : this.#passedBy(serverName)
    if (pattern !== undefined) {
      this.#passUntouched(`passthrough ${pattern}`)
      return
    }
    const destination = this.#destination('https', serverName ?? this.#asked.host, hello.alpn.includes('h2'))
    const takeOpening = this.#takeOpening(destination)
    const { method, httpVersion } = this.#asked
    this.#detach()
    interceptTls({
      context: this.#context,
      client: this.#client,
      info: this.#info,
      early: this.#early.take(),
      hello,
      host: destination.host,
      asked: { method, httpVersion, url: writeAuthority(destination.host, destination.port) },
      via: { kind: 'tunnel', destination, takeOpening },
      sessions: this.#sessions,
    })
  }

  #readHttp(): void {
    const destination = this.#destination('http', undefined)
    const takeOpening = this.#takeOpening(destination)
    this.#detach()
    const via = { kind: 'tunnel', destination, takeOpening } as const
    this.#sessions.begin(this.#client, this.#info, via, this.#early.take())
  }

  /** Prior knowledge (RFC 9113 §3.3): what the client knows of its origin, we know from now on. */
  #readHttp2(): void {
    const destination = this.#destination('http', undefined, true)
    const takeOpening = this.#takeOpening(destination)
    this.#detach()
    this.#client.unshift(this.#early.take())
    this.#sessions.beginHttp2(this.#client, this.#info, { kind: 'tunnel', destination, takeOpening })
  }

  /** The pattern by which it passes untouched, under one of its names; there is nothing behind our own site to pass to. */
  #passedBy(name: string): string | undefined {
    if (isOwnSite(this.#asked.host)) return undefined
    return passthroughPattern(this.#context.settings.passthrough, name, this.#asked.port)
  }

  #destination(scheme: 'http' | 'https', serverName: string | undefined, http2 = false): Destination {
    return byWay(destinationOf(scheme, this.#asked.host, this.#asked.port, serverName, http2), this.#way)
  }

  #dialOrigin(): Dial {
    return dialOrigin(this.#context, this.#asked.host, this.#asked.port, false, this.#way)
  }

  /** The connection that is under way becomes the first request's; TLS to the origin begins now, beside the client's. */
  #takeOpening(destination: Destination): TakeOpening {
    this.#leaveOrigin()
    const opening = this.#dial && openOrigin(this.#context, destination, this.#dial)
    this.#dial = undefined
    return keepOpening(this.#context, destination, opening, this.#to)
  }

  #passUntouched(reason: string): void {
    if (this.#over) return
    this.#detach()
    const dialing = this.#dial ?? this.#dialOrigin()
    this.#leaveOrigin()
    this.#tunnel.open(dialing, reason, this.#early.take())
  }

  /** From here on the origin is somebody else's. */
  #leaveOrigin(): void {
    const { socket } = this.#dialed ?? {}
    socket?.off('readable', this.#onOriginSpeaks).off('end', this.#onOriginGone).off('error', this.#onOriginGone)
  }

  /** From here on the client is somebody else's. */
  #detach(): void {
    this.#over = true
    this.#context.slow.end(this)
    clearTimeout(this.#timer)
    this.#client.off('data', this.#onClientBytes).off('end', this.#onClientGone).off('error', this.#onClientGone)
    this.#client.off('close', this.#onClientGone)
    this.#client.pause()
  }
}

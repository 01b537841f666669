/**
 * CONNECT: answered at once while the origin is being connected. Whoever speaks first then decides what the tunnel
 * is: TLS is intercepted (unless the host is passed through), HTTP is read, everything else passes untouched.
 */
import type { Socket } from 'node:net'
import { now } from '../../flows/index.ts'
import { HeldBytes, type RequestHead } from '../../http1/index.ts'
import type { ConnectionInfo, Micros } from '../../model/flow.ts'
import { passthroughPattern } from '../../rules/index.ts'
import { readClientHello } from '../../tls/index.ts'
import type { ProxyContext } from '../context.ts'
import { detectProtocol } from './detect.ts'
import type { Dial, Dialed } from '../origin/dial.ts'
import { interceptTls, type Sessions } from './intercept.ts'
import { endAbandoned } from './abandoned.ts'
import { OpaqueTunnel, type TunnelClient } from './opaque-tunnel.ts'
import type { OriginConnection } from '../origin/origin-connection.ts'
import { destinationOf, type Destination } from '../origin/destination.ts'
import { beginLimitMs, type Waiting } from '../client/slow-watch.ts'
import { Failure, bugFailure } from '../failure.ts'
import { dialOrigin, openOrigin, type Opening, type TakeOpening } from '../origin/origins.ts'
import { parseAuthority, writeAuthority } from '../exchange/target.ts'

/** How long a client whose origin cannot be reached may still begin to speak, and so be told in its own protocol. */
const speakMs = 1000

export class Connect implements Waiting {
  readonly #context: ProxyContext
  readonly #client: Socket
  readonly #info: ConnectionInfo
  readonly #sessions: Sessions
  readonly #host: string
  readonly #port: number
  readonly #to: TunnelClient
  readonly #tunnel: OpaqueTunnel
  #dial: Dial | undefined
  #dialed: Dialed | undefined
  #failure: unknown
  /** What the client has said so far. */
  readonly #early = new HeldBytes()
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(
    context: ProxyContext,
    client: Socket,
    info: ConnectionInfo,
    head: RequestHead,
    early: Buffer | undefined,
    sessions: Sessions,
  ) {
    this.#context = context
    this.#client = client
    this.#info = info
    this.#sessions = sessions
    const { host, port } = parseAuthority(head.target)
    this.#host = host
    this.#port = port
    if (early) this.#early.add(early, 0, early.length)
    this.#to = { client, info, head, host, port }
    this.#tunnel = new OpaqueTunnel(context, this.#to)
    client.on('data', this.#onClientBytes).on('end', this.#onClientGone).on('error', this.#onClientGone)
    client.on('close', this.#onClientGone)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    const pattern = passthroughPattern(context.settings.passthrough, host, port)
    if (pattern !== undefined) {
      this.#connect()
      this.#passUntouched(`passthrough ${pattern}`)
      return
    }
    // An idle connection tells that the origin speaks HTTP over TLS, so nobody has to wait for it to speak first.
    const known = context.pool.has(destinationOf('https', host, port, host).key)
    if (!known) this.#connect()
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
        const sentence = `${this.#host}: the client's TLS hello was not complete ${beginLimitMs / 1000} seconds after its first byte`
        this.#failure = new Failure('CLIENT_TLS', 'client', 'client-tls', sentence)
        this.#onClientGone()
      }
    })
  }

  readonly #onClientGone = (): void => {
    if (this.#over) return
    this.#detach()
    if (this.#early.length > 0 || (this.#dial && !this.#dialed)) {
      endAbandoned(this.#context, this.#to, writeAuthority(this.#host, this.#port), this.#failure)
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
    const dialing = dialOrigin(this.#context, this.#host, this.#port, false)
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
    const bytes = this.#dialed?.socket.read() as Buffer | null | undefined
    if (!bytes) return
    this.#dialed?.socket.unshift(bytes)
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
    const { passthrough } = this.#context.settings
    const pattern = serverName === undefined ? undefined : passthroughPattern(passthrough, serverName, this.#port)
    if (pattern !== undefined) {
      this.#passUntouched(`passthrough ${pattern}`)
      return
    }
    const destination = this.#destination('https', serverName ?? this.#host)
    const takeOpening = this.#takeOpening(destination)
    this.#detach()
    interceptTls({
      context: this.#context,
      client: this.#client,
      info: this.#info,
      early: this.#early.take(),
      hello,
      destination,
      takeOpening,
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

  #destination(scheme: 'http' | 'https', serverName: string | undefined): Destination {
    return destinationOf(scheme, this.#host, this.#port, serverName)
  }

  /** The connection that is under way becomes the first request's; TLS to the origin begins now, beside the client's. */
  #takeOpening(destination: Destination): TakeOpening {
    this.#leaveOrigin()
    const opening = this.#dial && openOrigin(this.#context, destination, this.#dial)
    this.#dial = undefined
    return keepOpening(this.#context, destination, opening, this.#client, this.#info)
  }

  #passUntouched(reason: string): void {
    if (this.#over) return
    this.#detach()
    const dialing = this.#dial ?? dialOrigin(this.#context, this.#host, this.#port, false)
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

/** An opening nobody has asked for yet: it is there for the first request, and goes with the client otherwise. */
function keepOpening(
  context: ProxyContext,
  destination: Destination,
  opening: Opening | undefined,
  client: Socket,
  info: ConnectionInfo,
): TakeOpening {
  let untaken = opening
  let ready: OriginConnection | undefined
  let failedAt: Micros | undefined
  // Whoever takes it hears of its failure; without anybody, nobody needs to.
  opening?.result.then(
    ({ connection }) => {
      ready = connection
      if (!untaken) return
      connection.idleSince = now()
      connection.onSpeaksFirst = () => {
        speaksFirst(context, destination, info)
        client.destroy()
      }
    },
    () => (failedAt = now()),
  )
  client.once('close', () => {
    // What is ready may serve the next client; what is not serves nobody.
    if (untaken && ready) context.pool.put(destination.key, ready)
    else untaken?.cancel()
    untaken = undefined
  })
  return (repeatable) => {
    const taken = untaken
    untaken = undefined
    // Taken once, it is not ours any more: by way of the pool it may carry another client's answer just now.
    if (!taken) return undefined
    // What has died while it waited is no use, nor is a failure of long ago an answer.
    if (ready && !context.pool.trusts(ready, repeatable)) {
      ready.destroy()
      return undefined
    }
    return failedAt !== undefined && now() - failedAt > speakMs * 1000 ? undefined : taken
  }
}

/** Mail servers and their like, inside the TLS that we have ended: there is no way on but not to look. */
function speaksFirst({ life }: ProxyContext, { host, port }: Destination, client: ConnectionInfo): void {
  const url = writeAuthority(host, port)
  const { flow } = life.begin({ client, method: 'CONNECT', url, httpVersion: '1.1', head: '' })
  const message = `${url} speaks first inside TLS, so it does not speak HTTP: pass it through`
  life.end(flow, { code: 'BAD_RESPONSE', side: 'origin', phase: 'tunnel', message })
}

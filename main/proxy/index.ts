/**
 * The proxy: clients in, origins out. A client's socket comes in at the listener and becomes a Session; each of its
 * requests is an Exchange, which finds a connection to the origin (Pool, dial) and carries out what streaming/
 * decided. CONNECT, SOCKS5 and TLS to the port itself become an intercepted session or an opaque tunnel.
 *
 * Promises: every exchange ends its flow exactly once; a client that leaves releases its origin, an origin that dies
 * never looks complete to its client (but see ARCHITECTURE.md for what TLS hides); nothing is sent to Spillway's own
 * ports; no buffer grows with the traffic.
 * Policy is not here: what is streamed is decided in streaming/, how bytes are framed in http1/.
 */
import type { Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { Authority } from '../certificates/index.ts'
import type { FlowLife, LogRoom } from '../flows/index.ts'
import { looksPerLimit, serveHttp2, type Served } from '../http2/index.ts'
import { EngineError } from '../model/errors.ts'
import { isLoopback } from '../model/host.ts'
import type { FlowId } from '../model/flow.ts'
import type { Settings } from '../model/settings.ts'
import { LeafContexts, OriginTrust } from '../tls/index.ts'
import { Connect } from './tunnel/connect.ts'
import { DirectTls } from './tunnel/direct-tls.ts'
import type { Sessions } from './tunnel/intercept.ts'
import { askedByConnect, askedBySocks, askedByTls } from './tunnel/tunnel-request.ts'
import { wireLimits, type ProxyContext, type SetModifiers } from './context.ts'
import { bugFailure } from './failure.ts'
import { watchIdle } from './idle-watch.ts'
import { admit } from './client/admit.ts'
import { listen, type Listening } from './client/listener.ts'
import { plainAddress, type OwnAddresses } from './client/own-address.ts'
import { ProxyAuth } from './client/proxy-auth.ts'
import { Http2Origins } from './origin/http2-known.ts'
import { Identities } from './origin/identities.ts'
import { Pool } from './origin/pool.ts'
import { Ways } from './origin/ways/ways.ts'
import type { ConnectHandler, Languages, OtherHandler, Via } from './client/client-port.ts'
import { writeAuthority } from './exchange/target.ts'
import { ReverseTls } from './reverse/reverse-tls.ts'
import { listenReverse } from './reverse/reverse-listeners.ts'
import { version as socksVersion } from './socks/socks-messages.ts'
import { Socks } from './socks/socks.ts'
import { beginLimitMs, SlowWatch } from './client/slow-watch.ts'
import { probeReset, StallWatch } from './client/stall-watch.ts'
import { brokenHttp2, refuseHttp2, slowHttp2 } from './client/refuse-http2.ts'
import { Session } from './client/session.ts'

export type { SetModifiers } from './context.ts'
export { OwnAddresses } from './client/own-address.ts'
export { wouldDeliver, wouldMiss, type Miss, type WouldDeliver } from './exchange/would-deliver.ts'

export type ProxyParts = {
  settings: Settings
  life: FlowLife
  modifiers: SetModifiers
  logs: LogRoom
  authority: Authority
  notice: (sentence: string) => void
  /** Across all proxies of one engine, so that no two connections have the same. */
  nextConnectionId: () => number
  /** The proxy adds its own listening socket, and connects to none of them. */
  own: OwnAddresses
  /** Takes the keys of TLS connections, of both sides. */
  keyLog: ((line: Buffer) => void) | undefined
}

/** Where it listens; `reverse`: the ports that stand for an origin, which is asked as `url`. */
export type ProxyAddress = {
  host: string
  port: number
  reverse: readonly { host: string; port: number; url: string }[]
}

/** RFC 8446 §5.1: TLS begins with a record of this type. */
const handshakeRecord = 22

/** For records on their way to the disk when everything else has stopped. */
const settleMs = 2000

export class Proxy {
  readonly #context: ProxyContext
  /** For whoever has HTTP inside, as tunnels do: where that goes. */
  readonly #inside: { context: ProxyContext; sessions: Sessions }
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<Session>()
  readonly #served = new Set<Served>()
  readonly #keyLog: ProxyParts['keyLog']
  readonly #listening: Listening[] = []
  #stopIdleWatch: () => void = () => undefined
  /** When those still running are ended; monotonic. */
  #deadline = Infinity
  #stopped: Promise<void> | undefined

  constructor({ settings, life, modifiers, logs, authority, notice, nextConnectionId, own, keyLog }: ProxyParts) {
    this.#keyLog = keyLog
    this.#context = {
      ...fromSettings(settings),
      ...toOrigins(settings, keyLog),
      life,
      modifiers,
      logs,
      records: { folder: logs.folder, limit: settings.bufferLimit },
      pool: new Pool(),
      http2Origins: new Http2Origins(),
      own,
      leaves: new LeafContexts(authority, notice),
      ca: authority.certificatePem,
      stalls: new StallWatch(),
      slow: new SlowWatch(),
      http2Looks: new StallWatch(beginLimitMs / looksPerLimit),
      stopping: false,
      nextConnectionId,
      notice,
    }
    this.#inside = { context: this.#context, sessions: { begin: this.#begin, beginHttp2: this.#beginHttp2 } }
  }

  async start(): Promise<ProxyAddress> {
    const { listen: wanted, reverse: texts } = this.#context.settings
    this.#allow(wanted.host)
    this.#context.leaves.lookAtCa()
    const proxy = await listen(wanted.host, wanted.port, (socket) => this.#accept(socket, this.#ofProxy))
    const { host, port } = proxy
    this.#owns(proxy)
    const reverse = await listenReverse(texts, proxy, this.#allow, (socket, route) => {
      const here = writeAuthority(plainAddress(socket.localAddress ?? ''), socket.localPort ?? 0, 80)
      this.#accept(socket, { kind: 'reverse', route, here, secure: false, ...this.#ofReverse })
    }).catch((error: unknown) => {
      proxy.server.close()
      for (const socket of this.#sockets) socket.destroy()
      throw error
    })
    for (const listening of reverse) this.#owns(listening)
    this.#watchIdle()
    return { host, port, reverse: reverse.map(({ host, port, url }) => ({ host, port, url })) }
  }

  /** Throws EngineError for addresses that other machines can reach, where that is not wanted. */
  readonly #allow = (host: string): void => {
    if (this.#context.settings.allowLan || isLoopback(host)) return
    const sentence = `Listening on ${host} would let other machines use Spillway. If that is wanted, allow LAN clients.`
    throw new EngineError('LAN_NOT_ALLOWED', sentence)
  }

  #owns(listening: Listening): void {
    this.#listening.push(listening)
    const { server } = listening
    const bound = server.address()
    if (!bound || typeof bound !== 'object') return
    const { own } = this.#context
    own.add(bound.address, bound.port)
    server.once('close', () => own.remove(bound.address, bound.port))
  }

  /** For the next response head, connection and passthrough check. */
  update(settings: Settings): void {
    const { settings: old, records } = this.#context
    Object.assign(this.#context, fromSettings(settings), { records: { ...records, limit: settings.bufferLimit } })
    // Whoever changes something else may have read the same files anew.
    if (!isDeepStrictEqual(verdictOf(old), verdictOf(settings))) {
      Object.assign(this.#context, toOrigins(settings, this.#keyLog))
      // Connections made under the old verdict are not used again.
      this.#context.pool.clear()
    }
    this.#watchIdle()
  }

  kill(id: FlowId): boolean {
    const message = 'The flow was ended by the user'
    return this.#context.life.abort(id, { code: 'KILLED', side: 'proxy', phase: 'response-body', message })
  }

  /** No connection that has been made so far serves another request, e.g. as it has become one to ourselves. */
  forgetIdle(): void {
    this.#context.pool.clear()
  }

  /** No new connections, idle ones closed; running flows have `graceMs`, then they are ended. Again: the shorter counts. */
  async stop(graceMs: number): Promise<void> {
    this.#deadline = Math.min(this.#deadline, performance.now() + graceMs)
    await (this.#stopped ??= this.#stop())
  }

  async #stop(): Promise<void> {
    const { life, pool } = this.#context
    this.#context.stopping = true
    this.#stopIdleWatch()
    const closing = this.#listening.map(({ server }) => new Promise((resolve) => server.close(resolve)))
    const closed = Promise.all(closing)
    for (const served of this.#served) served.close()
    for (const session of this.#sessions) session.closeIfIdle()
    await this.#flowsEnded(() => this.#deadline)
    const message = 'Spillway stopped while the flow was running'
    for (const { id } of life.open())
      life.abort(id, { code: 'SHUTDOWN', side: 'proxy', phase: 'response-body', message })
    for (const socket of this.#sockets) socket.destroy()
    pool.close()
    await closed
    // What has ended may still be on its way to the disk, and is told when it is there.
    const settled = performance.now() + settleMs
    await this.#flowsEnded(() => settled)
  }

  /** Or the deadline has come, which may come nearer meanwhile. */
  async #flowsEnded(deadline: () => number): Promise<void> {
    const { life } = this.#context
    while (life.openCount > 0 && performance.now() < deadline()) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  #accept(socket: Socket, via: Via): void {
    const context = this.#context
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const address = admit(socket, (sentence) => context.notice(sentence))
    if (address === undefined) return
    const info = { id: context.nextConnectionId(), address, port: socket.remotePort ?? 0, tls: undefined }
    this.#begin(socket, info, via)
  }

  readonly #onConnect: ConnectHandler = (socket, info, head, httpVersion, early) => {
    new Connect(this.#inside, socket, info, askedByConnect(head, httpVersion), early)
  }

  readonly #onSocks: OtherHandler = (socket, info, early) => {
    new Socks(this.#context, socket, info, (to, answer, rest) => {
      new Connect(this.#inside, socket, info, askedBySocks(to, answer), rest)
    }).begin(early)
  }

  readonly #onTls: OtherHandler = (socket, info, early, via) => {
    if (via.kind !== 'proxy') return
    new DirectTls(this.#inside, socket, info, via, (host, hello) => {
      new Connect(this.#inside, socket, info, askedByTls(host), hello)
    }).begin(early)
  }

  readonly #onReverseTls: OtherHandler = (socket, info, early, via) => {
    if (via.kind === 'reverse') new ReverseTls(this.#inside, socket, info, via).begin(early)
  }

  readonly #begin = (socket: Socket, info: Session['info'], via: Via, early?: Buffer): void => {
    const session: Session = new Session(this.#context, socket, info, via, () => this.#sessions.delete(session), early)
    this.#sessions.add(session)
  }

  readonly #beginHttp2 = (socket: Socket, info: Session['info'], via: Via, onSpeaks = (): void => undefined): void => {
    const served = serveHttp2(socket, {
      limits: this.#context.wire,
      absolute: via.kind === 'proxy',
      onSpeaks,
      onRequest: (stream) => this.#begin(stream, info, { ...via, http2: true }),
      onRefused: (list, error) => refuseHttp2(this.#context, info, list, error),
      looks: this.#context.http2Looks,
      carrier: { looks: this.#context.stalls, probe: () => probeReset(socket) },
      beginLimitMs,
      onSlow: (error) => slowHttp2(this.#context, info, error),
      onBroken: (error) => brokenHttp2(this.#context, info, error),
      bug: (cause) => this.#context.notice(bugFailure(cause, 'request-head').message),
      onEnded: () => this.#served.delete(served),
    })
    this.#served.add(served)
  }

  readonly #ofProxy: Via = {
    kind: 'proxy',
    onConnect: this.#onConnect,
    onHttp2: this.#beginHttp2,
    others: new Map([
      [socksVersion, this.#onSocks],
      [handshakeRecord, this.#onTls],
    ]),
  }

  readonly #ofReverse: Languages = {
    onHttp2: this.#beginHttp2,
    others: new Map([[handshakeRecord, this.#onReverseTls]]),
  }

  #watchIdle(): void {
    this.#stopIdleWatch()
    if (!this.#context.stopping) this.#stopIdleWatch = watchIdle(this.#context)
  }
}

/** What of the context follows from the settings alone, and costs little to make anew. */
const fromSettings = (settings: Settings): Pick<ProxyContext, 'settings' | 'wire' | 'ways' | 'auth'> => ({
  settings,
  wire: wireLimits(settings),
  ways: Ways.of(settings),
  auth: ProxyAuth.of(settings),
})

/** Whom we trust, and who we are. */
const toOrigins = (settings: Settings, keyLog: ProxyParts['keyLog']): Pick<ProxyContext, 'trust' | 'identities'> => ({
  trust: new OriginTrust(settings, keyLog),
  identities: Identities.of(settings, keyLog),
})

/** What decides about it. */
const verdictOf = ({ insecure, originCas, identities }: Settings): unknown => [insecure, originCas, identities]

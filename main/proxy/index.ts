/**
 * The proxy: clients in, origins out. A client's socket comes in at the listener and becomes a Session; each of its
 * requests is an Exchange, which finds a connection to the origin (Pool, dial) and carries out what streaming/
 * decided. CONNECT becomes an intercepted session or an opaque tunnel.
 *
 * Promises: every exchange ends its flow exactly once; a client that leaves releases its origin, an origin that dies
 * never looks complete to its client (but see ARCHITECTURE.md for what TLS hides); nothing is sent to Spillway's own
 * ports; no buffer grows with the traffic.
 * Policy is not here: what is streamed is decided in streaming/, how bytes are framed in http1/.
 */
import type { Socket } from 'node:net'
import type { TempFolder, FlowLife } from '../flows/index.ts'
import { defaultWireLimits, type WireLimits } from '../http1/index.ts'
import { EngineError } from '../model/errors.ts'
import { isLoopback } from '../model/host.ts'
import type { FlowId } from '../model/flow.ts'
import type { Settings } from '../model/settings.ts'
import { LeafContexts, OriginTrust } from '../tls/index.ts'
import { Connect } from './tunnel/connect.ts'
import type { ProxyContext, SetModifiers } from './context.ts'
import { watchIdle } from './idle-watch.ts'
import { listen, type Listening } from './client/listener.ts'
import { isLanAddress, plainAddress, type OwnAddresses } from './client/own-address.ts'
import { Pool } from './origin/pool.ts'
import type { ConnectHandler, Via } from './client/client-port.ts'
import { SlowWatch } from './client/slow-watch.ts'
import { StallWatch } from './client/stall-watch.ts'
import { Session } from './client/session.ts'

export type { SetModifiers } from './context.ts'
export { OwnAddresses } from './client/own-address.ts'
export { wouldDeliver, wouldMiss, type Miss, type WouldDeliver } from './exchange/would-deliver.ts'

export type ProxyParts = {
  settings: Settings
  life: FlowLife
  modifiers: SetModifiers
  folder: TempFolder
  authority: ConstructorParameters<typeof LeafContexts>[0]
  notice: (sentence: string) => void
  /** Across all proxies of one engine, so that no two connections have the same. */
  nextConnectionId: () => number
  /** The proxy adds its own listening socket, and connects to none of them. */
  own: OwnAddresses
}

/** For records on their way to the disk when everything else has stopped. */
const settleMs = 2000

export class Proxy {
  readonly #context: ProxyContext
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<Session>()
  #listening: Listening | undefined
  #stopIdleWatch: () => void = () => undefined
  /** When those still running are ended; monotonic. */
  #deadline = Infinity
  #stopped: Promise<void> | undefined

  constructor({ settings, life, modifiers, folder, authority, notice, nextConnectionId, own }: ProxyParts) {
    this.#context = {
      settings,
      wire: wireLimits(settings),
      trust: new OriginTrust(settings),
      life,
      modifiers,
      records: { folder, limit: settings.bufferLimit },
      pool: new Pool(),
      own,
      leaves: new LeafContexts(authority),
      stalls: new StallWatch(),
      slow: new SlowWatch(),
      stopping: false,
      nextConnectionId,
      notice,
    }
  }

  async start(): Promise<{ host: string; port: number }> {
    const { listen: wanted, allowLan } = this.#context.settings
    if (!allowLan && !isLoopback(wanted.host)) {
      const sentence = `Listening on ${wanted.host} would let other machines use Spillway. If that is wanted, allow LAN clients.`
      throw new EngineError('LAN_NOT_ALLOWED', sentence)
    }
    this.#listening = await listen(wanted.host, wanted.port, this.#onSocket)
    const { host, port, server } = this.#listening
    const bound = server.address()
    if (bound && typeof bound === 'object') {
      const { own } = this.#context
      own.add(bound.address, bound.port)
      server.once('close', () => own.remove(bound.address, bound.port))
    }
    this.#watchIdle()
    return { host, port }
  }

  /** For the next response head, connection and passthrough check. */
  update(settings: Settings): void {
    const { settings: old } = this.#context
    this.#context.settings = settings
    this.#context.wire = wireLimits(settings)
    this.#context.records = { ...this.#context.records, limit: settings.bufferLimit }
    if (old.insecure !== settings.insecure || old.originCas !== settings.originCas) {
      this.#context.trust = new OriginTrust(settings)
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
    const closed = new Promise<void>((resolve) => {
      if (this.#listening) this.#listening.server.close(() => resolve())
      else resolve()
    })
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

  readonly #onSocket = (socket: Socket): void => {
    const { context, remote } = { context: this.#context, remote: plainAddress(socket.remoteAddress ?? '') }
    // Gone before it was accepted.
    if (remote === '') {
      socket.on('error', () => undefined).destroy()
      return
    }
    if (!isLanAddress(remote)) {
      context.notice(`A client from the public address ${remote} was refused.`)
      socket.on('error', () => undefined).destroy()
      return
    }
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const info = { id: context.nextConnectionId(), address: remote, port: socket.remotePort ?? 0, tls: undefined }
    this.#begin(socket, info, { kind: 'proxy', onConnect: this.#onConnect })
  }

  readonly #onConnect: ConnectHandler = (socket, info, head, early) => {
    const sessions = { begin: this.#begin }
    new Connect(this.#context, socket, info, head, early, sessions)
  }

  readonly #begin = (socket: Socket, info: Session['info'], via: Via, early?: Buffer): void => {
    const session: Session = new Session(this.#context, socket, info, via, () => this.#sessions.delete(session), early)
    this.#sessions.add(session)
  }

  #watchIdle(): void {
    this.#stopIdleWatch()
    if (!this.#context.stopping) this.#stopIdleWatch = watchIdle(this.#context)
  }
}

function wireLimits({ headLimit, fieldLimit }: Settings): WireLimits {
  return { ...defaultWireLimits, head: headLimit, fields: fieldLimit }
}

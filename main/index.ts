/**
 * The engine, and the only door to it: a proxy that listens, shows every flow as it runs, and keeps what has ended.
 * It knows neither Electron nor the wire to a window, and not which thread it runs on. What it changes on disk is
 * the CA folder (first run) and temporary files, which it removes on stop.
 */
import { resolve } from 'node:path'
import { openAuthority } from './certificates/index.ts'
import { Capture } from './capture.ts'
import {
  BatchedStore,
  FlowLife,
  MemoryStore,
  TempFolder,
  bodyOf,
  type BodyListener,
  type BodySide,
  type FlowEvent,
  type FlowReader,
  type MessageListener,
} from './flows/index.ts'
import { missingOf, nothingRecorded, type Flow, type FlowId, type Gap } from './model/flow.ts'
import type { Settings } from './model/settings.ts'
import { Listeners } from './listeners.ts'
import { ModifierSet, type LaunchSandbox, type LogEntry } from './modifiers/index.ts'
import { OwnAddresses, Proxy, type ProxyAddress, type SetModifiers } from './proxy/index.ts'
import { KeyLog } from './tls/index.ts'

export { openAuthority } from './certificates/index.ts'
export { checkCaPem, checkClientCertificate } from './tls/index.ts'
export { wouldDeliver, wouldMiss, type Miss, type WouldDeliver } from './proxy/index.ts'
export type { BodyListener, BodySide, FlowEvent, FlowReader, MessageListener } from './flows/index.ts'
export { childLauncher } from './modifiers/index.ts'
export type { DryRunStep, LaunchSandbox, LogEntry, ModifierState, SandboxProcess } from './modifiers/index.ts'
export {
  MessageInflater,
  PayloadReader,
  agreedExtensions,
  decodeMessage,
  indexRecordSize,
  lostContext,
  type AgreedExtensions,
  type DeflateParameters,
} from './websocket/index.ts'
export { CodingError, Decoder, knownCodings, type Coding } from './streaming/index.ts'
export type { Settings } from './model/settings.ts'

export type Engine = {
  /**
   * Resolves once connections are accepted; while it is started, at once. `port` may differ from 8080 when that was taken
   * and none was asked for; `reverse` are the ports that stand for an origin. Rejects with EngineError (a taken port, a damaged CA), and may be called again. Calls of
   * start and stop take effect one after the other, in their order.
   */
  start(): Promise<ProxyAddress>
  /**
   * Stops accepting, lets running flows finish for `graceMs`, then ends them; while it is stopping, the shorter time
   * counts, and while it is stopped, it resolves at once. Ended flows stay; start() begins anew. Never rejects.
   */
  stop(graceMs: number): Promise<void>
  /** stop() for good, forgets everything and removes temporary files; start() rejects from now on. */
  close(graceMs: number): Promise<void>
  /**
   * Takes effect with the next response head; `listen`, `reverse` and `caDir` at the next start. `maxFlows` and `bodyDisk` are
   * fixed when the engine is made.
   */
  update(settings: Settings): void
  /** Ends a running flow at once; false when there is none of that id. */
  kill(id: FlowId): boolean
  /** Forgets all ended flows and deletes what is recorded of them; running ones go on. */
  clear(): void
  /** Forgets these ended flows and deletes what is recorded of them; other ids are ignored. Returns those forgotten. */
  remove(ids: Iterable<FlowId>): FlowId[]
  /** Ended flows. */
  readonly flows: FlowReader
  /** Running flows, as they are now. */
  running(): Flow[]
  /**
   * Tells the response body of a running flow as it comes from the origin, before it has come as well: its content with
   * the transfer coding removed and the content coding kept, from now on. The bytes are lent: copy what is kept. Returns
   * how to stop watching; undefined for tunnels, and when that flow is not running. A listener that throws is not
   * called again.
   */
  watchBody(id: FlowId, listener: BodyListener): (() => void) | undefined
  /**
   * Tells the messages of a running WebSocket as they pass, both directions, each when it is complete, from now on; what
   * came before is in its records. Undefined when no WebSocket of that id is running. A listener that throws is not
   * called again.
   */
  watchMessages(id: FlowId, listener: MessageListener): (() => void) | undefined
  /**
   * Up to `length` bytes from `offset` of what is recorded so far of a running WebSocket: `request` and `response` are
   * the bytes of either direction, `messages` the index (whole records; none is told before it is there). Undefined when
   * none of that id is running, or it is just ending: then it is in `flows`, at once or after its end was told. Rejects
   * when the disk cannot be read.
   */
  readRunning(id: FlowId, side: BodySide, offset: number, length: number): Promise<Buffer | undefined>
  /**
   * What is missing of such a record, of a flow that runs or has ended, in order: bytes that the disk or its budget has not
   * kept. A read ends where a gap begins, and gives nothing within one.
   */
  gaps(id: FlowId, side: BodySide): readonly Gap[]
  /**
   * The proxy never connects to this address, which is one where the host itself listens: requests for it are answered
   * 508. An address or "localhost", under whatever name clients come; throws TypeError for another name. For good.
   */
  shun(host: string, port: number): void
  /** Returns how to stop listening. The flow is live, so copy what is kept. Outlives stop and start. */
  onFlow(listener: (event: FlowEvent) => void): () => void
  /**
   * What happens beside the flows, e.g. a client that was refused; a sentence. `about`: it is told by \`modifiers.states\`,
   * too. Returns how to stop listening. Outlives stop and start.
   */
  onNotice(listener: (sentence: string, about: 'modifiers' | undefined) => void): () => void
  /** The modifiers of the settings: what becomes of them, and ways to try one without traffic. */
  readonly modifiers: EngineModifiers
}

export type EngineModifiers = Pick<ModifierSet, 'states' | 'check' | 'refresh' | 'dryRun'> & {
  /** Resolves when it is known of all of them whether they can be applied: at once where none is being loaded. */
  loaded(): Promise<void>
  /** Something of `states` may have changed; told often. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  onLog(listener: (entry: LogEntry) => void): () => void
}

/** What a host brings along. */
export type EngineHost = {
  /** Starts the processes that modifiers run in. Without it, each modifier that is on is broken and says so. */
  launchSandbox?: LaunchSandbox | undefined
  /** Instead of those of the settings. */
  modifiers?: SetModifiers
  /** A file that the keys of TLS connections are appended to, of both sides (SSLKEYLOGFILE). Empty: none. */
  keyLog?: string | undefined
}

/** Nothing listens until start(). Whoever has an engine closes it, as files and processes are its own. */
export function createEngine(settings: Settings, { launchSandbox, modifiers, keyLog = '' }: EngineHost = {}): Engine {
  const folder = new TempFolder()
  const notices = new Listeners<{ sentence: string; about: 'modifiers' | undefined }>()
  const notice = (sentence: string): void => notices.tell({ sentence, about: undefined })
  const onBug = (bug: string): void => {
    notice(`A bug in Spillway: ${bug}`)
  }
  const { maxFlows, bodyDisk } = settings
  const kept = new MemoryStore({ maxFlows, bodyDisk, folder })
  const store = new BatchedStore(kept, onBug)
  const life = new FlowLife(store, onBug)
  const changes = new Listeners<undefined>()
  const logs = new Listeners<LogEntry>()
  const onChange = (): void => changes.tell(undefined)
  const ofModifiers = (sentence: string): void => notices.tell({ sentence, about: 'modifiers' })
  const set = new ModifierSet({
    launch: launchSandbox,
    notice: ofModifiers,
    bug: onBug,
    onChange,
    onLog: logs.tell,
  })
  set.update(settings.modifiers, modifierLimits(settings))
  const keys = keyLog === '' ? undefined : new KeyLog(resolve(keyLog), notice)
  const own = new OwnAddresses()
  let connections = 0
  const nextConnectionId = (): number => ++connections
  let current = settings
  let proxy: Proxy | undefined
  const capture = new Capture(async () => {
    const authority = await openAuthority(current.caDir)
    if (authority.warning !== undefined) notice(authority.warning)
    await keys?.open()
    const context = {
      life,
      modifiers: modifiers ?? set,
      logs: { folder, disk: kept.budget },
      authority,
      notice,
      nextConnectionId,
      own,
    }
    const next = new Proxy({ settings: current, ...context, keyLog: keys?.take })
    proxy = next
    const over = (): void => {
      if (proxy === next) proxy = undefined
    }
    try {
      const address = await next.start()
      folder.sweepSoon()
      return { address, stop: (graceMs) => next.stop(graceMs).finally(over) }
    } catch (error) {
      over()
      throw error
    }
  })
  return {
    start: () => capture.start(),
    stop: (graceMs) => capture.stop(graceMs),
    async close(graceMs) {
      await capture.close(graceMs)
      await set.close()
      await store.close()
      await folder.close()
      await keys?.close()
    },
    update(next) {
      current = next
      set.update(next.modifiers, modifierLimits(next))
      proxy?.update(next)
    },
    kill: (id) => proxy?.kill(id) === true,
    clear: () => store.clear(),
    remove: (ids) => store.remove(ids),
    flows: store,
    running: () => life.open(),
    watchBody: (id, listener) => life.watchBody(id, listener),
    watchMessages: (id, listener) => life.watchMessages(id, listener),
    readRunning: (id, side, offset, length) => life.readRecorded(id, side, offset, length),
    gaps: (id, side) => life.recordedGaps(id, side) ?? gapsOf(store.get(id), side),
    shun(host, port) {
      own.add(host, port)
      proxy?.forgetIdle()
    },
    modifiers: {
      states: () => set.states(),
      loaded: async () => set.loading,
      check: (source, file) => set.check(source, file),
      refresh: () => set.refresh(),
      dryRun: (options) => set.dryRun(options),
      onChange: (listener) => changes.add(listener),
      onLog: logs.add,
    },
    onFlow: (listener) => life.listen(listener),
    onNotice: (listener) => notices.add(({ sentence, about }) => listener(sentence, about)),
  }
}

const gapsOf = (flow: Flow | undefined, side: BodySide): readonly Gap[] =>
  missingOf((flow && bodyOf(flow, side)) ?? nothingRecorded)

const modifierLimits = ({ modifierMemory, modifierHangMs }: Settings): Parameters<ModifierSet['update']>[1] => ({
  memory: modifierMemory,
  hangMs: modifierHangMs,
})

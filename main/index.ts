/**
 * The engine, and the only door to it: a proxy that listens, shows every flow as it runs, and keeps what has ended.
 * It knows neither Electron nor the wire to a window, and not which thread it runs on. What it changes on disk is
 * the CA folder (first run) and temporary files, which it removes on stop.
 */
import { openAuthority } from './certificates/index.ts'
import { FlowLife, MemoryStore, TempFolder, type FlowEvent, type FlowReader } from './flows/index.ts'
import type { Flow, FlowId } from './model/flow.ts'
import type { Settings } from './model/settings.ts'
import { Proxy } from './proxy/index.ts'

export { openAuthority } from './certificates/index.ts'
export { checkCaPem } from './tls/index.ts'
export type { FlowEvent, FlowReader } from './flows/index.ts'
export type { Settings } from './model/settings.ts'

export type Engine = {
  /**
   * Resolves once connections are accepted. `port` may differ from 8080 when that was taken and none was asked for.
   * Rejects with EngineError: a taken port, a damaged CA.
   */
  start(): Promise<{ host: string; port: number }>
  /** Stops accepting, lets running flows finish for `graceMs`, then ends them; removes temporary files. */
  stop(graceMs: number): Promise<void>
  /** Takes effect with the next response head. `listen`, `caDir`, `maxFlows` and `bodyDisk` are fixed at start. */
  update(settings: Settings): void
  /** Ends a running flow at once; false when there is none of that id. */
  kill(id: FlowId): boolean
  /** Ended flows. */
  readonly flows: FlowReader
  /** Running flows, as they are now. */
  running(): Flow[]
  /** Returns how to stop listening. The flow is live, so copy what is kept. */
  onFlow(listener: (event: FlowEvent) => void): () => void
  /** What happens beside the flows, e.g. a client that was refused; a sentence. Returns how to stop listening. */
  onNotice(listener: (sentence: string) => void): () => void
}

export function createEngine(settings: Settings): Engine {
  const folder = new TempFolder()
  const notices = new Set<(sentence: string) => void>()
  const notice = (sentence: string): void => {
    for (const listener of notices) listener(sentence)
  }
  const store = new MemoryStore({ maxFlows: settings.maxFlows, bodyDisk: settings.bodyDisk, folder })
  const life = new FlowLife(store, (bug) => notice(`A bug in Spillway: ${bug}`))
  let current = settings
  let proxy: Proxy | undefined
  return {
    async start() {
      const authority = await openAuthority(current.caDir)
      proxy = new Proxy({ settings: current, life, folder, authority, notice })
      const address = await proxy.start()
      folder.sweepSoon()
      return address
    },
    async stop(graceMs) {
      await proxy?.stop(graceMs)
      await store.close()
      await folder.close()
    },
    update(next) {
      current = next
      proxy?.update(next)
    },
    kill: (id) => proxy?.kill(id) === true,
    flows: store,
    running: () => life.open(),
    onFlow: (listener) => life.listen(listener),
    onNotice(listener) {
      notices.add(listener)
      return () => notices.delete(listener)
    },
  }
}

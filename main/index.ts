/**
 * The engine, and the only door to it: a proxy that listens, shows every flow as it runs, and keeps what has ended.
 * It knows neither Electron nor the wire to a window, and not which thread it runs on. What it changes on disk is
 * the CA folder (first run) and temporary files, which it removes on stop.
 */
import type { Flow, FlowId } from './model/flow.ts'
import type { Settings } from './model/settings.ts'

export type FlowEvent =
  /** The request's head has arrived. */
  | { kind: 'begun'; flow: Flow }
  /** The delivery is decided (or a crossover has changed it): for a streamed flow, it flows from now on. */
  | { kind: 'delivery'; flow: Flow }
  /** Exactly once per flow; nothing follows. */
  | { kind: 'ended'; flow: Flow }

export type Engine = {
  /** Resolves once connections are accepted. `port` may differ from 8080 when that was taken and none was asked for. */
  start(): Promise<{ host: string; port: number }>
  /** Stops accepting, lets running flows finish for `graceMs`, then ends them; removes temporary files. */
  stop(graceMs: number): Promise<void>
  /** Takes effect with the next response head. `listen`, `caDir` and `maxFlows` are fixed at start. */
  update(settings: Settings): void
  /** Ends a running flow at once; false when there is none of that id. */
  kill(id: FlowId): boolean
  readonly flows: FlowReader
  /** Returns how to stop listening. Listeners must not throw; the flow is live, so copy what is kept. */
  onFlow(listener: (event: FlowEvent) => void): () => void
  /** What happens beside the flows, e.g. a client that was refused; a sentence. */
  onNotice(listener: (sentence: string) => void): () => void
}

export type FlowReader = {
  /** Ended flows still kept. */
  readonly size: number
  /** Ended flows dropped because of the bound. */
  readonly dropped: number
  get(id: FlowId): Flow | undefined
  /** In the order in which they ended: at most `limit`, after the `skip` oldest kept. */
  list(skip: number, limit: number): Flow[]
  /** Up to `length` recorded bytes from `offset`; undefined when that body is not recorded or the flow is gone. */
  readBody(id: FlowId, side: 'request' | 'response', offset: number, length: number): Promise<Buffer | undefined>
}
export type { Settings }

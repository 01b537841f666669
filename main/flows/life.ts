/**
 * The life of flows: each begins once, may get its delivery told, and ends exactly once. Running flows are here;
 * when one ends it goes to the store, and then the listeners hear of it. This is on the path of every request.
 */
import type { FlowError } from '../model/errors.ts'
import type { ConnectionInfo, Flow, FlowId, Gap, Micros } from '../model/flow.ts'
import { nothingRecorded } from '../model/flow.ts'
import { OpenFlows, type BodyListener, type MessageListener, type OpenFlow } from './open-flows.ts'
import type { BodySide, FlowStore } from './store.ts'

export type FlowEvent =
  /** The request's head has arrived. */
  | { kind: 'begun'; flow: Flow }
  /** The delivery is decided (or a crossover has changed it): for a streamed flow, it flows from now on. */
  | { kind: 'delivery'; flow: Flow }
  /** Exactly once per flow; nothing follows. */
  | { kind: 'ended'; flow: Flow }

export type FlowListener = (event: FlowEvent) => void

/** What is known of a flow when it begins. `head` as in model/flow.ts; empty where none came, e.g. a failed handshake. */
export type FlowStart = {
  client: ConnectionInfo
  method: string
  /** Absolute; for a tunnel the authority, "host:port". */
  url: string
  httpVersion: string
  head: string
}

/** Microseconds of the monotonic clock; only differences mean something. */
export function now(): Micros {
  return Math.round(performance.now() * 1000)
}

export class FlowLife {
  readonly #store: Pick<FlowStore, 'add'>
  readonly #onBug: (sentence: string) => void
  readonly #running = new OpenFlows()
  /** Replaced, never changed: a listener may come or go while others are being told. */
  #listeners: readonly FlowListener[] = []
  #lastId = 0

  /** `onBug` hears of what must not happen, in a sentence; the flow and the engine go on. It must not throw. */
  constructor(store: Pick<FlowStore, 'add'>, onBug: (sentence: string) => void) {
    this.#store = store
    this.#onBug = onBug
  }

  /** Running flows. */
  get openCount(): number {
    return this.#running.size
  }

  /** The running flows, oldest first, as they are at this moment: they may be ended while one walks through them. */
  open(): Flow[] {
    return this.#running.all().map(({ flow }) => flow)
  }

  /**
   * A new flow, and 'begun'. Everything that is not known yet is there and undefined, so all flows have one shape.
   * Whoever runs it sets `runner`, to be asked to end it, and measures its timings from `began`.
   */
  begin(start: FlowStart): OpenFlow {
    const flow: Flow = {
      id: ++this.#lastId,
      method: start.method,
      url: start.url,
      client: start.client,
      origin: undefined,
      originReused: false,
      request: {
        httpVersion: start.httpVersion,
        head: start.head,
        edit: undefined,
        bytes: 0,
        delivered: 0,
        chunks: 0,
        deliveredChunks: 0,
        trailers: undefined,
        body: nothingRecorded,
      },
      response: undefined,
      informational: [],
      delivery: undefined,
      timings: {
        startedAt: Date.now(),
        dns: undefined,
        connect: undefined,
        tls: undefined,
        sent: undefined,
        firstByte: undefined,
        lastByte: undefined,
        end: undefined,
      },
      error: undefined,
      modifiers: undefined,
      modifiedBody: undefined,
      messageCounts: undefined,
      messages: undefined,
      answered: undefined,
      notes: [],
      state: 'open',
    }
    const open: OpenFlow = { flow, began: now(), runner: undefined }
    this.#running.add(open)
    if (this.#listeners.length > 0) this.#tell({ kind: 'begun', flow })
    return open
  }

  /** Asks whoever runs the flow to end it at once; false when it is not running, or cannot be ended. */
  abort(id: FlowId, error: FlowError): boolean {
    const runner = this.#running.get(id)?.runner
    runner?.abort(error)
    return runner !== undefined
  }

  /** As FlowRunner; undefined also when the flow is not running, or is not one whose body can be watched. */
  watchBody(id: FlowId, listener: BodyListener): (() => void) | undefined {
    return this.#running.get(id)?.runner?.watchBody?.(listener)
  }

  /** The same of messages. */
  watchMessages(id: FlowId, listener: MessageListener): (() => void) | undefined {
    return this.#running.get(id)?.runner?.watchMessages?.(listener)
  }

  /** As FlowRunner; undefined also when the flow is not running. */
  async readRecorded(id: FlowId, side: BodySide, offset: number, length: number): Promise<Buffer | undefined> {
    return await this.#running.get(id)?.runner?.readRecorded?.(side, offset, length)
  }

  /** As FlowRunner; undefined also when the flow is not running. */
  recordedGaps(id: FlowId, side: BodySide): readonly Gap[] | undefined {
    return this.#running.get(id)?.runner?.recordedGaps?.(side)
  }

  /** To be called whenever flow.delivery was set or changed. Ignored once the flow has ended. */
  delivery(flow: Flow): void {
    if (this.#listeners.length > 0 && flow.state === 'open') this.#tell({ kind: 'delivery', flow })
  }

  /**
   * Ends a flow; whoever calls second is ignored, and reported. An error that is already on the flow stays: it came
   * first. The flow must not be changed afterwards.
   */
  end(flow: Flow, error?: FlowError): void {
    const running = this.#running.get(flow.id)
    if (running?.flow !== flow) {
      this.#onBug(`Flow ${flow.id} (${flow.method} ${flow.url}) was ended twice${error ? `: ${error.message}` : ''}`)
      return
    }
    this.#running.delete(flow.id)
    flow.state = 'ended'
    flow.error ??= error
    flow.timings.end ??= now() - running.began
    try {
      this.#store.add(flow)
    } catch (bug) {
      this.#onBug(`Flow ${flow.id} could not be kept: ${told(bug)}`)
    }
    if (this.#listeners.length > 0) this.#tell({ kind: 'ended', flow })
  }

  /** Returns how to stop listening. A listener that throws is reported, and hurts neither the flow nor the others. */
  listen(listener: FlowListener): () => void {
    // Its own function, so that the same listener may listen twice and stop once.
    const own: FlowListener = (event) => {
      listener(event)
    }
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own)
    }
  }

  #tell(event: FlowEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (bug) {
        this.#onBug(`A listener failed at flow ${event.flow.id}, ${event.kind}: ${told(bug)}`)
      }
    }
  }
}

/** A bug for a notice: its stack where it has one. */
export function told(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)
}

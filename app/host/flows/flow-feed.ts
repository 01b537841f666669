/**
 * What windows know of the flows: pages of the list as it is, and at most 20 messages a second of what has changed
 * since. One message serves all windows.
 *
 * Promises: a row is built once per message, not per event or window; without a window nothing is kept but ids; a live
 * flow is held no longer than until the next message; no timer runs while nothing changes and no flow is running. A
 * window that does not take its messages is passed over, sees a gap in `seq` and asks for the pages anew; so does
 * every window when more has begun and ended than a message should tell. Of running flows that change, as many are told
 * as a message has room for; the others have their turn in the next one.
 */
import { randomUUID } from 'node:crypto'
import type { Engine } from '../../../main/index.ts'
import type { Flow, FlowId } from '../../../main/model/flow.ts'
import type { EventValue } from '../../contract/contract.ts'
import type { FlowRow } from '../../contract/flow-row.ts'
import { FlowIds } from './flow-ids.ts'
import { flowRow, growth, lettersOf, mostLetters } from './flow-row.ts'

export type FlowsMessage = EventValue<'flows'>

export type FeedReader = {
  /** Whether it has taken what it was sent. */
  ready(): boolean
  tell(message: FlowsMessage): void
}

type FlowEngine = Pick<Engine, 'onFlow' | 'running' | 'flows' | 'clear' | 'remove'>

const intervalMs = 50
/** Flows that may change between two messages; with more, asking for pages is cheaper. */
const mostChanges = 5000
/** Ended flows after which it is looked at what the store has dropped, if no message was due before. */
const mostUnsettled = 1000
/** Running flows told in one message: thousands of streams that all grow must not cost the proxy its thread. */
const mostRunning = 2000

export class FlowFeed {
  /** All flows there are. */
  readonly ids = new FlowIds()
  epoch: string = randomUUID()
  seq = 0
  readonly #engine: FlowEngine
  readonly #stop: () => void
  readonly #readers = new Set<FeedReader>()
  /** Readers that were passed over, and have to see the gap. */
  readonly #behind = new Set<FeedReader>()
  #timer: NodeJS.Timeout | undefined
  #running = 0
  /** Flows above it have begun since the last message: their row is built for the next one, whatever happens to them. */
  #told: FlowId = 0
  #lastId: FlowId = 0
  #begun: Flow[] = []
  /** Those that had been told as running. */
  #ended: Flow[] = []
  #removed: FlowId[] = []
  /** Running flows of which more has changed than what grows. */
  #decided = new Set<FlowId>()
  /** The running flow that was looked at last, when there was no room for more. */
  #lookedAt: FlowId = 0
  #overflow = false
  #changed = false
  #unsettled = 0
  /** What was last told of each running flow had grown so far. */
  readonly #grown = new Map<FlowId, number>()

  constructor(engine: FlowEngine) {
    this.#engine = engine
    this.#stop = engine.onFlow(({ kind, flow }) => {
      if (kind === 'begun') this.#onBegun(flow)
      else if (kind === 'ended') this.#onEnded(flow)
      else if (this.#readers.size > 0 && flow.id <= this.#told) this.#decided.add(flow.id)
    })
  }

  /** Returns how to leave. */
  join(reader: FeedReader): () => void {
    if (this.#readers.size === 0) this.#told = this.#lastId
    this.#readers.add(reader)
    this.#wake()
    return () => {
      this.#readers.delete(reader)
      this.#behind.delete(reader)
      if (this.#readers.size === 0) this.#rest()
    }
  }

  get dropped(): number {
    return this.#engine.flows.dropped
  }

  /** Forgets ended flows; all that windows know is void. */
  clear(): void {
    this.#engine.clear()
    this.ids.clear(this.#engine.running().map(({ id }) => id))
    this.epoch = randomUUID()
    this.#forget()
    this.#change()
  }

  /** Forgets these; running flows and unknown ids are ignored. */
  remove(ids: readonly FlowId[]): void {
    for (const id of this.#engine.remove(ids)) this.#gone(id)
  }

  close(): void {
    this.#stop()
    this.#readers.clear()
    this.#behind.clear()
    this.#rest()
  }

  #onBegun(flow: Flow): void {
    this.#running++
    this.#lastId = flow.id
    this.ids.begin(flow.id)
    if (this.#readers.size === 0) return
    this.#begun.push(flow)
    this.#change()
  }

  #onEnded(flow: Flow): void {
    this.#running--
    this.ids.end(flow.id)
    if (this.#readers.size > 0) {
      this.#decided.delete(flow.id)
      this.#grown.delete(flow.id)
      if (flow.id <= this.#told) this.#ended.push(flow)
      this.#change()
    }
    if (++this.#unsettled >= mostUnsettled) this.#settle()
  }

  /** The store drops on its own. Not asked for every flow, since it takes them in batches as long as nobody asks. */
  #settle(): void {
    if (this.#unsettled === 0) return
    this.#unsettled = 0
    while (this.ids.ended > this.#engine.flows.size) {
      const id = this.ids.dropOldest()
      if (id !== undefined && this.#readers.size > 0) this.#removed.push(id)
    }
  }

  #gone(id: FlowId): void {
    this.ids.remove(id)
    if (this.#readers.size === 0) return
    this.#removed.push(id)
    this.#change()
  }

  #change(): void {
    this.#changed = true
    if (this.#begun.length + this.#ended.length > mostChanges) this.#giveUp()
    this.#wake()
  }

  #wake(): void {
    if (this.#timer === undefined && this.#readers.size > 0) this.#timer = setTimeout(this.#onTime, intervalMs)
  }

  /** Windows will see a gap. */
  #giveUp(): void {
    this.#forget()
    this.#overflow = true
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#forget()
    this.#overflow = false
  }

  #forget(): void {
    this.#begun = []
    this.#ended = []
    this.#removed = []
    this.#decided = new Set()
    this.#grown.clear()
    this.#told = this.#lastId
  }

  readonly #onTime = (): void => {
    this.#timer = undefined
    this.#settle()
    const rows = this.#rows()
    const owed = [...this.#behind].some((reader) => reader.ready())
    if (this.#changed || rows.length > 0 || owed) this.#send(rows)
    if (this.#running > 0 || this.#behind.size > 0) this.#wake()
  }

  #send(rows: FlowRow[]): void {
    // A number left out is what tells a window that it has missed something.
    this.seq += this.#overflow ? 2 : 1
    const { epoch, seq, dropped } = this
    const message = { epoch, seq, rows, removed: this.#removed, dropped }
    this.#removed = []
    this.#changed = this.#overflow = false
    for (const reader of this.#readers) {
      if (reader.ready()) {
        this.#behind.delete(reader)
        reader.tell(message)
      } else this.#behind.add(reader)
    }
  }

  #rows(): FlowRow[] {
    const rows: FlowRow[] = []
    let letters = 0
    const somethingRemoved = this.#removed.length > 0
    for (const flows of [this.#begun, this.#ended]) {
      for (const flow of flows) {
        if (somethingRemoved && !this.ids.has(flow.id)) continue
        const row = flowRow(flow)
        if ((letters += lettersOf(row)) > mostLetters) {
          this.#giveUp()
          return []
        }
        rows.push(row)
        if (flow.state === 'open') this.#grown.set(flow.id, growth(flow))
      }
    }
    this.#begun = []
    this.#ended = []
    this.#told = this.#lastId
    if (this.#running > 0) this.#lookAtRunning(rows, mostLetters - letters)
    return rows
  }

  /** The oldest first, or who had no turn last time. */
  #lookAtRunning(rows: FlowRow[], room: number): void {
    const running = this.#engine.running()
    const first = this.#lookedAt === 0 ? 0 : running.findIndex(({ id }) => id > this.#lookedAt)
    this.#lookedAt = 0
    const most = rows.length + mostRunning
    for (let n = 0; n < running.length; n++) {
      const flow = running[(Math.max(0, first) + n) % running.length]
      if (!flow || (this.#grown.get(flow.id) === growth(flow) && !this.#decided.has(flow.id))) continue
      const row = flowRow(flow)
      rows.push(row)
      this.#grown.set(flow.id, growth(flow))
      this.#decided.delete(flow.id)
      if ((room -= lettersOf(row)) > 0 && rows.length < most) continue
      this.#lookedAt = flow.id
      return
    }
  }
}

/**
 * The rows, outside React: what arrives is collected and applied once per animation frame, so that 200 updates a second
 * cost at most 60 renderings. Metadata only; bodies are never here.
 */
import type { FlowRow } from '../../app/contract/flow-row.ts'

export type FlowId = FlowRow['id']

/**
 * What one frame has brought; `cleared`: everything from before is void. `past`: it has come back among the rows, under
 * the ids that `pastId` gives.
 */
export type FlowChange = { cleared: boolean; past?: boolean; rows: FlowRow[]; removed: FlowId[] }

/** More flows than any host will ever count. */
const life = 2 ** 40

/** Flows of a host that has failed have ids below zero, those of earlier ones lower ones: another host counts anew. */
export const pastId = (id: FlowId): FlowId => id - life
export const isPast = (id: FlowId): boolean => id < 0

export type FlowFacts = {
  /** The whole list has been fetched. */
  ready: boolean
  /** Of the host's list; ids mean the same flows as long as it is the same. Undefined before the first page. */
  epoch: string | undefined
  /** Ended flows the host dropped because of its bound. */
  dropped: number
  running: number
  streaming: number
  /** Of a host that has failed since: rows without anything behind them. */
  past: number
}

const live = (row: FlowRow): boolean => row.state === 'streaming' || row.state === 'tunnelled'
const runs = (row: FlowRow): boolean => live(row) || row.state === 'pending' || row.state === 'held'
/** A rate is taken over at least this long: shorter, it would only jump. */
const rateMs = 500

type Pace = { size: number; at: number; rate: number | undefined }

export class FlowTable {
  readonly rows: ReadonlyMap<FlowId, FlowRow>
  facts: FlowFacts = { ready: false, epoch: undefined, dropped: 0, running: 0, streaming: 0, past: 0 }
  /** Counts the frames that changed something. */
  version = 0
  #rows = new Map<FlowId, FlowRow>()
  #paces = new Map<FlowId, Pace>()
  #waiting = new Map<FlowId, FlowRow | undefined>()
  #cleared = false
  #scheduled = false
  #listeners = new Set<(change: FlowChange) => void>()
  #schedule: (apply: () => void) => void
  #now: () => number

  constructor(schedule: (apply: () => void) => void, now: () => number = () => performance.now()) {
    this.rows = this.#rows
    this.#schedule = schedule
    this.#now = now
  }

  /** Rows replace what is known of their flow. */
  put(rows: readonly FlowRow[], removed: readonly FlowId[] = []): void {
    for (const row of rows) this.#waiting.set(row.id, row)
    for (const id of removed) this.#waiting.set(id, undefined)
    this.#wake()
  }

  clear(): void {
    this.#waiting.clear()
    this.#cleared = true
    this.#wake()
  }

  /** The host has failed: its flows are rows and nothing else, and those that ran have ended so (`error`, a sentence). */
  past(error: string): void {
    this.#apply()
    const now = Date.now()
    const rows = [...this.#rows.values()].map((row): FlowRow => {
      const id = pastId(row.id)
      if (!runs(row)) return { ...row, id }
      return { ...row, id, state: 'failed', error, end: Math.max(0, now - row.startedAt) * 1000 }
    })
    this.#rows.clear()
    this.#paces.clear()
    for (const row of rows) this.#rows.set(row.id, row)
    this.facts = { ...this.facts, epoch: undefined, dropped: 0, running: 0, streaming: 0, past: rows.length }
    this.#tell({ cleared: true, past: true, rows, removed: [] })
  }

  mark(news: Partial<Pick<FlowFacts, 'ready' | 'dropped' | 'epoch'>>): void {
    const facts = { ...this.facts, ...news }
    const { ready, dropped, epoch } = this.facts
    if (facts.ready === ready && facts.dropped === dropped && facts.epoch === epoch) return
    this.facts = facts
    this.#wake()
  }

  /** All ids known or on their way. */
  ids(): FlowId[] {
    const ids = this.#cleared ? [] : [...this.#rows.keys()].filter((id) => !this.#waiting.has(id))
    for (const [id, row] of this.#waiting) if (row) ids.push(id)
    return ids
  }

  /** Bytes a second: now while it streams, on average once it has ended; undefined while nobody can tell. */
  rate(row: FlowRow): number | undefined {
    if (live(row)) {
      const pace = this.#paces.get(row.id)
      // No news for two seconds means that nothing moves.
      return pace && this.#now() - pace.at > 2000 ? 0 : pace?.rate
    }
    if (row.end === undefined || row.firstByte === undefined || row.size === 0) return undefined
    const micros = row.end - row.firstByte
    return micros > 0 ? (row.size / micros) * 1e6 : undefined
  }

  /** Of everything that streams now. */
  totalRate(): number {
    let total = 0
    for (const id of this.#paces.keys()) {
      const row = this.#rows.get(id)
      if (row) total += this.rate(row) ?? 0
    }
    return total
  }

  /** Told once per frame, after the rows have changed. */
  onChange(listener: (change: FlowChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #wake(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#schedule(() => {
      this.#scheduled = false
      this.#apply()
    })
  }

  #apply(): void {
    const change: FlowChange = { cleared: this.#cleared, rows: [], removed: [] }
    if (this.#cleared) {
      this.#rows.clear()
      this.#paces.clear()
      this.facts = { ...this.facts, running: 0, streaming: 0, past: 0 }
    }
    this.#cleared = false
    let { running, streaming, past } = this.facts
    for (const [id, row] of this.#waiting) {
      const before = this.#rows.get(id)
      running += Number(row ? runs(row) : false) - Number(before ? runs(before) : false)
      streaming += Number(row ? live(row) : false) - Number(before ? live(before) : false)
      if (row) {
        this.#rows.set(id, row)
        this.#measure(row)
        change.rows.push(row)
      } else if (this.#rows.delete(id)) {
        this.#paces.delete(id)
        change.removed.push(id)
        if (isPast(id)) past--
      }
    }
    this.#waiting.clear()
    if (running !== this.facts.running || streaming !== this.facts.streaming || past !== this.facts.past) {
      this.facts = { ...this.facts, running, streaming, past }
    }
    this.#tell(change)
  }

  #tell(change: FlowChange): void {
    this.version++
    for (const listener of [...this.#listeners]) listener(change)
  }

  /** Only what runs has a pace, so the paces are as few as the running flows. */
  #measure(row: FlowRow): void {
    if (!live(row)) {
      this.#paces.delete(row.id)
      return
    }
    const at = this.#now()
    const pace = this.#paces.get(row.id)
    if (!pace) this.#paces.set(row.id, { size: row.size, at, rate: undefined })
    else if (at - pace.at >= rateMs) {
      const fresh = (Math.max(0, row.size - pace.size) / (at - pace.at)) * 1000
      this.#paces.set(row.id, {
        size: row.size,
        at,
        rate: pace.rate === undefined ? fresh : pace.rate / 2 + fresh / 2,
      })
    }
  }
}

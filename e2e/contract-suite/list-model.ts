/** The list of flows as a window keeps it: pages first, then events, and pages again when an event is missing. */
import type { EventValue } from '../../app/contract/contract.ts'
import type { FlowRow } from '../../app/contract/flow-row.ts'
import type { SuiteWindow } from './wire.ts'

export class ListModel {
  rows = new Map<number, FlowRow>()
  epoch = ''
  seq = -1
  /** How often it had to ask for everything. */
  fetched = 0
  #after = 0

  /** Asks for everything, and applies what was told meanwhile. */
  async fetch(window: SuiteWindow): Promise<void> {
    this.fetched++
    for (;;) {
      const rows = new Map<number, FlowRow>()
      const first = await window.call('flows.page', { after: 0 })
      let page = first
      while (page.epoch === first.epoch && page.rows.length > 0) {
        for (const row of page.rows) rows.set(row.id, row)
        page = await window.call('flows.page', { after: page.rows.at(-1)?.id ?? 0 })
      }
      if (page.epoch !== first.epoch) continue
      this.rows = rows
      this.epoch = first.epoch
      // Later pages may know more than the first: events since then are applied again, which changes nothing.
      this.seq = first.seq
      return
    }
  }

  /** Applies the events that have come and were not looked at; `lost` says which the network has swallowed. */
  async follow(window: SuiteWindow, lost: (index: number) => boolean = () => false): Promise<void> {
    for (let events = window.told('flows'); this.#after < events.length; events = window.told('flows')) {
      const index = this.#after++
      const event = events[index]
      if (event === undefined || lost(index)) continue
      if (event.epoch === this.epoch && event.seq <= this.seq) continue
      if (event.epoch !== this.epoch || event.seq !== this.seq + 1) await this.fetch(window)
      else this.#apply(event)
    }
  }

  #apply({ seq, rows, removed }: EventValue<'flows'>): void {
    this.seq = seq
    for (const row of rows) this.rows.set(row.id, row)
    for (const id of removed) this.rows.delete(id)
  }

  /** Oldest first. */
  sorted(): FlowRow[] {
    return [...this.rows.values()].sort((a, b) => a.id - b.id)
  }
}

/** Keeps the table what the host's list is: the pages first, then every event; a missed one means the pages again. */
import { faultOf, type Client } from '../client/client.ts'
import type { FlowId, FlowTable } from './flow-table.ts'

/** Between two attempts to fetch the list, so that a host in trouble is not hammered. */
const pauseMs = 200

/** Runs for the life of the window. */
export function keepInSync(
  client: Pick<Client, 'call' | 'on' | 'onConnection' | 'connection'>,
  table: FlowTable,
): void {
  let epoch: string | undefined
  let seq = 0
  /** Ids the fetch under way has met; the others are gone when it is through. */
  let met: Set<FlowId> | undefined
  let run = 0

  const begin = (): void => {
    const mine = ++run
    met = new Set()
    fetchPages(mine).catch((error: unknown) => {
      if (mine !== run) return
      // With a broken connection the next one begins anew; anything else is tried again.
      if (faultOf(error).code !== 'CLOSED') setTimeout(() => mine === run && begin(), pauseMs)
    })
  }

  const fetchPages = async (mine: number): Promise<void> => {
    for (let after = 0, first = true; ; first = false) {
      const page = await client.call('flows.page', { after })
      if (mine !== run || !met) return
      if (page.epoch !== epoch) {
        // Pages of two lives of the host do not make a list.
        if (!first) {
          begin()
          return
        }
        table.clear()
        epoch = page.epoch
      }
      if (!first && page.seq > seq) {
        begin()
        return
      }
      seq = Math.max(first ? 0 : seq, page.seq)
      table.mark({ dropped: page.dropped })
      table.put(page.rows)
      for (const { id } of page.rows) met.add(id)
      after = page.rows.at(-1)?.id ?? after
      if (page.rows.length === 0) break
    }
    const gone = table.ids().filter((id) => !met?.has(id))
    met = undefined
    if (gone.length > 0) table.put([], gone)
    table.mark({ ready: true })
  }

  client.on('flows', (event) => {
    if (epoch === undefined) return // the first page is still to come, and contains it
    if (event.epoch !== epoch || event.seq > seq + 1) {
      begin()
      return
    }
    if (event.seq <= seq) return
    seq = event.seq
    for (const { id } of event.rows) met?.add(id)
    table.put(event.rows, event.removed)
    table.mark({ dropped: event.dropped })
  })

  const connected = (): void => {
    if (client.connection.status === 'connected') begin()
    else run++
  }
  client.onConnection(connected)
  connected()
}

/**
 * Keeps the table what the host's list is: the pages first, then every event; a missed one means the pages again.
 * Answers and events come in the order in which the host sent them, and both tell of a flow as it was at that moment:
 * so all of them are taken as they come, and a gap only means that more has to be asked.
 */
import { faultOf, type Client } from '../client/client.ts'
import { flows as texts } from '../texts/flows.ts'
import { isPast, type FlowId, type FlowTable } from './flow-table.ts'

/** Between two runs through the list, so that a host in trouble is not hammered. */
const pauseMs = 200

/** Runs for the life of the window. */
export function keepInSync(
  client: Pick<Client, 'call' | 'on' | 'onConnection' | 'connection'>,
  table: FlowTable,
): void {
  let epoch: string | undefined
  let seq = 0
  /** Counts the runs through the list; answers to an older one are void. */
  let run = 0
  /** Ids the run under way has met; the others are gone when it is through. */
  let met: Set<FlowId> | undefined
  /** Something was missed while a run was under way, perhaps behind where it was: one more has to follow. */
  let again = false

  const begin = (): void => {
    const mine = ++run
    const later = (): unknown => setTimeout(() => mine === run && begin(), pauseMs)
    met = new Set()
    again = false
    fetchPages(mine).then(
      () => mine === run && again && later(),
      (error: unknown) => {
        if (mine !== run) return
        met = undefined
        // With a broken connection the next one begins anew; anything else is tried again.
        if (faultOf(error).code !== 'CLOSED') later()
      },
    )
  }

  const missed = (): void => {
    if (met) again = true
    else begin()
  }

  const fetchPages = async (mine: number): Promise<void> => {
    for (let after = 0, more = true; more;) {
      const page = await client.call('flows.page', { after })
      if (mine !== run || !met) return
      if (page.epoch !== epoch) {
        // Before the first page there is nothing, or what a host that has failed has left.
        if (epoch !== undefined) table.clear()
        epoch = page.epoch
        // Pages of two lives of the host do not make a list.
        if (after > 0) {
          begin()
          return
        }
      } else if (after > 0 && page.seq > seq) again = true
      seq = page.seq
      table.mark({ epoch, dropped: page.dropped })
      table.put(page.rows)
      for (const { id } of page.rows) met.add(id)
      after = page.rows.at(-1)?.id ?? after
      more = page.more
    }
    const gone = table.ids().filter((id) => !met?.has(id) && !isPast(id))
    met = undefined
    if (gone.length > 0) table.put([], gone)
    table.mark({ ready: true })
  }

  client.on('flows', (event) => {
    if (epoch === undefined) return // the first page is still to come, and contains it
    const other = event.epoch !== epoch
    if (!other && event.seq <= seq) return
    if (other) table.clear()
    const gap = event.seq > seq + 1
    epoch = event.epoch
    seq = event.seq
    for (const { id } of event.rows) met?.add(id)
    table.put(event.rows, event.removed)
    table.mark({ epoch, dropped: event.dropped })
    if (other) begin()
    else if (gap) missed()
  })

  client.on('notice', ({ lost }) => {
    if (lost !== true) return
    table.past(texts.pastError)
    epoch = undefined
    seq = 0
    begin()
  })

  const connected = (): void => {
    if (client.connection.status === 'connected') begin()
    else {
      run++
      met = undefined
    }
  }
  client.onConnection(connected)
  connected()
}

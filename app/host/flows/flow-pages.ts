/** Pages of the list. Built in slices: two thousand rows at once would hold up traffic for a while. */
import { setImmediate } from 'node:timers/promises'
import type { Engine } from '../../../main/index.ts'
import type { Flow, FlowId } from '../../../main/model/flow.ts'
import { pageRows, type Output } from '../../contract/contract.ts'
import type { FlowRow } from '../../contract/flow-row.ts'
import type { FlowFeed } from './flow-feed.ts'
import { flowRow, lettersOf, mostLetters } from './flow-row.ts'

/** How long traffic may wait for rows. */
const sliceMs = 4

/**
 * The flows behind `after`, oldest first, as they are when it is answered: messages sent while it was built come before
 * it, and who puts it over them must not go back in time.
 */
export async function flowsPage(
  engine: Pick<Engine, 'running' | 'flows'>,
  feed: FlowFeed,
  after: FlowId,
  signal: AbortSignal,
): Promise<Output<'flows.page'>> {
  const { epoch } = feed
  const pause = slices(signal)
  for (let last = after; ;) {
    const ids = feed.ids.above(last, pageRows)
    const rows: FlowRow[] = []
    /** Those that may change until the answer, and where their rows are. */
    const live = new Map<number, Flow>()
    const running = new Map<FlowId, Flow>(engine.running().map((flow) => [flow.id, flow]))
    let letters = 0
    let looked = 0
    for (const id of ids) {
      looked++
      const flow = running.get(id) ?? engine.flows.get(id)
      if (flow) {
        const row = flowRow(flow)
        if (flow.state === 'open') live.set(rows.length, flow)
        rows.push(row)
        // What is beyond it is for the next page.
        if ((letters += lettersOf(row)) > mostLetters) break
      }
      await pause()
    }
    if (feed.epoch !== epoch) return flowsPage(engine, feed, after, signal)
    for (const [index, flow] of live) rows[index] = flowRow(flow)
    const left = rows.filter(({ id }) => feed.ids.has(id))
    const more = looked < ids.length || ids.length === pageRows
    // Who asks for the next page needs a row to go on from.
    if (left.length > 0 || !more) return { epoch, seq: feed.seq, rows: left, more, dropped: feed.dropped }
    last = ids[looked - 1] ?? last
  }
}

/** To be awaited between steps of something long: lets others run when it is time, and throws when nobody waits any more. */
export function slices(signal: AbortSignal): () => Promise<void> | undefined {
  let due = performance.now() + sliceMs
  async function rest(): Promise<void> {
    await setImmediate()
    signal.throwIfAborted()
    due = performance.now() + sliceMs
  }
  return () => (performance.now() < due ? undefined : rest())
}

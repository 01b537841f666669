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
 * The flows behind `after`, oldest first. `seq` is read first: what changes while the page is built is in a later
 * message, and telling it twice does no harm.
 */
export async function flowsPage(
  engine: Pick<Engine, 'running' | 'flows'>,
  feed: FlowFeed,
  after: FlowId,
  signal: AbortSignal,
): Promise<Output<'flows.page'>> {
  const { epoch, seq } = feed
  const rows: FlowRow[] = []
  const pause = slices(signal)
  let last = after
  let letters = 0
  // A page of which nothing is left would look like the end.
  while (rows.length === 0) {
    const ids = feed.ids.above(last, pageRows)
    if (ids.length === 0) break
    const running = new Map<FlowId, Flow>(engine.running().map((flow) => [flow.id, flow]))
    for (const id of ids) {
      const flow = running.get(id) ?? engine.flows.get(id)
      if (flow) {
        const row = flowRow(flow)
        rows.push(row)
        // What is beyond it is for the next page.
        if ((letters += lettersOf(row)) > mostLetters) break
      }
      await pause()
    }
    last = ids.at(-1) ?? last
  }
  if (feed.epoch !== epoch) return flowsPage(engine, feed, after, signal)
  return { epoch, seq, rows, dropped: feed.dropped }
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

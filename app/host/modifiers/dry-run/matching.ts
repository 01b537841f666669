/** `modifiers.matching`: captured flows on which a modifier would run in traffic, in slices. */
import { wouldMiss, type Engine } from '../../../../main/index.ts'
import type { FlowId } from '../../../../main/model/flow.ts'
import type { Checked, Output } from '../../../contract/contract.ts'
import type { FlowIds } from '../../flows/flow-ids.ts'
import { slices } from '../../flows/flow-pages.ts'
import { matchOf } from '../list/entries.ts'

const mostTried = 5000
const atOnce = 500

export async function matchingFlows(
  { flows }: Pick<Engine, 'flows'>,
  ids: Pick<FlowIds, 'below'>,
  asked: Checked<'modifiers.matching'>['match'],
  signal: AbortSignal,
): Promise<Output<'modifiers.matching'>> {
  const found: FlowId[] = []
  const match = matchOf(asked) ?? {}
  const pause = slices(signal)
  let tried = 0
  for (let below: FlowId = Number.MAX_SAFE_INTEGER; tried < mostTried;) {
    const some = ids.below(below, atOnce)
    if (some.length === 0) break
    for (const id of some) {
      below = id
      tried++
      await pause()
      const flow = flows.get(id)
      if (flow && wouldMiss(flow, match)?.length === 0) found.push(id)
    }
  }
  return { ids: found }
}

/** `rules.try`: what captured flows would have got under other settings; the newest first, in slices. */
import { wouldDeliver, type Engine } from '../../main/index.ts'
import type { FlowId } from '../../main/model/flow.ts'
import type { Settings } from '../../main/model/settings.ts'
import type { Output } from '../contract/contract.ts'
import type { FlowIds } from './flows/flow-ids.ts'
import { slices } from './flows/flow-pages.ts'
import { mostLetters } from './flows/flow-row.ts'

const mostTried = 20_000
const mostExamples = 50
const atOnce = 500

/** Ended flows; tunnels and flows without a response have nothing to try. */
export async function tryRules(
  engine: Pick<Engine, 'flows'>,
  ids: Pick<FlowIds, 'below'>,
  settings: Settings,
  signal: AbortSignal,
): Promise<Output<'rules.try'>> {
  const result: Output<'rules.try'> = { tried: 0, streamed: 0, buffered: 0, changed: 0, examples: [] }
  const pause = slices(signal)
  for (let below: FlowId = Number.MAX_SAFE_INTEGER; result.tried < mostTried;) {
    const some = ids.below(below, atOnce)
    if (some.length === 0) break
    for (const id of some) {
      below = id
      await pause()
      if (result.tried === mostTried) break
      tryOne(engine, id, settings, result)
    }
  }
  return result
}

function tryOne(engine: Pick<Engine, 'flows'>, id: FlowId, settings: Settings, result: Output<'rules.try'>): void {
  const flow = engine.flows.get(id)
  const would = flow && wouldDeliver(flow, settings)
  const from = flow?.delivery?.mode
  if (!would || from === undefined || from === 'tunnelled') return
  result.tried++
  result[would.mode]++
  if (would.mode === from) return
  result.changed++
  const { examples } = result
  if (examples.length === mostExamples) return
  const letters = examples.reduce((sum, { url, reason }) => sum + url.length + reason.length, 0)
  if (letters < mostLetters) examples.push({ id, url: flow.url, from, to: would.mode, reason: would.reason })
}

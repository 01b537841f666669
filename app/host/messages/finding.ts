/** `flows.findMessages`: which messages contain a text, gone through from the beginning on, a part for each question. */
import type { Flow } from '../../../main/model/flow.ts'
import type { WebSocketMessage } from '../../../main/model/web-socket.ts'
import type { Checked, Output } from '../../contract/contract.ts'
import { slices } from '../flows/flow-pages.ts'
import type { Inflating, Run } from './inflating.ts'
import { isFilter, lets, placed } from './places.ts'
import { listGaps, nextListed, readRecords, recordedCount, type MessageEngine } from './recorded.ts'
import { TextSearch } from './text-search.ts'
import { WireWindow } from './wire-window.ts'

/** One question goes no further, in what is read and inflated: tens of milliseconds, unless a single message is larger. */
const most = { messages: 10_000, bytes: 4 * 1024 * 1024 } as const
/** Index records read at once. */
const recordsAtOnce = 1024

export async function findMessages(
  engine: MessageEngine,
  flow: Flow,
  inflating: Inflating,
  { filter, text, from, place: begin, since }: Checked<'flows.findMessages'>,
  signal: AbortSignal,
): Promise<Output<'flows.findMessages'>> {
  const search = new TextSearch(text)
  const total = recordedCount(flow)
  const about = placed(listGaps(engine, flow.id), total, filter, since)
  const found: number[] = []
  let missed = 0
  let place = begin
  let number = from
  const last = Math.min(total, from + most.messages)
  const wire = new WireWindow(engine, flow.id)
  const pause = slices(signal)
  const run = await inflating.from(from, signal)
  // What was left out may be what the others refer to: the next question goes on inflating.
  if (!run) return { found, next: from, place, total, missed, ...about }
  const { spent } = run
  const enough = spent.bytes + most.bytes
  while (number < last && spent.bytes < enough) {
    const messages = await readRecords(engine, flow.id, number, Math.min(recordsAtOnce, last - number))
    if (messages.length === 0) break
    if (!messages[0]) {
      // Of which sort they were nobody knows: without a filter each has its place.
      const listed = Math.min(total, nextListed(engine, flow.id, number) ?? number + 1)
      missed += listed - number
      if (!isFilter(filter)) place += listed - number
      run.lose((number = listed))
      continue
    }
    for (const message of messages) {
      signal.throwIfAborted()
      if (!message) break
      number++
      if (lets(filter, message)) {
        const outcome = await searched(message, search, run, wire, signal)
        if (outcome === 'found') found.push(place)
        else if (outcome === 'unknown') missed++
        place++
      } else await run.pass(message, wire, signal)
      if (spent.bytes >= enough) break
      await pause()
    }
  }
  inflating.remember(run.state())
  return { found, next: number, place, total, missed, ...about }
}

/** `unknown`: not all of it could be searched, and it is not in the rest. */
async function searched(
  message: WebSocketMessage,
  search: TextSearch,
  run: Run,
  wire: WireWindow,
  signal: AbortSignal,
): Promise<'found' | 'absent' | 'unknown'> {
  // Of a close frame, what is behind its code.
  const look = search.begin(message.opcode === 'close' ? 2 : 0)
  const seen = { found: false }
  const { whole } = await run.next(message, wire, (bytes) => (seen.found ||= look(bytes)), signal)
  return seen.found ? 'found' : whole ? 'absent' : 'unknown'
}

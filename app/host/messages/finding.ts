/** `flows.findMessages`: which messages contain a text, gone through from the beginning on, a part for each question. */
import type { Flow } from '../../../main/model/flow.ts'
import type { WebSocketMessage } from '../../../main/model/web-socket.ts'
import type { Checked, Output } from '../../contract/contract.ts'
import { slices } from '../flows/flow-pages.ts'
import type { Inflating, Run } from './inflating.ts'
import { mostPayload } from './payloads.ts'
import { lets } from './places.ts'
import { readRecords, recordedCount, type MessageEngine } from './recorded.ts'
import { WireWindow } from './wire-window.ts'

/** One question goes no further: a few tens of milliseconds, unless a single message is larger. */
const most = { messages: 10_000, bytes: 4 * 1024 * 1024 } as const
/** Index records read at once. */
const recordsAtOnce = 1024

export async function findMessages(
  engine: MessageEngine,
  flow: Flow,
  inflating: Inflating,
  { filter, text, from, place: begin }: Checked<'flows.findMessages'>,
  signal: AbortSignal,
): Promise<Output<'flows.findMessages'>> {
  const pattern = patternOf(text)
  const total = await recordedCount(engine, flow)
  const found: number[] = []
  let missed = 0
  let place = begin
  let number = from
  const last = Math.min(total, from + most.messages)
  const wire = new WireWindow(engine, flow.id)
  const pause = slices(signal)
  const run = await inflating.from(from, signal)
  // What was left out may be what the others refer to: the next question goes on inflating.
  if (!run) return { found, next: from, place, total, missed }
  for (let bytes = 0; number < last && bytes < most.bytes;) {
    const messages = await readRecords(engine, flow.id, number, Math.min(recordsAtOnce, last - number))
    if (messages.length === 0) break
    for (const message of messages) {
      signal.throwIfAborted()
      const wanted = lets(filter, message)
      bytes += message.wireLength
      number++
      if (wanted) {
        const payload = await payloadOf(message, run, wire)
        if (payload && pattern.test(wordsOf(message, payload.bytes))) found.push(place)
        else if (!payload?.whole) missed++
        place++
      } else await inflating.pass(run, message, wire)
      if (bytes >= most.bytes) break
      await pause()
    }
  }
  inflating.remember(run.state())
  return { found, next: number, place, total, missed }
}

/** Undefined: nothing of it can be read. `whole`: this is all of it. */
async function payloadOf(
  message: WebSocketMessage,
  run: Run,
  wire: WireWindow,
): Promise<{ bytes: Uint8Array; whole: boolean } | undefined> {
  const sent = await wire.payload(message, mostPayload)
  const lost = run.isLost(message.direction)
  const inflated = await run.next(message, sent.whole ? sent.bytes : undefined, mostPayload)
  if (!message.compressed) return sent
  return lost || !inflated
    ? undefined
    : { bytes: inflated.bytes, whole: inflated.failure === undefined && !inflated.cut }
}

/** What is no text is read as if it were some: a name in the middle of it is found. Of a close frame, what is behind its code. */
const wordsOf = ({ opcode }: WebSocketMessage, bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(opcode === 'close' ? bytes.subarray(2) : bytes)

/** What was typed, as it is, in any case. */
const patternOf = (text: string): RegExp => new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu')

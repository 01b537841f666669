/** What is recorded of a WebSocket, running or ended: its index and the bytes of both directions. */
import { setTimeout as pause } from 'node:timers/promises'
import { decodeMessage, indexRecordSize, type BodySide, type Engine } from '../../../main/index.ts'
import type { Flow, FlowId, Gap } from '../../../main/model/flow.ts'
import type { MessageDirection, WebSocketMessage } from '../../../main/model/web-socket.ts'
import { gone } from '../bodies/body-source.ts'

export type MessageEngine = Pick<Engine, 'flows' | 'running' | 'readRunning' | 'gaps'>

/** Of a flow that is just ending, whose records are on their way to the store. */
const handOver = { ms: 5000, everyMs: 20 } as const

const sides: Record<MessageDirection, BodySide> = { sent: 'request', received: 'response' }

/** The flow, which has messages; throws CallError (GONE). */
export function socketFlow(engine: MessageEngine, id: FlowId): Flow {
  const flow = engine.flows.get(id) ?? engine.running().find((running) => running.id === id)
  if (!flow) throw gone('The flow is gone.')
  if (!flow.messageCounts) throw gone('The flow is no WebSocket: it has no messages.')
  return flow
}

/** How many there are, listed or lost; none, where nothing of the index is kept. */
export function recordedCount({ messages, messageCounts }: Flow): number {
  if (messages?.state === 'missing') return 0
  const { sent = 0, received = 0, control = 0 } = messageCounts ?? {}
  return sent + received + control
}

/** `count` messages of the index from number `from`, fewer at its end; undefined: that one is not listed any more. */
export async function readRecords(
  engine: MessageEngine,
  id: FlowId,
  from: number,
  count: number,
): Promise<(WebSocketMessage | undefined)[]> {
  const records: (WebSocketMessage | undefined)[] = []
  while (records.length < count) {
    const at = from + records.length
    const wanted = (count - records.length) * indexRecordSize
    const bytes = await readRecorded(engine, id, 'messages', at * indexRecordSize, wanted)
    const whole = Math.floor(bytes.length / indexRecordSize)
    for (let index = 0; index < whole; index++) records.push(decodeMessage(bytes, index * indexRecordSize))
    if (records.length === count) break
    const listed = nextListed(engine, id, from + records.length)
    if (listed === undefined) break
    for (let lost = from + records.length; lost < Math.min(listed, from + count); lost++) records.push(undefined)
  }
  return records
}

/** The first from `number` on behind the gap that it is in; undefined: it is in none. */
export function nextListed(engine: MessageEngine, id: FlowId, number: number): number | undefined {
  return listGaps(engine, id).find(({ from, to }) => from <= number && number < to)?.to
}

/** What is missing of the index, in messages. */
export const listGaps = (engine: MessageEngine, id: FlowId): Gap[] =>
  engine.gaps(id, 'messages').map(({ from, to }) => ({
    from: Math.floor(from / indexRecordSize),
    to: Math.ceil(to / indexRecordSize),
  }))

/** What is missing of the bytes of one direction. */
export const recordedGaps = (engine: MessageEngine, id: FlowId, direction: MessageDirection): readonly Gap[] =>
  engine.gaps(id, sides[direction])

/** Bytes of one direction, fewer where its record ends. */
export const readWire = (
  engine: MessageEngine,
  id: FlowId,
  direction: MessageDirection,
  offset: number,
  length: number,
): Promise<Buffer> => readRecorded(engine, id, sides[direction], offset, length)

/** None, where nothing was recorded. Throws CallError (GONE) when the flow is deleted meanwhile. */
async function readRecorded(
  engine: MessageEngine,
  id: FlowId,
  side: BodySide,
  offset: number,
  length: number,
): Promise<Buffer> {
  const deadline = performance.now() + handOver.ms
  for (;;) {
    const bytes =
      (await engine.readRunning(id, side, offset, length)) ?? (await engine.flows.readBody(id, side, offset, length))
    if (bytes) return bytes
    if (engine.flows.get(id)) return Buffer.alloc(0)
    if (performance.now() > deadline || !engine.running().some((flow) => flow.id === id)) {
      throw gone('The flow is gone.')
    }
    await pause(handOver.everyMs)
  }
}

/** What is recorded of a WebSocket, running or ended: its index and the bytes of both directions. */
import { setTimeout as pause } from 'node:timers/promises'
import { decodeMessage, indexRecordSize, type BodySide, type Engine } from '../../../main/index.ts'
import type { Flow, FlowId } from '../../../main/model/flow.ts'
import type { MessageDirection, WebSocketMessage } from '../../../main/model/web-socket.ts'
import { gone } from '../bodies/body-source.ts'

export type MessageEngine = Pick<Engine, 'flows' | 'running' | 'readRunning'>

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

/** How many of these are in the index: all, unless it came to its limit. */
export async function recordedCount(engine: MessageEngine, flow: Flow): Promise<number> {
  if (flow.messages) return Math.floor(flow.messages.length / indexRecordSize)
  const { sent = 0, received = 0, control = 0 } = flow.messageCounts ?? {}
  let total = sent + received + control
  const has = async (number: number): Promise<boolean> => (await readRecords(engine, flow.id, number, 1)).length > 0
  if (total === 0 || (await has(total - 1))) return total
  let known = 0
  while (known < total) {
    const middle = (known + total) >> 1
    if (await has(middle)) known = middle + 1
    else total = middle
  }
  return known
}

/** Up to `count` messages of the index from number `from`. */
export async function readRecords(
  engine: MessageEngine,
  id: FlowId,
  from: number,
  count: number,
): Promise<WebSocketMessage[]> {
  const bytes = await readRecorded(engine, id, 'messages', from * indexRecordSize, count * indexRecordSize)
  const whole = Math.floor(bytes.length / indexRecordSize)
  return Array.from({ length: whole }, (_, index) => decodeMessage(bytes, index * indexRecordSize))
}

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

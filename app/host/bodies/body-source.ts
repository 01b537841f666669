/** The recorded bytes of one body, read in order. */
import type { Engine } from '../../../main/index.ts'
import type { FlowId, Message } from '../../../main/model/flow.ts'
import { pageBytes } from '../../contract/contract.ts'
import { CallError } from '../../contract/wire.ts'

export type Side = 'request' | 'response'
export type BodyEngine = Pick<Engine, 'flows' | 'running'>

/** What is known of a recorded body; throws CallError (GONE) when nothing is recorded, saying why. */
export function recordedMessage(engine: BodyEngine, id: FlowId, side: Side): Message {
  const flow = engine.flows.get(id)
  if (!flow) {
    const running = engine.running().some((other) => other.id === id)
    throw gone(running ? 'The flow is still running: its bodies can be read when it has ended.' : 'The flow is gone.')
  }
  const message = flow[side]
  if (!message) throw gone('No response has come.')
  if (message.body.state === 'missing') throw gone(`The ${side} body was not recorded.`)
  return message
}

export const gone = (message: string): CallError => new CallError({ code: 'GONE', message })

/** Throws CallError (GONE) when it is deleted meanwhile. */
export async function readBody(
  engine: BodyEngine,
  id: FlowId,
  side: Side,
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = await engine.flows.readBody(id, side, offset, length)
  if (!bytes) throw gone(`The ${side} body is gone.`)
  return bytes
}

/** From its beginning to its end. */
export async function* bodyBytes(
  engine: BodyEngine,
  id: FlowId,
  side: Side,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let offset = 0; ;) {
    signal.throwIfAborted()
    const bytes = await readBody(engine, id, side, offset, pageBytes)
    if (bytes.length === 0) return
    yield bytes
    offset += bytes.length
  }
}

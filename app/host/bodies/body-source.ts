/** The recorded bytes of one body, read in order. */
import type { BodySide, Engine } from '../../../main/index.ts'
import type { Flow, FlowId, Message, RecordedBody } from '../../../main/model/flow.ts'
import { pageBytes } from '../../contract/contract.ts'
import { CallError } from '../../contract/wire.ts'

export type BodyEngine = Pick<Engine, 'flows' | 'running'>

/** A recorded body, and the head that it was received or sent with. */
export type Recording = Pick<Message, 'head' | 'body'>

/** Throws CallError (GONE) when there is none, or it is still running. */
export function endedFlow(engine: BodyEngine, id: FlowId): Flow {
  const flow = engine.flows.get(id)
  if (flow) return flow
  const running = engine.running().some((other) => other.id === id)
  throw gone(running ? 'The flow is still running: its bodies can be read when it has ended.' : 'The flow is gone.')
}

/** What is known of a recorded body; throws CallError (GONE) when nothing is recorded, saying why. */
export function recordingOf(engine: BodyEngine, id: FlowId, side: BodySide): Recording {
  const flow = endedFlow(engine, id)
  const message = side === 'request' ? flow.request : flow.response
  if (!message) throw gone('No response has come.')
  const recording = side === 'delivered' ? deliveredOf(message, flow.modifiedBody) : message
  if (recording.body.state === 'missing') throw gone(`The ${side} body was not recorded.`)
  return recording
}

function deliveredOf(response: Message, body: RecordedBody | undefined): Recording {
  if (!body) throw gone('No modifier has changed this body: the client was sent what came.')
  return { head: headAsSent(response), body }
}

/** With what was changed of it. */
function headAsSent({ head, edit }: Message): string {
  if (!edit) return head
  const [startLine = '', ...fields] = head.split('\r\n').slice(0, -1)
  const kept = fields.filter((_, index) => !edit.drop.includes(index))
  const added = edit.add.map(([name, value]) => `${name}: ${value}`)
  return [edit.startLine ?? startLine, ...kept, ...added, ''].join('\r\n')
}

export const gone = (message: string): CallError => new CallError({ code: 'GONE', message })

/** Throws CallError (GONE) when it is deleted meanwhile. */
export async function readBody(
  engine: BodyEngine,
  id: FlowId,
  side: BodySide,
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
  side: BodySide,
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

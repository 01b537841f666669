/** For tests: the messages of a flow as whoever shows them reads them, from its records alone. */
import {
  MessageInflater,
  PayloadReader,
  agreedExtensions,
  decodeMessage,
  indexRecordSize,
  type BodySide,
} from '../index.ts'
import type { Flow } from '../model/flow.ts'
import type { WebSocketMessage } from '../model/web-socket.ts'
import { inflateWhole } from '../websocket/testing/inflate-whole.ts'
import type { TestEngine } from './engine.ts'

export type RecordedMessage = WebSocketMessage & { payload: Buffer }

/** All of an ended flow, in order, inflated. */
export async function recordedMessages(proxy: TestEngine, flow: Flow): Promise<RecordedMessage[]> {
  const bytesOf = async (side: BodySide): Promise<Buffer> => {
    const bytes = await proxy.body(flow, side)
    if (bytes === undefined) throw new Error(`nothing is recorded: ${side}`)
    return bytes
  }
  const index = await bytesOf('messages')
  const wires = { sent: await bytesOf('request'), received: await bytesOf('response') }
  const extensions = agreedExtensions(flow.request.head, flow.response?.head ?? '')
  const deflate = extensions?.kind === 'deflate' ? extensions.parameters : undefined
  const inflaters = {
    sent: new MessageInflater(deflate?.clientNoContextTakeover !== true),
    received: new MessageInflater(deflate?.serverNoContextTakeover !== true),
  }
  const messages: RecordedMessage[] = []
  for (let at = 0; at < index.length; at += indexRecordSize) {
    const message = decodeMessage(index, at)
    const { direction, offset, wireLength, compressed } = message
    let payload = new PayloadReader(direction).push(wires[direction].subarray(offset, offset + wireLength))
    if (compressed) {
      const { bytes, failure } = await inflateWhole(inflaters[direction], payload)
      if (failure !== undefined) throw new Error(failure)
      payload = bytes
    }
    messages.push({ ...message, payload })
  }
  return messages
}

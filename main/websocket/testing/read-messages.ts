import type { MessageDirection, WebSocketMessage } from '../../model/web-socket.ts'
import type { AgreedExtensions } from '../handshake.ts'
import { MessageAssembler } from '../messages.ts'
import { PayloadReader } from '../payload.ts'

export type ReadMessage = WebSocketMessage & { payload: Buffer }

/** For tests: all messages in the pieces of one direction, in full, and why there are no more. */
export function readMessages(
  direction: MessageDirection,
  extensions: AgreedExtensions['kind'],
  pieces: readonly Uint8Array[],
): { messages: ReadMessage[]; failure: MessageAssembler['failure']; unfinished: boolean } {
  const messages: ReadMessage[] = []
  let clock = 0
  const assembler = new MessageAssembler(
    direction,
    extensions,
    Number.MAX_SAFE_INTEGER,
    () => clock,
    (message, payload) => messages.push({ ...message, payload: payload ?? Buffer.from('(not wanted)') }),
  )
  assembler.wanted = true
  for (const piece of pieces) {
    clock++
    // What is lent is used again: whoever keeps it is found out.
    const lent = Buffer.from(piece)
    assembler.feed(lent)
    lent.fill(0xee)
  }
  return { messages, failure: assembler.failure, unfinished: assembler.unfinished }
}

/** The payload of one message, from the bytes of its direction. */
export function payloadOf(wire: Buffer, { direction, offset, wireLength }: WebSocketMessage): Buffer {
  return new PayloadReader(direction).push(wire.subarray(offset, offset + wireLength))
}

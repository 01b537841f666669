/** Messages with bytes that are not recorded, as the index tells of them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Gap } from '../../../main/model/flow.ts'
import type { MessageDirection, MessageOpcode, WebSocketMessage } from '../../../main/model/web-socket.ts'
import { encodeMessage, indexRecordSize } from '../../../main/websocket/index.ts'
import { firstCut } from './cut-messages.ts'
import type { MessageEngine } from './recorded.ts'

type Said = { sent: boolean; size: number; compressed: boolean; ping: boolean }

/** In the order in which they are complete: a ping in the midst of a message is before it. */
function listed(said: readonly Said[]): WebSocketMessage[] {
  const ends = { sent: 0, received: 0 }
  const messages: WebSocketMessage[] = []
  const tell = (
    direction: MessageDirection,
    opcode: MessageOpcode,
    offset: number,
    wireLength: number,
    compressed: boolean,
  ) =>
    messages.push({
      ...{ direction, opcode, at: 0, offset, wireLength, compressed },
      ...{ length: wireLength, frames: 1, closeCode: undefined },
    })
  for (const { sent, size, compressed, ping } of said) {
    const direction = sent ? 'sent' : 'received'
    const offset = ends[direction]
    if (ping) tell(direction, 'ping', offset + 1, 6, false)
    ends[direction] += size + (ping ? 8 : 0)
    tell(direction, 'text', offset, ends[direction] - offset, compressed)
  }
  return messages
}

function engineOf(messages: readonly WebSocketMessage[], gaps: readonly Gap[]): MessageEngine {
  const index = Buffer.alloc(messages.length * indexRecordSize)
  for (const [number, message] of messages.entries()) encodeMessage(message, index, number * indexRecordSize)
  return {
    flows: {
      readBody: (_id: number, _side: string, at: number, length: number) =>
        Promise.resolve(index.subarray(at, at + length)),
    },
    readRunning: () => Promise.resolve(undefined),
    gaps: (_id: number, side: string) => (side === 'response' ? gaps : []),
  } as unknown as MessageEngine
}

const one = fc.record({
  sent: fc.boolean(),
  size: fc.integer({ min: 2, max: 40 }),
  compressed: fc.boolean(),
  ping: fc.boolean(),
})

/** From 0 to 1. */
const part = fc.nat(9973).map((of) => of / 9973)

test('one is found wherever there is one, and none where only what stands for itself is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(one, { minLength: 1, maxLength: 600, size: 'max' }),
      fc.array(fc.tuple(part, fc.integer({ min: 1, max: 60 })), { maxLength: 3 }),
      part,
      part,
      async (said, places, from, to) => {
        const messages = listed(said)
        const end = Math.max(0, ...messages.map(({ offset, wireLength }) => offset + wireLength))
        // In order, and apart.
        const gaps = places
          .map(([at, length]) => ({ from: Math.floor(at * end), to: Math.floor(at * end) + length }))
          .toSorted((a, b) => a.from - b.from)
          .filter((gap, at, all) => at === 0 || gap.from > (all[at - 1]?.to ?? 0))
        const isCut = ({ direction, compressed, offset, wireLength }: WebSocketMessage): boolean =>
          direction === 'received' &&
          compressed &&
          gaps.some((gap) => gap.from < offset + wireLength && gap.to > offset)
        const range = { from: Math.floor(from * messages.length), to: Math.ceil(to * messages.length) }
        const expected = messages.findIndex(
          (message, number) => number >= range.from && number < range.to && isCut(message),
        )
        const found = await firstCut(engineOf(messages, gaps), 1, 'received', range)
        expect(found ?? -1).toBe(expected)
      },
    ),
    { numRuns: 300 },
  )
})

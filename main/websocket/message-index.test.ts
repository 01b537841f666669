import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WebSocketMessage } from '../model/web-socket.ts'
import { decodeMessage, encodeMessage, indexRecordSize } from './message-index.ts'

const number = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat(),
  fc.maxSafeNat().map((value) => value % 2 ** 48),
)
const message: fc.Arbitrary<WebSocketMessage> = fc.record({
  direction: fc.constantFrom('sent', 'received'),
  opcode: fc.constantFrom('text', 'binary', 'close', 'ping', 'pong'),
  at: number,
  offset: number,
  wireLength: number,
  length: number,
  compressed: fc.boolean(),
  frames: fc.nat({ max: 2 ** 32 - 1 }),
  closeCode: fc.option(fc.nat({ max: 65_535 }), { nil: undefined }),
})

test('what is written is read, wherever it stands, and nothing beside it is touched', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      const index = Buffer.alloc((messages.length + 1) * indexRecordSize, 0xee)
      messages.forEach((one, at) => encodeMessage(one, index, at * indexRecordSize))
      messages.forEach((one, at) => {
        expect(decodeMessage(index, at * indexRecordSize)).toEqual({ ...one })
      })
      expect(index.subarray(messages.length * indexRecordSize).every((byte) => byte === 0xee)).toBe(true)
    }),
  )
})

test('what is too large to be told is told as the largest; what is no record is refused', () => {
  const index = Buffer.alloc(indexRecordSize)
  const large = { at: 2 ** 50, offset: 2 ** 50, wireLength: 2 ** 50, length: 2 ** 50, frames: 2 ** 40 }
  encodeMessage({ direction: 'sent', opcode: 'text', compressed: false, closeCode: undefined, ...large }, index, 0)
  expect(decodeMessage(index, 0)).toMatchObject({ offset: 2 ** 48 - 1, frames: 2 ** 32 - 1 })
  expect(() => decodeMessage(Buffer.alloc(indexRecordSize), 0)).toThrow(RangeError)
  expect(() => decodeMessage(index, 1)).toThrow(RangeError)
})

/** Frames and messages of WebSockets. The first byte of an input says whose they are, and under which extensions. */
import { isDeepStrictEqual } from 'node:util'
import { conversations } from '../../main/websocket/testing/conversations.ts'
import { writeFrame } from '../../main/websocket/testing/frames.ts'
import { payloadOf, readMessages } from '../../main/websocket/testing/read-messages.ts'
import type { Random } from '../random.ts'
import { Broken, someCuts, withoutValues, type Target } from '../target.ts'

const extensions = ['none', 'deflate', 'unknown'] as const

function check(input: Buffer, random: Random): string {
  const kind = input[0] ?? 0
  const direction = (kind & 1) === 0 ? 'received' : 'sent'
  const agreed = extensions[(kind >> 1) % 3] ?? 'none'
  const wire = input.subarray(1)
  const whole = readMessages(direction, agreed, [wire])
  // The clock counts the pieces.
  const untimed = ({ messages, ...rest }: typeof whole) => ({
    ...rest,
    messages: messages.map((one) => ({ ...one, at: 0 })),
  })
  for (const pieces of someCuts(wire, random)) {
    const cut = readMessages(direction, agreed, pieces)
    if (!isDeepStrictEqual(untimed(cut), untimed(whole)))
      throw new Broken('reads the same however it is cut', { whole, cut })
  }
  let behind = -1
  for (const message of whole.messages) {
    if (message.offset + message.wireLength > wire.length || message.offset <= behind - message.wireLength)
      throw new Broken('messages lie within what came', message)
    behind = message.offset + message.wireLength
    if (message.length !== message.payload.length) throw new Broken('a length is that of the payload', message)
    if (!payloadOf(wire, message).equals(message.payload)) throw new Broken('a payload is found again', message)
    checkWritten(direction, message)
  }
  const { failure, unfinished, messages } = whole
  if (failure && (failure.offset < 0 || failure.offset > wire.length))
    throw new Broken('a failure has its place', failure)
  const seen = [...new Set(messages.map(({ opcode, frames }) => `${opcode}${frames > 1 ? '+' : ''}`))].sort()
  return `${direction} ${agreed} ${seen.join()} ${unfinished} ${withoutValues(failure?.reason ?? '')}`
}

type Read = ReturnType<typeof readMessages>['messages'][number]

/** Written anew in one frame it is the same message. */
function checkWritten(direction: 'sent' | 'received', { opcode, payload, compressed, closeCode }: Read): void {
  const frame = { opcode, payload, reserved: compressed ? 4 : 0, ...(direction === 'sent' && { mask: [1, 2, 3, 4] }) }
  const { messages, failure } = readMessages(direction, compressed ? 'deflate' : 'none', [writeFrame(frame)])
  const [again] = messages
  if (failure || !again?.payload.equals(payload) || again.opcode !== opcode || again.closeCode !== closeCode)
    throw new Broken('what is written anew is read as the same', { opcode, messages, failure })
}

export const webSocket: Target = {
  name: 'web-socket',
  seeds: conversations
    .filter(({ bytes }) => bytes.length < 2000)
    .map(({ bytes, sent, extensions: agreed = 'none' }) =>
      Buffer.concat([Buffer.of((sent ? 1 : 0) + 2 * extensions.indexOf(agreed)), bytes]),
    ),
  words: [
    '\x81\x05Hello',
    '\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58',
    '\x01\x01a',
    '\x00\x01b',
    '\x80\x01c',
    '\x88\x02\x03\xe8',
    '\x89\x00',
    '\x8a\x00',
    '\x82\x7e\x00\x7e',
    '\x82\x7f\0\0\0\0\0\x01\0\0',
    '\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff',
    '\xc1\x01',
    '\x7e',
    '\x7f',
    '\xff',
  ],
  most: 8192,
  check,
}

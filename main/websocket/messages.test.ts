import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageAssembler } from './messages.ts'
import { conversations, type Conversation } from './testing/conversations.ts'
import { writeFrame, writeFrames, type WrittenFrame } from './testing/frames.ts'
import { payloadOf, readMessages } from './testing/read-messages.ts'
import { PayloadReader } from './payload.ts'

function read({ sent, extensions = 'none' }: Pick<Conversation, 'sent' | 'extensions'>, pieces: Uint8Array[]) {
  return readMessages(sent ? 'sent' : 'received', extensions, pieces)
}

/** As the corpus writes it. */
function expected({ sent, messages }: Conversation) {
  return messages.map(({ wire: [from, to], frames = 1, compressed = false, closeCode, ...rest }) => ({
    direction: sent ? 'sent' : 'received',
    at: 0,
    offset: from,
    wireLength: to - from,
    length: rest.payload.length,
    frames,
    compressed,
    closeCode,
    ...rest,
  }))
}

describe.each(conversations)('$name', (conversation) => {
  const { bytes, sent } = conversation
  const found = read(conversation, [bytes])

  test('is read', () => {
    expect(found).toMatchObject({ failure: undefined, unfinished: false })
    expect(found.messages.map((message) => ({ ...message, at: 0 }))).toEqual(expected(conversation))
  })

  test('reads the same cut at every byte, and byte by byte', () => {
    // Of the long one, the ends are enough: in between nothing is decided.
    const cuts = Array.from({ length: bytes.length + 1 }, (_, at) => at)
    for (const at of cuts.filter((cut) => cut < 400 || cut > bytes.length - 400)) {
      const { messages, failure } = read(conversation, [bytes.subarray(0, at), bytes.subarray(at)])
      expect(failure).toBeUndefined()
      if (!sameMessages(messages, found.messages)) expect([at, messages]).toEqual([at, found.messages])
    }
    const single = Array.from(bytes, (byte) => Buffer.of(byte))
    expect(sameMessages(read(conversation, single).messages, found.messages)).toBe(true)
  })

  test('its payloads are found in what was recorded', () => {
    for (const message of found.messages) {
      expect(payloadOf(bytes, message).equals(message.payload)).toBe(true)
      const reader = new PayloadReader(sent ? 'sent' : 'received')
      const parts: Buffer[] = []
      for (const byte of bytes.subarray(message.offset, message.offset + message.wireLength)) {
        expect(reader.done).toBe(false)
        parts.push(reader.push(Buffer.of(byte)))
      }
      expect(reader.done).toBe(true)
      expect(Buffer.concat(parts).equals(message.payload)).toBe(true)
      // What comes behind it is not its own.
      expect(reader.push(bytes)).toHaveLength(0)
    }
  })

  test('a part of it is unfinished, unless it ends with a message', () => {
    for (let at = 0; at < Math.min(bytes.length, 400); at++) {
      const part = read(conversation, [bytes.subarray(0, at)])
      const whole = found.messages.filter(({ offset, wireLength }) => offset + wireLength <= at)
      const begun = found.messages.some(({ offset, wireLength }) => offset < at && at < offset + wireLength)
      expect([at, part.messages.length, part.unfinished]).toEqual([at, whole.length, begun])
    }
  })
})

/** But for the times, which are the cuts'. */
function sameMessages(some: ReturnType<typeof read>['messages'], others: typeof some): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index]
      return other?.payload.equals(one.payload) && other.offset === one.offset && other.wireLength === one.wireLength
    })
  )
}

const mask = [1, 2, 3, 4]
type Hostile = [name: string, sent: boolean, frames: WrittenFrame[], reason: string, kind?: 'deflate']
const hostile: Hostile[] = [
  ['§5.2: reserved bits', false, [{ opcode: 'text', reserved: 4 }], 'reserved bits'],
  ['§5.2: others than agreed', false, [{ opcode: 'text', reserved: 2 }], 'reserved bits', 'deflate'],
  ['RFC 7692 §6.1: RSV1 on a control frame', false, [{ opcode: 'ping', reserved: 4 }], 'reserved bits', 'deflate'],
  [
    'RFC 7692 §6.1: RSV1 on a continuation',
    false,
    [
      { opcode: 'text', reserved: 4, more: true },
      { opcode: 'continuation', reserved: 4 },
    ],
    'reserved bits',
    'deflate',
  ],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): Hostile => [
    `§5.2: opcode ${opcode}`,
    false,
    [{ opcode }],
    `unknown opcode ${opcode}`,
  ]),
  ['§5.5: a fragmented control frame', false, [{ opcode: 'ping', more: true }], 'control frame is fragmented'],
  ['§5.5: a long control frame', true, [{ opcode: 'ping', payload: 'x'.repeat(126), mask }], 'longer than 125'],
  ['§5.1: an unmasked client', true, [{ opcode: 'text', payload: 'x' }], 'client is not masked'],
  ['§5.1: a masked server', false, [{ opcode: 'text', payload: 'x', mask }], 'server is masked'],
  ['§5.4: a continuation of nothing', false, [{ opcode: 'continuation' }], 'has not begun'],
  ['§5.4: a message within a message', false, [{ opcode: 'text', more: true }, { opcode: 'text' }], 'within another'],
  ['§5.2: the first bit of a length', false, [{ opcode: 'text', lengthBytes: 8, length: 1n << 63n }], 'first bit'],
  ['§5.2: 125 in two bytes', false, [{ opcode: 'text', lengthBytes: 2, payload: 'x'.repeat(125) }], 'shortest form'],
  ['§5.2: 65535 in eight', false, [{ opcode: 'text', lengthBytes: 8, length: 65_535n }], 'shortest form'],
  ['a length beyond counting', false, [{ opcode: 'text', lengthBytes: 8, length: 1n << 53n }], 'longer than 8 PiB'],
]

test.each(hostile)('%s ends it for good, at that frame, wherever it is cut', (_, sent, frames, reason, kind) => {
  const before = writeFrame({ opcode: 'text', payload: 'ok', ...(sent && { mask }) })
  const after = before
  const bad = writeFrames(frames)
  const bytes = Buffer.concat([before, bad, after, after])
  const offset = before.length + writeFrames(frames.slice(0, -1)).length
  for (let at = 0; at <= bytes.length; at++) {
    const pieces = [bytes.subarray(0, at), bytes.subarray(at)]
    const { messages, failure } = readMessages(sent ? 'sent' : 'received', kind ?? 'none', pieces)
    expect(messages.map(({ payload }) => payload.toString())).toEqual(['ok'])
    expect(failure).toEqual({ offset, reason: expect.stringContaining(reason) as string })
  }
})

test('a frame may claim what it likes: nothing is set aside for it', () => {
  const claim = writeFrame({ opcode: 'binary', lengthBytes: 8, length: (1n << 53n) - 1n })
  const before = process.memoryUsage()
  const assemblers = Array.from({ length: 1000 }, () => {
    const assembler = new MessageAssembler(
      'received',
      'none',
      65_536,
      () => 0,
      () => undefined,
    )
    assembler.wanted = true
    assembler.feed(claim)
    for (let piece = 0; piece < 3; piece++) assembler.feed(Buffer.alloc(100))
    return assembler
  })
  const after = process.memoryUsage()
  expect(assemblers.every(({ failure, unfinished }) => failure === undefined && unfinished)).toBe(true)
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8 * 1024 * 1024)
})

test('payloads are told only of messages that have begun since they are wanted, and up to the limit', () => {
  const told: (string | undefined)[] = []
  const assembler = new MessageAssembler(
    'received',
    'none',
    3,
    () => 0,
    (_, payload) => told.push(payload?.toString()),
  )
  assembler.feed(writeFrame({ opcode: 'text', payload: 'abc' }))
  assembler.feed(writeFrame({ opcode: 'text', payload: 'd', more: true }))
  assembler.wanted = true
  assembler.feed(writeFrame({ opcode: 'ping', payload: 'p' }))
  assembler.feed(writeFrame({ opcode: 'continuation', payload: 'e' }))
  assembler.feed(writeFrame({ opcode: 'text', payload: 'fghi' }))
  assembler.feed(writeFrame({ opcode: 'text', payload: 'j', more: true }))
  assembler.wanted = false
  assembler.feed(writeFrame({ opcode: 'continuation', payload: 'k' }))
  expect(told).toEqual([undefined, 'p', undefined, 'fgh', undefined])
})

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 10 }),
  fc.nat({ max: 300 }).map((length) => new Uint8Array(length).fill(length)),
  fc.constantFrom(65_535, 65_536).map((length) => new Uint8Array(length).fill(7)),
)
const controlFrame = fc.record({
  opcode: fc.constantFrom('ping', 'pong', 'close'),
  payload: fc.uint8Array({ maxLength: 125 }),
})
/** Fragments, each with the control frames in front of it. */
const anyMessage = fc.record({
  opcode: fc.constantFrom('text', 'binary'),
  compressed: fc.boolean(),
  fragments: fc.array(fc.tuple(fc.array(controlFrame, { maxLength: 2 }), payload), { minLength: 1, maxLength: 4 }),
})

test('decode ∘ encode: whatever is sent, however it is cut', () => {
  const key = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 5 }), fc.boolean(), key, cuts, (messages, sent, mask, where) => {
      const frames: WrittenFrame[] = []
      const wanted: { opcode: string; payload: Buffer; compressed: boolean; frames: number }[] = []
      for (const { opcode, compressed, fragments } of messages) {
        fragments.forEach(([controls, part], index) => {
          // In front of the first one they stand before the message, which is the same to them.
          for (const control of controls) {
            frames.push(control)
            wanted.push({ ...control, payload: Buffer.from(control.payload), compressed: false, frames: 1 })
          }
          frames.push({
            opcode: index === 0 ? opcode : 'continuation',
            payload: part,
            more: index < fragments.length - 1,
            reserved: index === 0 && compressed ? 4 : 0,
          })
        })
        const all = Buffer.concat(fragments.map(([, part]) => part))
        wanted.push({ opcode, payload: all, compressed, frames: fragments.length })
      }
      const wire = writeFrames(frames.map((frame) => (sent ? { ...frame, mask } : frame)))
      const starts = [0, ...where.map((part) => Math.floor(part * wire.length)).sort((a, b) => a - b)]
      const pieces = starts.map((start, index) => wire.subarray(start, starts[index + 1] ?? wire.length))
      const found = readMessages(sent ? 'sent' : 'received', 'deflate', pieces)
      expect(found).toMatchObject({ failure: undefined, unfinished: false })
      expect(found.messages.length).toBe(wanted.length)
      found.messages.forEach((message, index) => {
        const want = wanted[index]!
        expect(message).toMatchObject({ opcode: want.opcode, compressed: want.compressed, frames: want.frames })
        expect(message.length).toBe(want.payload.length)
        expect(message.payload.equals(want.payload)).toBe(true)
        expect(payloadOf(wire, message).equals(want.payload)).toBe(true)
      })
    }),
    { numRuns: 300 },
  )
})

test('anything at all is read without a throw, and the same however it is cut', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    // Mostly frames, with something wrong in them.
    fc
      .tuple(
        fc.array(fc.record({ opcode: fc.nat({ max: 15 }), payload, reserved: fc.nat({ max: 7 }) }), { maxLength: 4 }),
        fc.nat(),
      )
      .map(([frames, at]) => {
        const wire = writeFrames(frames)
        if (wire.length > 0) wire[at % wire.length] = at & 0xff
        return wire
      }),
  )
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.constantFrom('none', 'deflate', 'unknown'), (wire, sent, extensions) => {
      const direction = sent ? 'sent' : 'received'
      const whole = readMessages(direction, extensions, [wire])
      const half = Math.floor(wire.length / 2)
      const cut = readMessages(direction, extensions, [wire.subarray(0, half), wire.subarray(half)])
      expect(cut.failure).toEqual(whole.failure)
      expect(cut.unfinished).toBe(whole.unfinished)
      expect(sameMessages(cut.messages, whole.messages)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

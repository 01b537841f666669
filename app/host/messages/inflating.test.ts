import { constants, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { emptyRecorded, type Gap } from '../../../main/model/flow.ts'
import type { WebSocketMessage } from '../../../main/model/web-socket.ts'
import { decodeMessage, encodeMessage, indexRecordSize } from '../../../main/websocket/index.ts'
import { sampleFlow } from '../../headless/testing/sample-flow.ts'
import { Inflating, type Work } from './inflating.ts'
import { WireWindow } from './wire-window.ts'

const count = 5000
const textOf = (number: number): string => `{"message":${number},"text":"the same words again and again"}`

/** Messages of which each refers to those before it, received in frames of their own. */
function recorded() {
  const index = Buffer.alloc(count * indexRecordSize)
  const frames: Buffer[] = []
  let offset = 0
  let before = Buffer.alloc(0)
  for (let number = 0; number < count; number++) {
    const text = Buffer.from(textOf(number))
    const options = { finishFlush: constants.Z_SYNC_FLUSH, ...(before.length > 0 && { dictionary: before }) }
    const payload = deflateRawSync(text, options).subarray(0, -4)
    before = Buffer.concat([before, text]).subarray(-32 * 1024)
    const frame = Buffer.concat([Buffer.from([0xc1, payload.length]), payload])
    const message: WebSocketMessage = {
      ...{ direction: 'received', opcode: 'text', at: number, offset, wireLength: frame.length },
      ...{ length: payload.length, compressed: true, frames: 1, closeCode: undefined },
    }
    encodeMessage(message, index, number * indexRecordSize)
    frames.push(frame)
    offset += frame.length
  }
  return { index, wire: Buffer.concat(frames) }
}

const { index, wire } = recorded()

const never = new AbortController().signal

/**
 * `gap`: messages that are not listed. `cut`: those of which no bytes are recorded. `damaged`: one of which the bytes are
 * not what was compressed.
 */
type Faults = { gap?: Gap; cut?: Gap; damaged?: number }

function opened(work: Work, { gap, cut, damaged }: Faults = {}) {
  const bytes = Buffer.from(wire)
  // RFC 1951 §3.2.3: the reserved kind of block.
  if (damaged !== undefined) bytes[decodeMessage(index, damaged * indexRecordSize).offset + 2] = 0x07
  const flow = sampleFlow()
  flow.messageCounts = { sent: 0, received: count, control: 0 }
  flow.messages = { ...emptyRecorded, length: index.length }
  const head = 'Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n'
  flow.request.head = `GET / HTTP/1.1\r\n${head}`
  flow.response!.head = `HTTP/1.1 101 Switching Protocols\r\n${head}`
  let reads = 0
  const offsetOf = (number: number): number => decodeMessage(index, number * indexRecordSize).offset
  const bytesCut = cut && { from: offsetOf(cut.from), to: offsetOf(cut.to) }
  const engine = {
    flows: {
      get: () => flow,
      readBody: (_id: number, side: string, offset: number, length: number) => {
        if (side === 'messages') reads += length / indexRecordSize
        const end = bytesCut && offset < bytesCut.to ? Math.max(offset, bytesCut.from) : bytes.length
        const kept = side === 'messages' ? index : bytes.subarray(0, end)
        return Promise.resolve(kept.subarray(offset, offset + length))
      },
    },
    running: () => [],
    readRunning: () => Promise.resolve(undefined),
    gaps: (_id: number, side: string) => {
      if (side === 'messages') return gap ? [{ from: gap.from * indexRecordSize, to: gap.to * indexRecordSize }] : []
      return bytesCut && side === 'response' ? [bytesCut] : []
    },
  } as unknown as ConstructorParameters<typeof Inflating>[0]
  const inflating = new Inflating(engine, flow, work)
  /** Undefined: not yet. */
  async function text(number: number): Promise<string | undefined> {
    const message = decodeMessage(index, number * indexRecordSize)
    if (await inflating.isLost(number, message)) return 'lost'
    const run = await inflating.from(number, never)
    if (!run) return (await inflating.isLost(number, message)) ? 'lost' : undefined
    let text = ''
    const take = (bytes: Uint8Array): undefined => void (text += String(bytes))
    const { lost } = await run.next(message, new WireWindow(engine, flow.id), take, never)
    return lost === true ? 'lost' : text
  }
  return {
    text,
    passed: () => {
      const before = reads
      reads = 0
      return before
    },
  }
}

describe('messages that refer to those before them', () => {
  test('are inflated wherever they are, each question going on from the nearest state', async () => {
    const { text, passed } = opened({ messages: 10_000, bytes: 1e9, states: 8, spacing: 16 })
    expect(await text(4000)).toBe(textOf(4000))
    expect(passed()).toBe(4000)
    // States are kept further apart as there are more of them, so nothing is far away.
    for (const number of [0, 1, 3999, 4001, 2500, 512, 4999]) {
      expect(await text(number)).toBe(textOf(number))
      expect(passed()).toBeLessThanOrEqual(1024)
    }
  })

  test('are not gone through without end: one question does so much, and the next goes on', async () => {
    const { text, passed } = opened({ messages: 1500, bytes: 1e9, states: 8, spacing: 256 })
    expect(await text(4999)).toBeUndefined()
    expect(passed()).toBe(1500)
    expect(await text(4999)).toBeUndefined()
    expect(await text(4999)).toBeUndefined()
    expect(await text(4999)).toBe(textOf(4999))
  })

  // Only those on the wire were counted, of which a thousand times as many may come.
  test('nor beyond so many bytes, in and out', async () => {
    let bytes = wire.length
    for (let number = 0; number < count; number++) bytes += textOf(number).length
    const { text } = opened({ messages: 10_000, bytes: bytes / 2 + 1000, states: 8, spacing: 256 })
    expect(await text(4999)).toBeUndefined()
    expect(await text(4999)).toBe(textOf(4999))
  })

  // The window said "not inflated yet" and asked on and on, of what nothing could be done about.
  test('are lost behind a gap, which is known at once, and before it they are what they were', async () => {
    const { text, passed } = opened(
      { messages: 1500, bytes: 1e9, states: 8, spacing: 256 },
      { gap: { from: 3000, to: 3010 } },
    )
    expect(await text(4999)).toBe('lost')
    expect(await text(3010)).toBe('lost')
    expect(passed()).toBe(0)
    expect(await text(1000)).toBe(textOf(1000))
  })

  // It said so only when questions had come there, 20,000 messages with each.
  test('are lost behind bytes that are not recorded, however far: the index tells', async () => {
    const { text, passed } = opened(
      { messages: 100, bytes: 1e9, states: 8, spacing: 256 },
      { cut: { from: 3000, to: 3010 } },
    )
    expect(await text(4999)).toBe('lost')
    // Some steps, each halving what is left.
    expect(passed()).toBeLessThanOrEqual(14 * 256)
    expect(await text(3010)).toBe('lost')
    expect(await text(3001)).toBe('lost')
    // What is before them is gone to as ever.
    expect(await text(250)).toBeUndefined()
    expect(await text(3000)).toBeUndefined()
    expect(await text(60)).toBe(textOf(60))
  })

  test('are lost behind one that is damaged, as soon as that is come to', async () => {
    const work = { messages: 1500, bytes: 1e9, states: 8, spacing: 256 }
    const { text, passed } = opened(work, { damaged: 1000 })
    expect(await text(4999)).toBe('lost')
    expect(passed()).toBe(1500)
    expect(await text(999)).toBe(textOf(999))
    // What is sent may be whole, and is gone through; what is received need not wait for it.
    const far = opened(work, { damaged: 2000 })
    expect(await far.text(4999)).toBeUndefined()
    expect(await far.text(4999)).toBe('lost')
  })
})

/** Compressed messages of which a thousand times as much comes: no question does more than is good for the others. */
import { constants, deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { WebSocketMessage } from '../../../main/model/web-socket.ts'
import { openWsPair } from '../../../main/testing/ws-pair.ts'
import { sampleFlow } from '../../headless/testing/sample-flow.ts'
import { TestHost } from '../testing/memory-window.ts'
import { idOf, page, soon, talk } from '../testing/messages.ts'
import { Inflating } from './inflating.ts'
import { WireWindow } from './wire-window.ts'

const MiB = 1024 * 1024

const payload = deflateRawSync(Buffer.alloc(80 * MiB), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
// RFC 6455 §5.2: a frame of text with its length in 8 bytes, compressed.
const header = Buffer.from([0xc1, 127, 0, 0, 0, 0, 0, 0, 0, 0])
header.writeBigUInt64BE(BigInt(payload.length), 2)
const wire = Buffer.concat([header, payload])

/** 80 MiB of zeros in one frame, received; with context takeover or each by itself. */
function bomb(takeover: boolean) {
  const flow = sampleFlow()
  const agreed = takeover ? '' : '; server_no_context_takeover; client_no_context_takeover'
  const head = `Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate${agreed}\r\n`
  flow.request.head = `GET / HTTP/1.1\r\n${head}`
  flow.response!.head = `HTTP/1.1 101 Switching Protocols\r\n${head}`
  const engine = {
    flows: {
      get: () => flow,
      readBody: (_id: number, _side: string, offset: number, length: number) =>
        Promise.resolve(wire.subarray(offset, offset + length)),
    },
    running: () => [],
    readRunning: () => Promise.resolve(undefined),
    gaps: () => [],
  } as unknown as ConstructorParameters<typeof Inflating>[0]
  const message: WebSocketMessage = {
    ...{ direction: 'received', opcode: 'text', at: 0, offset: 0, wireLength: wire.length },
    ...{ length: payload.length, compressed: true, frames: 1, closeCode: undefined },
  }
  const run = new Inflating(engine, flow).alone(0)
  return { message, run, window: new WireWindow(engine, flow.id) }
}

// A row wants its first 480 bytes; it had to wait until all had come of a piece of 256 KiB: of 200 MiB a second.
test('who wants no more is heard with the next chunk that comes out, not with the next piece that goes in', async () => {
  const { message, run, window } = bomb(false)
  let taken = 0
  const take = (bytes: Uint8Array): boolean => {
    taken += bytes.length
    return true
  }
  expect(await run.next(message, window, take, new AbortController().signal)).toEqual({ whole: true })
  expect(taken).toBeGreaterThan(0)
  expect(taken).toBeLessThanOrEqual(64 * 1024)
  expect(run.spent.bytes).toBeLessThan(MiB)
})

test.each([
  ['with context takeover', true],
  ['by itself', false],
] as const)('who waits no more is let go in the middle of a message %s', async (_, takeover) => {
  const { message, run, window } = bomb(takeover)
  const interest = new AbortController()
  let taken = 0
  const take = (bytes: Uint8Array): undefined => {
    taken += bytes.length
    if (taken > MiB) interest.abort(new Error('nobody waits'))
  }
  await expect(run.next(message, window, take, interest.signal)).rejects.toThrow('nobody waits')
  expect(taken).toBeGreaterThan(MiB)
  expect(taken).toBeLessThan(2 * MiB)
})

// All rows of a page were inflated with one question, however much came of them, and again with each news.
test('a page with context takeover goes so far with one question, and each goes on', async () => {
  await using bench = await TestHost.open()
  const port = await bench.port()
  const window = bench.window()
  await using pair = await openWsPair(port, '/socket', true)
  const id = await idOf(window)
  const zeros = '0'.repeat(MiB)
  const count = 20
  for (let n = 0; n < count; n++) pair.server.send(`${n} ${zeros}`)
  await talk(pair, 'server', 'behind them')
  await expect.poll(async () => (await page(window, id, {}, 0, 1)).total, soon).toBe(count + 1)
  let questions = 0
  const rows = []
  while (rows.length <= count) {
    const answer = await page(window, id, {}, rows.length)
    const had = answer.rows.findIndex(({ notInflated }) => notInflated === 'ahead')
    expect(had).not.toBe(0)
    expect(answer.rows.slice(had).every(({ notInflated }) => had === -1 || notInflated === 'ahead')).toBe(true)
    rows.push(...answer.rows.slice(0, had === -1 ? undefined : had))
    questions++
  }
  expect(rows.map(({ preview }) => preview?.split(' ')[0])).toEqual([
    ...Array.from({ length: count }, (_, n) => String(n)),
    'behind',
  ])
  // 16 MiB with each.
  expect(questions).toBe(2)
})

/** However a WebSocket ends or misbehaves: bytes pass untouched, its flow ends once, and what was said is kept. */
import { expect, test } from 'vitest'
import { keptBytes, type Flow } from '../../model/flow.ts'
import { patterned } from '../../testing/bytes.ts'
import { eventually } from '../../testing/eventually.ts'
import { watchHeldBuffers } from '../../testing/held-buffers.ts'
import { openScene, type Asked, type Scene } from '../../testing/scene.ts'
import { standsStill } from '../../testing/stands-still.ts'
import { writeFrame, writeFrames } from '../../websocket/testing/frames.ts'
import { recordedMessages } from '../../testing/recorded-messages.ts'

const asking = { extra: 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n' }
const switching = (extra = ''): string =>
  `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n${extra}\r\n`
const mask = [9, 8, 7, 6]
const both = [
  ['plain', false],
  ['under TLS', true],
] as const

/** A WebSocket over which "hi" was sent and "ho" received. */
async function opened(scene: Scene): Promise<Asked> {
  const asked = await scene.ask('/chat', asking)
  void asked.connection.write(switching())
  await asked.client.readUntil('\r\n\r\n')
  const [hi, ho] = [writeFrame({ opcode: 'text', payload: 'hi', mask }), writeFrame({ opcode: 'text', payload: 'ho' })]
  void asked.client.write(hi)
  expect((await asked.connection.readUntil(hi.length)).equals(hi)).toBe(true)
  void asked.connection.write(ho)
  expect((await asked.client.readUntil(ho.length)).equals(ho)).toBe(true)
  return asked
}

/** Opcode, direction and payload of each. */
async function said(scene: Scene, flow: Flow): Promise<string[]> {
  const messages = await recordedMessages(scene.proxy, flow)
  return messages.map(({ direction, opcode, payload }) => `${direction} ${opcode} ${payload.toString('latin1')}`)
}

test.each(both)('%s: what comes in one segment with the 101, or before it, is not lost', async (_, tls) => {
  await using scene = await openScene({}, { tls })
  const client = await scene.client()
  const early = writeFrame({ opcode: 'text', payload: 'early', mask })
  void client.write(Buffer.concat([Buffer.from(scene.requestText('/chat', asking), 'latin1'), early]))
  const { connection } = await scene.origin.request()
  const frames = writeFrames([{ opcode: 'text', payload: 'at once' }, { opcode: 'ping' }])
  void connection.write(Buffer.concat([Buffer.from(switching(), 'latin1'), frames]))
  await client.readUntil('\r\n\r\n')
  expect((await client.readUntil(frames.length)).equals(frames)).toBe(true)
  expect((await connection.readUntil(early.length)).equals(early)).toBe(true)
  client.end()
  await connection.closed
  connection.end()
  const flow = await scene.ended()
  expect(flow).toMatchObject({ error: undefined, messageCounts: { sent: 1, received: 1, control: 1 } })
  expect((await said(scene, flow)).toSorted()).toEqual(['received ping ', 'received text at once', 'sent text early'])
})

test.each(both)('%s: bytes pass at once, half a header as well', async (_, tls) => {
  await using scene = await openScene({}, { tls })
  const { client, connection } = await opened(scene)
  for (const byte of writeFrame({ opcode: 'binary', payload: 'piece by piece' })) {
    void connection.write(Buffer.of(byte))
    // The next one leaves when this one has arrived.
    expect(await client.readUntil(1)).toEqual(Buffer.of(byte))
  }
  expect(scene.running.messageCounts).toEqual({ sent: 1, received: 2, control: 0 })
  client.end()
  connection.end()
  await scene.ended()
})

const hostile = Buffer.from('\x83\x00 and whatever else, e.g. \x81\x02no\r\n', 'latin1')

test.each(['client', 'origin'] as const)('hostile frames of the %s pass as they are, and are told', async (side) => {
  await using scene = await openScene()
  const { client, connection } = await opened(scene)
  const [from, to] = side === 'client' ? [client, connection] : [connection, client]
  void from.write(hostile)
  expect((await to.readUntil(hostile.length)).equals(hostile)).toBe(true)
  // The other direction is read on.
  void to.write(writeFrame({ opcode: 'ping', payload: 'still', ...(side === 'origin' && { mask }) }))
  await from.readUntil(1)
  await eventually(() => scene.running.messageCounts?.control === 1)
  client.end()
  await connection.closed
  connection.end()
  const flow = await scene.ended()
  const [direction, at] = side === 'client' ? ['sent', 8] : ['received', 4]
  expect(flow.error).toBeUndefined()
  expect(flow.notes).toEqual([
    `messages ${direction} are not shown from byte ${at} on: a frame has the unknown opcode 3`,
  ])
  const other = side === 'client' ? 'received' : 'sent'
  expect(await said(scene, flow)).toEqual(['sent text hi', 'received text ho', `${other} ping still`])
  const recorded = await scene.proxy.body(flow, side === 'client' ? 'request' : 'response')
  expect(recorded?.subarray(at).equals(hostile)).toBe(true)
})

test('an extension that nobody knows: messages are shown raw, and that is said', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask('/chat', asking)
  void connection.write(switching('Sec-WebSocket-Extensions: x-turbo\r\n'))
  await client.readUntil('\r\n\r\n')
  const odd = writeFrame({ opcode: 'text', payload: 'odd', reserved: 7 })
  void connection.write(odd)
  await client.readUntil(odd.length)
  client.end()
  connection.end()
  const flow = await scene.ended()
  expect(flow.notes).toEqual(['messages are shown as they were sent: what was agreed is not known (x-turbo)'])
  expect(await said(scene, flow)).toEqual(['received text odd'])
})

const ends: [name: string, code: string, end: (scene: Scene, asked: Asked) => unknown][] = [
  ['a kill', 'KILLED', (scene) => scene.proxy.engine.kill(scene.running.id)],
  ['a client that resets', 'CLIENT_CLOSED', (_, { client }) => client.reset()],
  ['an origin that resets', 'ORIGIN_CLOSED', (_, { connection }) => connection.reset()],
  ['the end of the engine', 'SHUTDOWN', (scene) => scene.proxy.engine.stop(0)],
]

test.each(ends.flatMap(([name, ...end]) => both.map(([way, tls]) => [name, way, tls, ...end] as const)))(
  '%s ends it once, %s, and its messages are kept',
  async (_, __, tls, code, end) => {
    await using scene = await openScene({}, { tls })
    const asked = await opened(scene)
    const { client, connection } = asked
    // Some of it is in files, and on its way there.
    const large = writeFrame({ opcode: 'binary', payload: patterned(1024 * 1024) })
    void connection.write(large)
    await client.readUntil(large.length)
    void connection.write(large.subarray(0, 1000))
    await client.readUntil(1000)
    await end(scene, asked)
    await Promise.all([client.closed, connection.closed])
    const flow = await scene.ended()
    expect(flow.error?.code).toBe(code)
    expect(flow.messageCounts).toEqual({ sent: 1, received: 2, control: 0 })
    expect(flow.notes).toEqual(['the last message received was cut'])
    expect([flow.request.body.state, flow.response?.body.state, flow.messages?.state]).toEqual([
      'truncated',
      'truncated',
      'truncated',
    ])
    const messages = await recordedMessages(scene.proxy, flow)
    expect(messages.map(({ length }) => length)).toEqual([2, 2, 1024 * 1024])
    expect(messages[2]?.payload.equals(patterned(1024 * 1024))).toBe(true)
    expect(flow.response?.body.length).toBe(4 + large.length + 1000)
  },
)

test('a watcher may end the flow of which it is told, in the middle of a read', async () => {
  await using scene = await openScene()
  const { client, connection } = await opened(scene)
  const { engine } = scene.proxy
  const { id } = scene.running
  const told: string[] = []
  engine.watchMessages(id, (_, payload) => {
    told.push(String(payload))
    engine.kill(id)
  })
  void connection.write(
    writeFrames([
      { opcode: 'text', payload: 'last' },
      { opcode: 'text', payload: 'words' },
    ]),
  )
  await Promise.all([client.closed, connection.closed])
  const flow = await scene.ended()
  expect(flow.error?.code).toBe('KILLED')
  // What came with it had passed before anybody was told.
  expect(told).toEqual(['last', 'words'])
  expect(await said(scene, flow)).toEqual([
    'sent text hi',
    'received text ho',
    ...told.map((one) => `received text ${one}`),
  ])
})

test('a kill while the records are on their way to the disk takes nothing from anybody, and ends nothing twice', async () => {
  await using scene = await openScene()
  const { client, connection } = await opened(scene)
  const { id } = scene.running
  const large = writeFrame({ opcode: 'binary', payload: patterned(3 * 1024 * 1024) })
  client.end()
  await connection.closed
  client.pause()
  connection.end(large)
  await eventually(() => scene.running.response?.bytes === 4 + large.length)
  client.resume()
  await client.closed
  // Whether it has ended by now or not.
  scene.proxy.engine.kill(id)
  expect(client.received).toBeGreaterThanOrEqual(large.length)
  const flow = await scene.ended()
  expect(flow.error).toBeUndefined()
  expect(flow.messageCounts?.received).toBe(2)
})

test('a receiver that does not read stops the sender, and nothing of it is kept in memory', async () => {
  await using scene = await openScene({ bufferLimit: 1024 * 1024, bodyDisk: 16 * 1024 * 1024 })
  const { client, connection } = await opened(scene)
  client.pause()
  const held = watchHeldBuffers()
  const message = writeFrame({ opcode: 'binary', payload: patterned(1024 * 1024) })
  const count = 64
  for (let n = 0; n < count; n++) void connection.write(message)
  await standsStill(() => connection.accepted)
  expect(connection.accepted).toBeLessThan(24 * 1024 * 1024)
  await held.below(16 * 1024 * 1024)
  client.resume()
  connection.end()
  await client.closed
  client.end()
  const flow = await scene.ended()
  expect(flow.error).toBeUndefined()
  // Not the limit of a body counts, but what the disk may take: how it began is there, and what came last.
  const { state, gaps = [], ...body } = flow.response!.body
  expect(state).toBe('partial')
  expect(gaps[0]?.from).toBeGreaterThanOrEqual(1024 * 1024)
  expect(keptBytes({ ...body, gaps })).toBeGreaterThan(8 * 1024 * 1024)
  // What messages there were is known.
  expect(flow.messages).toMatchObject({ state: 'complete', length: 32 * (2 + count) })
  expect(flow.messageCounts).toEqual({ sent: 1, received: 1 + count, control: 0 })
})

test('a disk that takes nothing costs records, not traffic', async () => {
  await using scene = await openScene({}, { tmp: '/dev/null' })
  const { client, connection } = await opened(scene)
  const message = writeFrame({ opcode: 'binary', payload: patterned(1024 * 1024) })
  for (let n = 0; n < 4; n++) {
    void connection.write(message)
    expect((await client.readUntil(message.length)).equals(message)).toBe(true)
  }
  client.end()
  connection.end()
  const flow = await scene.ended()
  expect(flow).toMatchObject({ error: undefined, messageCounts: { sent: 1, received: 5 } })
  const { state, length, gaps } = flow.response!.body
  expect(state).toBe('partial')
  expect(gaps).toEqual([{ from: length, to: flow.response?.bytes }])
  expect(flow.notes).toEqual([
    expect.stringMatching(
      new RegExp(
        `^\\d+ bytes of what was received are not recorded \\(${length} to .*\\): .*the disk did not take it \\(ENOTDIR`,
      ),
    ),
  ])
  expect(flow.messages).toMatchObject({ state: 'complete', length: 6 * 32 })
})

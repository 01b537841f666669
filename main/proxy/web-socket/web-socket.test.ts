/** What a real client and a real server say to each other is what is recorded of them, message by message. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { PerMessageDeflateOptions } from 'ws'
import { patterned } from '../../testing/bytes.ts'
import { eventually } from '../../testing/eventually.ts'
import { recordedMessages, type RecordedMessage } from '../../testing/recorded-messages.ts'
import { openWsScene, type Got, type WsEnd } from '../../testing/ws-scene.ts'

const MiB = 1024 * 1024

const deflates: [name: string, deflate: boolean | PerMessageDeflateOptions][] = [
  ['uncompressed', false],
  ['compressed with context takeover', { threshold: 0 }],
  ['without it', { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true }],
  ['with small windows', { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 9 }],
  ['only what is large', { threshold: 1000 }],
]
const ways = deflates.flatMap(([name, deflate]) => [false, true].map((tls) => ({ name, deflate, tls })))

/** As the other end tells what it got. */
const told = (messages: RecordedMessage[], direction: 'sent' | 'received'): Got =>
  messages
    .filter((message) => message.direction === direction)
    .map(({ opcode, payload, closeCode }) => ({
      opcode,
      payload: opcode === 'close' ? Buffer.from(String(closeCode ?? 1005)) : payload,
    }))

/** Large payloads by their hash: to compare them, and to tell about it, takes minutes. */
const shown = (got: Got): string[] =>
  got.map(({ opcode, payload }) =>
    payload.length < 1000
      ? `${opcode} ${payload.toString('latin1')}`
      : `${opcode} ${payload.length} ${createHash('sha256').update(payload).digest('hex')}`,
  )

function say({ socket }: WsEnd, name: string): void {
  socket.send(`hello from ${name} \u{1f30a}`)
  socket.ping('alive?')
  // A character in two fragments, a ping between them.
  const text = Buffer.from(`\u{1f30a} ${name} `.repeat(300))
  socket.send(text.subarray(0, 2), { fin: false, binary: false })
  socket.ping()
  socket.send(text.subarray(2, 5000), { fin: false, binary: false })
  socket.send(text.subarray(5000), { fin: true, binary: false })
  socket.send(Buffer.alloc(0))
  for (let n = 0; n < 20; n++) socket.send(JSON.stringify({ n, of: name, same: 'words again and again' }))
  socket.send(patterned(MiB))
  socket.pong('unasked')
}

test.each(ways)('$name, TLS $tls', async ({ deflate, tls }) => {
  await using scene = await openWsScene({}, { tls, deflate })
  const { proxy, client, server } = scene
  say(client, 'client')
  say(server, 'server')
  // Messages, pings, a pong of its own, and the pongs to the other's pings.
  const all = 24 + 2 + 1 + 2
  await eventually(() => client.got.length === all && server.got.length === all)
  const [running] = proxy.engine.running()
  expect(running?.messageCounts).toEqual({ sent: 24, received: 24, control: 10 })
  client.socket.close(4321, 'enough')
  await Promise.all([client.closed, server.closed])
  const flow = await proxy.ended()
  expect(flow).toMatchObject({ error: undefined, notes: [], messageCounts: { sent: 24, received: 24, control: 12 } })
  const bodies = [flow.request.body.state, flow.response?.body.state, flow.messages?.state]
  expect(bodies).toEqual(['complete', 'complete', 'complete'])
  const messages = await recordedMessages(proxy, flow)
  expect(shown(told(messages, 'sent'))).toEqual(shown(server.got))
  expect(shown(told(messages, 'received'))).toEqual(shown(client.got))
  expect(messages.filter(({ frames }) => frames === 3)).toHaveLength(2)
  expect(messages.filter(({ closeCode }) => closeCode === 4321).length).toBe(2)
  expect(messages.some(({ compressed }) => compressed)).toBe(deflate !== false)
  const times = messages.map(({ at }) => at)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(times.at(-1)).toBeLessThanOrEqual(flow.timings.end!)
  expect(flow.request.body.length).toBe(flow.request.bytes)
})

test('a watcher is told each message as it passes, and what it is told is what is recorded', async () => {
  await using scene = await openWsScene({}, { deflate: { threshold: 100 } })
  const { proxy, client, server } = scene
  const { id } = proxy.engine.running()[0]!
  client.socket.send('before anybody watched')
  await eventually(() => server.got.length === 1)
  const seen: { number: number; opcode: string; payload: Buffer | undefined; length: number }[] = []
  const stop = proxy.engine.watchMessages(id, ({ opcode, length }, payload, number) => {
    seen.push({ number, opcode, payload, length })
  })
  server.socket.send('hello', { compress: false })
  await eventually(() => client.got.length === 1)
  // The message is told while the connection lives and says nothing else.
  expect(seen).toEqual([{ number: 1, opcode: 'text', payload: Buffer.from('hello'), length: 5 }])
  client.socket.send(patterned(MiB), { compress: false })
  client.socket.send(Buffer.alloc(10_000, 'x'))
  await eventually(() => server.got.length === 3)
  expect(seen[1]?.payload?.equals(patterned(64 * 1024))).toBe(true)
  expect(seen[1]?.length).toBe(MiB)
  // As it was sent: compressed.
  expect(seen[2]?.payload?.length).toBe(seen[2]?.length)
  expect(seen[2]?.length).toBeLessThan(1000)
  stop?.()
  client.socket.send('after')
  await eventually(() => server.got.length === 4)
  expect(seen).toHaveLength(3)
  client.socket.close()
  await server.closed
  await proxy.ended()
  expect(proxy.engine.watchMessages(id, () => undefined)).toBeUndefined()
})

test('a watcher that throws is told once; the others, the records and both ends get everything', async () => {
  await using scene = await openWsScene()
  const { proxy, client, server } = scene
  const { id } = proxy.engine.running()[0]!
  let calls = 0
  proxy.engine.watchMessages(id, () => {
    calls++
    throw new Error('planted')
  })
  const seen: string[] = []
  proxy.engine.watchMessages(id, (_, payload) => void seen.push(String(payload)))
  client.socket.send('one')
  client.socket.send('two')
  await eventually(() => server.got.length === 2)
  client.socket.close()
  await server.closed
  const flow = await proxy.ended()
  expect([calls, ...seen.slice(0, 2)]).toEqual([1, 'one', 'two'])
  expect(flow.messageCounts?.sent).toBe(2)
  expect(proxy.notices.splice(0)).toEqual([expect.stringContaining('planted')])
})

test('what a running WebSocket has recorded can be read, from memory and from its file', async () => {
  await using scene = await openWsScene()
  const { proxy, client, server } = scene
  const { id } = proxy.engine.running()[0]!
  const read = (side: 'request' | 'response' | 'messages', offset = 0, length = 100) =>
    proxy.engine.readRunning(id, side, offset, length)
  expect(await read('messages')).toHaveLength(0)
  server.socket.send('hello')
  await eventually(() => client.got.length === 1)
  expect((await read('response'))?.toString('latin1')).toBe('\x81\x05hello')
  expect(await read('messages', 0)).toHaveLength(32)
  for (let n = 0; n < 4; n++) server.socket.send(patterned(MiB))
  await eventually(() => client.got.length === 5)
  const third = 7 + 2 * (MiB + 10) + 10
  expect((await read('response', third, 1000))?.equals(patterned(1000))).toBe(true)
  expect(await read('messages', 32, 1000)).toHaveLength(4 * 32)
  expect(await proxy.engine.readRunning(id, 'delivered', 0, 1)).toBeUndefined()
  client.socket.close()
  await server.closed
  const flow = await proxy.ended()
  expect(await read('response')).toBeUndefined()
  expect((await proxy.body(flow))?.subarray(third, third + 1000).equals(patterned(1000))).toBe(true)
})

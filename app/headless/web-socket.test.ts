/** What a WebSocket said is told when it ends. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { Origin } from './testing/origin.ts'
import { proxyProgram, type Program } from './testing/program.ts'

/** Three messages through the program, each answered; and a ping, whose pong is waited for. */
async function talk(spillway: Program, where: 'stdout' | 'stderr'): Promise<void> {
  await using origin = await Origin.start(() => undefined)
  const server = new WebSocketServer({ server: origin.server })
  server.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(data)))
  const socket = connect(await spillway.port(where), '127.0.0.1')
  const { host } = new URL(origin.base)
  socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await once(socket, 'data')
  const client = new WebSocket(`ws://${host}/chat`, { createConnection: () => socket })
  await once(client, 'open')
  for (const text of ['one', 'two', 'three']) {
    client.send(text)
    await once(client, 'message')
  }
  client.ping()
  await once(client, 'pong')
  client.close()
  await once(client, 'close')
}

test('in a line for people', async () => {
  await using spillway = proxyProgram()
  await talk(spillway, 'stdout')
  await spillway.says(
    'stdout',
    /GET +101 http:\/\/.*\/chat .* \(upgraded to websocket\) · 3 messages sent, 3 received\n/,
  )
})

test('--json: how many messages, and that they are recorded', async () => {
  await using spillway = proxyProgram('--json')
  await talk(spillway, 'stderr')
  const [line] = await spillway.says('stdout', /.*\n/)
  expect(JSON.parse(line)).toMatchObject({
    status: 101,
    delivery: 'tunnelled',
    request: { recorded: 'complete' },
    response: { recorded: 'complete' },
    error: null,
    notes: [],
    messages: { sent: 3, received: 3 },
  })
})

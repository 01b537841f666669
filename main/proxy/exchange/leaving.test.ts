/** Either side may go at any moment and in any way: nothing crashes, nothing is left, every flow ends once. */
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type TestEngine } from '../../testing/engine.ts'
import { connectClient, connectSecure, connectTunnel } from '../../testing/raw-client.ts'
import { startOrigin, type ScriptedOrigin } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { startTrusting } from '../../testing/trusting.ts'
import { freePort, helloBytes } from '../testing.ts'

const leaves = ['end', 'destroy', 'reset'] as const
type Leave = (typeof leaves)[number]

type Place = { proxy: TestEngine; plain: ScriptedOrigin; tls: ScriptedOrigin }

async function openPlace(): Promise<Place & AsyncDisposable> {
  const proxy = await startTrusting({ streamSize: 0 })
  const [plain, tls] = [await startOrigin(), await startOrigin({ tls: true })]
  return {
    proxy,
    plain,
    tls,
    async [Symbol.asyncDispose]() {
      await proxy.settled()
      for (const part of [plain, tls, proxy]) await part[Symbol.asyncDispose]()
    },
  }
}

/** Leads a client to a moment, at which it leaves. `flows`: how many that makes. */
const moments: [title: string, flows: number, enter: (place: Place) => Promise<WireEnd>][] = [
  ['before a word', 0, ({ proxy }) => connectClient(proxy.port)],
  [
    'in the middle of a head',
    0,
    async ({ proxy }) => {
      const client = await connectClient(proxy.port)
      await client.write('GET http://x/ HTTP/1.1\r\nHo')
      return client
    },
  ],
  // As browsers do that keep connections ready.
  [
    'in a tunnel before a word',
    0,
    async ({ proxy, plain }) => {
      const client = await connectTunnel(proxy.port, plain.authority)
      await plain.accept()
      // Both ends know of a connection on this machine before either is told: the proxy hears of it in the same turns.
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      return client
    },
  ],
  // A client with a short time limit was in no list: nobody could see why it gave up.
  [
    'in a tunnel whose origin cannot be reached',
    1,
    async ({ proxy }) => {
      const client = await connectTunnel(proxy.port, `127.0.0.1:${await freePort()}`)
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      return client
    },
  ],
  [
    'in the middle of its hello',
    1,
    async ({ proxy, tls }) => {
      const client = await connectTunnel(proxy.port, tls.authority)
      await client.write((await helloBytes('localhost')).subarray(0, 100))
      return client
    },
  ],
  [
    'right behind its hello',
    1,
    async ({ proxy, tls }) => {
      const client = await connectTunnel(proxy.port, tls.authority)
      await client.write(await helloBytes('localhost'))
      return client
    },
  ],
  [
    'in the middle of the handshake',
    1,
    async ({ proxy, tls }) => {
      const client = await connectTunnel(proxy.port, tls.authority)
      await client.write(await helloBytes('localhost'))
      await client.readSome()
      return client
    },
  ],
  [
    'while the origin shakes hands',
    1,
    async ({ proxy, plain }) => {
      const client = await connectClient(proxy.port)
      void client.write(`GET https://${plain.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
      await (await plain.accept()).readSome()
      return client
    },
  ],
  [
    'while it is told of a failure',
    1,
    async ({ proxy }) => {
      const client = await connectClient(proxy.port)
      void client.write(`GET http://127.0.0.1:${await freePort()}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
      await client.readSome()
      return client
    },
  ],
  [
    'in a request inside TLS',
    1,
    async ({ proxy, tls }) => {
      const client = await connectSecure(proxy.port, tls.authority, proxy.ca)
      void client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await proxy.begun((flow) => flow.state === 'open')
      return client
    },
  ],
]

test.each(moments)('a client leaves %s', async (_, flows, enter) => {
  await using place = await openPlace()
  let made = 0
  for (const leave of leaves) {
    const client = await enter(place)
    client[leave]()
    for (made += flows; place.proxy.engine.flows.size < made;) await place.proxy.ended()
    await client[Symbol.asyncDispose]()
  }
  expect(place.proxy.engine.flows.size).toBe(made)
})

const phases: [title: string, tls: boolean, script: (connection: WireEnd, leave: Leave) => Promise<void>][] = [
  [
    'when it has been reached',
    false,
    (connection, leave) => {
      connection[leave]()
      return Promise.resolve()
    },
  ],
  [
    'behind the request',
    false,
    async (connection, leave) => {
      await connection.readUntil('\r\n\r\n')
      connection[leave]()
    },
  ],
  [
    'behind the handshake',
    true,
    (connection, leave) => {
      connection[leave]()
      return Promise.resolve()
    },
  ],
  [
    'behind the request inside TLS',
    true,
    async (connection, leave) => {
      await connection.readUntil('\r\n\r\n')
      connection[leave]()
    },
  ],
]

test.each(phases)('an origin leaves %s: 502, and the next request is as good as any', async (_, tls, script) => {
  await using place = await openPlace()
  const origin = tls ? place.tls : place.plain
  for (const leave of leaves) {
    await using client = await connectClient(place.proxy.port)
    const url = `${tls ? 'https' : 'http'}://${origin.authority}/`
    void client.write(`POST ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`)
    await script(await origin.accept(), leave)
    expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 /)
    // A reset may be seen before the connection is known to be there.
    expect((await place.proxy.ended()).error?.code).toMatch(/^(ORIGIN_CLOSED|CONNECT_FAILED)$/)
    void client.write(`GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`)
    const { connection } = await origin.request()
    void connection.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
    await client.readUntil('hi')
    await place.proxy.ended()
  }
})

test('an origin leaves in the middle of the handshake', async () => {
  await using place = await openPlace()
  for (const leave of leaves) {
    for (const read of [true, false]) {
      await using client = await connectClient(place.proxy.port)
      void client.write(`GET https://${place.plain.authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
      const server = await place.plain.accept()
      if (read) await server.readSome()
      server[leave]()
      expect(await client.readText('(from Spillway)\n')).toMatch(/closed the connection during the TLS|was reset/)
      expect((await place.proxy.ended()).error?.code).toMatch(read ? /^ORIGIN_TLS$/ : /^(ORIGIN_TLS|CONNECT_FAILED)$/)
    }
  }
})

test('an origin resets a connection that was begun with a tunnel, before the client has spoken', async () => {
  await using place = await openPlace()
  const tunnel = await connectTunnel(place.proxy.port, place.plain.authority)
  const server = await place.plain.accept()
  server.reset()
  await tunnel.closed
  tunnel.destroy()
  expect((await place.proxy.ended()).delivery?.reason).toMatch(/^the origin (closed the connection|cannot be reached)$/)
})

test('an upgrade under TLS that is broken is no end for the client', async () => {
  await using place = await openPlace()
  const { socket } = await connectTunnel(place.proxy.port, place.tls.authority)
  socket.removeAllListeners()
  const secure = connectTls({ socket, ca: place.proxy.ca, servername: 'localhost' })
  await using client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  void client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const { connection } = await place.tls.request()
  void connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await client.readUntil('\r\n\r\n')
  connection.reset()
  await client.closed
  client.destroy()
  await place.proxy.ended()
})

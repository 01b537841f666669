import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { defaultWireLimits } from '../http1/index.ts'
import { endHeaders, endStream, frame, frameTypes, getRoot, preface } from '../testing/http2-frames.ts'
import { serveHttp2 } from './serve.ts'

/** As wide as a window can become (RFC 9113 §6.9.1), so that what stalls is the connection. */
const wide = Buffer.of(0x7f, 0, 0, 0)

// Whoever closed it a second later, as one does with a connection, reset an answer that was whole.
test('a stream has finished when its end is on its way, not before', async () => {
  const asked: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    serveHttp2(socket, {
      limits: defaultWireLimits,
      absolute: false,
      onSpeaks: () => undefined,
      onRequest: (stream) => asked.push(stream.on('error', () => undefined)),
      onRefused: () => undefined,
      looks: new Set(),
      carrier: { looks: new Set(), probe: () => undefined },
      beginLimitMs: 60_000,
      onSlow: () => undefined,
      onBroken: () => undefined,
      bug: () => undefined,
      onEnded: () => undefined,
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
  const get = (stream: number): Buffer => frame(frameTypes.headers, endHeaders | endStream, stream, getRoot('a.test'))
  const windows = [0, 1].map((stream) => frame(frameTypes.windowUpdate, 0, stream, wide))
  client.write(Buffer.concat([preface, get(1), ...windows, get(3)]))
  while (asked.length < 2) await setImmediate()
  const [large, small] = asked as [Socket, Socket]
  // The client reads nothing, and this one takes all that the system has room for.
  large.write('HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n')
  let passed = 0
  for (let round = 0; passed < 67_108_864 && round < 500; round++) {
    if (large.writableLength === 0) {
      large.write(Buffer.alloc(262_144))
      passed += 262_144
      round = 0
    }
    await setImmediate()
  }
  const order: string[] = []
  const finished = once(small, 'finish').then(() => order.push('finished'))
  small.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
  for (let turn = 0; turn < 10; turn++) await setImmediate()
  order.push('read')
  client.resume()
  await finished
  expect(order).toEqual(['read', 'finished'])
  client.destroy()
  server.close()
  await once(server, 'close')
})

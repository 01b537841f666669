import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { defaultWireLimits } from '../http1/index.ts'
import { patterned } from '../testing/bytes.ts'
import { eventually } from '../testing/eventually.ts'
import { hello, startHttp2Origin, type Http2Origin } from '../testing/http2-ends.ts'
import { OriginSession } from './origin-session.ts'

const body = patterned(50_000)

async function connected(origin: Http2Origin, authority = origin.authority): Promise<OriginSession> {
  const [host, port] = origin.authority.split(':')
  const socket = connect({ port: Number(port), host, allowHalfOpen: true })
  await once(socket, 'connect')
  return new OriginSession(socket, {
    scheme: 'http',
    authority,
    limits: defaultWireLimits,
    carrier: { looks: new Set(), probe: () => undefined },
    looks: new Set(),
    beginLimitMs: 60_000,
  })
}

// Whoever read slowly was told that the origin had died, though all of it had arrived.
test.each(['GOAWAY', 'GOAWAY and FIN', 'FIN'])('what has come whole and is not read yet outlasts %s', async (how) => {
  await using origin = await startHttp2Origin(
    (stream) => {
      stream.respond({ ':status': 200, 'content-length': body.length })
      stream.end(body)
    },
    { plain: true },
  )
  const session = await connected(origin)
  const line = session.open()
  line.write(`GET / HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  // Nobody reads: it is all in the line's own buffer, and its stream is through.
  await eventually(() => line.readableLength > body.length)
  await eventually(() => session.session.state.outboundQueueSize === 0)
  if (how.includes('GOAWAY')) origin.sessions[0]!.goaway(0)
  if (how.includes('FIN')) for (const socket of origin.open) socket.end()
  await eventually(() => !session.usable)
  const parts: Buffer[] = []
  line.on('data', (bytes: Buffer) => parts.push(bytes))
  await once(line, 'end')
  line.destroy()
  expect(Buffer.concat(parts).subarray(-body.length).equals(body)).toBe(true)
})

// "A bug in Spillway", said its flow: the library wanted a URL, and WHATWG's has no host that ends like an address.
test('a name that no URL may have is asked as it is', async () => {
  const asked: unknown[] = []
  await using origin = await startHttp2Origin(
    (stream, _list, headers) => {
      asked.push(headers[':authority'])
      hello(stream, [], {})
    },
    { plain: true },
  )
  const session = await connected(origin, 'server.1:8080')
  const line = session.open()
  line.write('GET / HTTP/1.1\r\nHost: server.1:8080\r\n\r\n')
  await once(line, 'data')
  expect(asked).toEqual(['server.1:8080'])
  line.destroy()
})

// The library tells of the beginning even then, and throws at whoever acts on it: nobody would have caught that.
test('a connection that ends before it has begun throws nothing', async () => {
  await using origin = await startHttp2Origin(hello, { plain: true })
  const session = await connected(origin)
  session.session.destroy()
  await session.settled
  expect(session.usable).toBe(false)
})

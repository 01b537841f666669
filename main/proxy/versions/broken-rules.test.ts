/**
 * Who breaks a rule of HTTP/2 itself loses the connection (RFC 9113 §5.4.1). node:http2 ends it, and says why in its own
 * way: flows told that the origin had closed its connection, that the client had reset its stream with a code that it had
 * never sent, or that its TLS handshake had failed.
 */
import { expect, test } from 'vitest'
import { connectHttp2Client } from '../../testing/http2-ends.ts'
import {
  endHeaders,
  endStream,
  frame,
  FrameEnd,
  frameTypes,
  getRoot,
  literal,
  preface,
} from '../../testing/http2-frames.ts'
import { connectSecure } from '../../testing/raw-client.ts'
import { startOrigin } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

const { continuation, data, headers, ping, windowUpdate } = frameTypes
const beyondAnyWindow = Buffer.of(0x7f, 0xff, 0xff, 0xff)
const head = (length: string): Buffer => Buffer.concat([Buffer.of(0x88), literal('content-length', length)])

/** What no stream can have sent alone. */
const broken: [what: string, why: string, bytes: (stream: number) => Buffer[]][] = [
  ['a ping of 3 bytes', 'Protocol error', () => [frame(ping, 0, 0, Buffer.alloc(3))]],
  ['a window beyond any', 'Flow control error', () => [frame(windowUpdate, 0, 0, beyondAnyWindow)]],
  [
    'an index of HPACK that is nothing',
    'Protocol error',
    (at) => [frame(headers, endHeaders, at, Buffer.of(0xff, 0xff))],
  ],
]

test.each([
  ...broken,
  [
    'content beyond its length',
    'Protocol error',
    (at: number) => [frame(headers, endHeaders, at, head('1')), frame(data, endStream, at, Buffer.from('hi'))],
  ],
  [
    'a head in ten frames',
    'Too many CONTINUATION frames following a HEADER frame',
    (at: number) => [
      frame(headers, 0, at, Buffer.of(0x88)),
      ...Array.from({ length: 10 }, (_, part) => frame(continuation, 0, at, literal('a', String(part)))),
    ],
  ],
] as const)('an origin sends %s: its flow says so', async (_, why, bytes) => {
  await using proxy = await startTrusting()
  await using origin = await startOrigin({ tls: true, alpn: ['h2'] })
  await using client = await connectHttp2Client(proxy.port, origin.authority, proxy.ca)
  const answer = client.get('/')
  const frames = await FrameEnd.accept(await origin.accept())
  const { stream } = await frames.of(headers)
  frames.send(...bytes(stream))
  expect(await answer).toMatchObject({ status: 502 })
  expect((await proxy.ended()).error).toMatchObject({
    code: 'BAD_RESPONSE',
    side: 'origin',
    message: `The origin's answer is not valid HTTP: it breaks a rule of HTTP/2 (${why})`,
  })
})

test.each(broken)('a client sends %s: the flows of its streams say so', async (_, why, bytes) => {
  await using proxy = await startTrusting()
  await using origin = await startOrigin({ tls: true })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca, { ALPNProtocols: ['h2'] })
  const asked = frame(headers, endHeaders | endStream, 1, getRoot(origin.authority))
  void client.write(Buffer.concat([preface, asked]))
  await origin.request()
  void client.write(Buffer.concat(bytes(3)))
  expect((await proxy.ended()).error).toMatchObject({
    code: 'CLIENT_CLOSED',
    side: 'client',
    message: `The client left before the end: it breaks a rule of HTTP/2 (${why})`,
  })
})

test.each([
  ...broken.map(([what, why, bytes]) => [what, why, Buffer.concat([preface, ...bytes(1)])] as const),
  ['HTTP/1.1', 'Received bad client magic byte string', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
] as const)('a client sends %s before it has asked: one flow says so', async (_, why, bytes) => {
  await using proxy = await startTrusting()
  await using origin = await startOrigin({ tls: true })
  await using client = await connectSecure(proxy.port, origin.authority, proxy.ca, { ALPNProtocols: ['h2'] })
  void client.write(bytes)
  await client.closed
  expect((await proxy.ended()).error).toMatchObject({
    code: 'BAD_REQUEST',
    side: 'client',
    message: `The client does not speak HTTP/2 as it has to: it breaks a rule of HTTP/2 (${why})`,
  })
  await proxy.settled()
  expect(proxy.engine.flows.size).toBe(1)
})

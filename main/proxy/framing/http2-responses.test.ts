/**
 * Answers in HTTP/2 of a hostile origin, frame by frame, to clients of HTTP/1.1: of which head and body could be made
 * two messages, or one with another end. What the client gets, a reader of another make has to read as nothing else.
 */
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificate } from '../../certificates/testing.ts'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { eventually } from '../../testing/eventually.ts'
import { endHeaders, endStream, frame, FrameEnd, frameTypes, literal } from '../../testing/http2-frames.ts'
import { connectSecure } from '../../testing/raw-client.ts'
import { originCa } from '../../testing/scripted-origin.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import type { Field } from './testing/http2-cases.ts'
import { readStrictly } from './testing/strict-reader.ts'

type Answer = {
  name: string
  /** The section of RFC 9113, or the class. */
  source: string
  fields: Field[]
  data?: string[]
  trailers?: Field[]
  /** What the client reads as complete; undefined: it gets a 502 of ours or a cut. */
  gets?: string
  /** What must not reach it. */
  without?: string
  /** What must. */
  seen?: string
}

const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'
const status: Field = [':status', '200']

const answers: Answer[] = [
  ...(
    [
      ['a length shorter than the content', 'RFC 9113 §8.1.1', [status, ['content-length', '1']], [`x${evil}`]],
      ['a length longer than the content', 'RFC 9113 §8.1.1', [status, ['content-length', '9']], ['hello']],
      ['two lengths', 'RFC 9110 §8.6', [status, ['content-length', '5'], ['content-length', '0']], ['hello']],
      ['a length with a plus', 'RFC 9110 §8.6', [status, ['content-length', '+5']], ['hello']],
      ['a coding', 'RFC 9113 §8.2.2', [status, ['transfer-encoding', 'chunked']], [`0\r\n\r\n${evil}`]],
      ['Connection', 'RFC 9113 §8.2.2', [status, ['connection', 'content-length']], ['hello']],
      ['no status', 'RFC 9113 §8.3.2', [['a', 'b']], ['hello']],
      ['two of it', 'RFC 9113 §8.3.2', [status, [':status', '204']], ['hello']],
      ['a status with a reason', 'RFC 9113 §8.3.2', [[':status', '200 OK']], ['hello']],
      ['a status with a line break', 'response splitting', [[':status', `200\r\n\r\n${evil}`]], ['hello']],
      ['101', 'RFC 9113 §8.6', [[':status', '101']], ['hello']],
      ['a pseudo-field of a request', 'RFC 9113 §8.3', [status, [':path', '/']], ['hello']],
      ['a pseudo-field behind a field', 'RFC 9113 §8.3', [['a', 'b'], status], ['hello']],
      ['an upper-case name', 'RFC 9113 §8.2', [status, ['Content-Length', '5']], ['hello']],
    ] satisfies [string, string, Field[], string[]][]
  ).map(([name, source, fields, data]): Answer => ({ name, source, fields, data })),
  ...(
    [
      ['an answer in a value', 'response splitting', ['a', `b\r\n\r\n${evil}`]],
      ['an answer in a name', 'response splitting', [`a: b\r\n\r\n${evil}`, 'c']],
      ['a bare LF in a value', 'RFC 9113 §8.2.1', ['a', 'b\nevil: c']],
      ['a bare CR in a cookie', 'RFC 9113 §8.2.1', ['set-cookie', 'b\revil: c']],
      ['a colon in a name', 'RFC 9113 §8.2.1', ['evil:', 'chunked']],
    ] satisfies [string, string, Field][]
  ).map(([name, source, field]) => ({
    ...{ name, source, fields: [status, field], data: ['hello'] },
    ...{ gets: '200 hello', without: 'evil' },
  })),
  {
    ...{ name: 'white space around a value', source: 'RFC 9113 §8.2.1', fields: [status, ['a', ' b\t']] },
    ...{ data: ['hello'], gets: '200 hello', seen: '\r\na: b\r\n' },
  },
  { name: 'an answer as content', source: 'RFC 9113 §8.1', fields: [status], data: [evil], gets: `200 ${evil}` },
  {
    ...{ name: 'the end of chunks as content', source: 'RFC 9113 §8.1', fields: [status] },
    ...{ data: [`0\r\n\r\n${evil}`], gets: `200 0\r\n\r\n${evil}` },
  },
  { name: 'no content', source: 'RFC 9113 §8.1', fields: [status], gets: '200 ' },
  {
    ...{ name: 'a length among the trailers', source: 'RFC 9110 §6.5.1', fields: [status], data: ['hello'] },
    ...{ trailers: [['content-length', '0']] },
  },
  {
    ...{ name: 'an answer in a trailer', source: 'response splitting', fields: [status], data: ['hello'] },
    ...{ trailers: [['a', `b\r\n\r\n${evil}`]], gets: '200 hello', without: 'evil' },
  },
]

const block = (fields: readonly Field[]): Buffer => Buffer.concat(fields.map(([name, value]) => literal(name, value)))

function framesOf({ fields, data, trailers }: Answer, stream: number): Buffer[] {
  const last = (isLast: boolean): number => (isLast ? endStream : 0)
  return [
    frame(frameTypes.headers, endHeaders | last(!data), stream, block(fields)),
    ...(data ?? []).map((text) => frame(frameTypes.data, last(!trailers), stream, Buffer.from(text, 'latin1'))),
    ...(trailers ? [frame(frameTypes.headers, endHeaders | endStream, stream, block(trailers))] : []),
  ]
}

const server: { port: number; answer: Answer | undefined; stop: () => Promise<void> } = {
  ...{ port: 0, answer: undefined },
  stop: () => Promise.resolve(),
}
const engines: TestEngine[] = []

beforeAll(async () => {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
  const open = new Set<Socket>()
  const origin = createServer({ cert: pem, key: keyPem, ALPNProtocols: ['h2'] }, (socket) => {
    open.add(socket)
    serve(new WireEnd(socket)).catch(() => socket.destroy())
  })
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  server.port = (origin.address() as AddressInfo).port // not a pipe
  server.stop = async () => {
    for (const socket of open) socket.destroy()
    origin.close()
    await once(origin, 'close')
  }
  const originCas = [(await originCa()).pem]
  engines.push(await startEngine({ originCas }), await startEngine({ originCas, streamSize: 0, streamUnknown: 'now' }))
})

afterAll(async () => {
  for (const engine of engines) await engine.settled()
  await server.stop()
  for (const engine of engines.toReversed()) await engine[Symbol.asyncDispose]()
})

/** The first request over each connection gets the hostile answer, others "next". */
async function serve(end: WireEnd): Promise<void> {
  const client = await FrameEnd.accept(end)
  for (;;) {
    const { stream } = await client.of(frameTypes.headers)
    const { answer } = server
    server.answer = undefined
    client.send(...framesOf(answer ?? { name: '', source: '', fields: [status], data: ['next'] }, stream))
  }
}

test.each(answers)('$name ($source)', async (answer) => {
  for (const engine of engines) {
    server.answer = answer
    await using client = await connectSecure(engine.port, `localhost:${server.port}`, engine.ca)
    const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const read = () => readStrictly(client.peek(), { side: 'response', ended: client.closing !== undefined })
    void client.write(request)
    await eventually(() => client.closing !== undefined || (read().messages.length === 1 && read().end === 'clean'))
    const { messages, end } = read()
    expect(end).not.toBeTypeOf('object')
    const got = messages.map(({ line, body }) => `${line.slice(9, 12)} ${body}`)
    if (answer.gets !== undefined) expect(got).toEqual([answer.gets])
    else if (got.length > 0) expect(got).toEqual([expect.stringMatching(/^502 [^]*\(from Spillway\)\n$/)])
    if (answer.without !== undefined) expect(client.peek()).not.toContain(answer.without)
    if (answer.seen !== undefined) expect(client.peek()).toContain(answer.seen)
    if (client.closing === undefined) {
      void client.write(request)
      await eventually(() => read().messages.length === 2)
      expect(read()).toMatchObject({ end: 'clean', messages: [{}, { body: 'next' }] })
    }
    await client[Symbol.asyncDispose]()
    await eventually(() => engine.engine.running().length === 0)
  }
})

/** For tests: an ordinary flow, to be changed where a test looks. */
import { emptyRecorded, nothingRecorded, type Flow, type Message } from '../../../main/model/flow.ts'

const message: Message = {
  httpVersion: '1.1',
  head: '',
  edit: undefined,
  bytes: 0,
  delivered: 0,
  chunks: 0,
  deliveredChunks: 0,
  trailers: undefined,
  body: emptyRecorded,
}

export function sampleFlow(changes: Partial<Flow> = {}): Flow {
  return {
    id: 7,
    method: 'GET',
    url: 'http://origin.example/a',
    client: { id: 1, address: '127.0.0.1', port: 50000, tls: undefined },
    origin: { id: 2, address: '192.0.2.1', port: 80, tls: undefined },
    originReused: true,
    request: { ...message, head: 'GET /a HTTP/1.1\r\nHost: origin.example\r\n' },
    response: {
      ...message,
      status: 200,
      head: 'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie:\t b=2 \r\nContent-Length: 1234\r\n',
      bytes: 1234,
      delivered: 1234,
      chunks: 2,
      deliveredChunks: 2,
      body: nothingRecorded,
    },
    informational: [],
    delivery: { mode: 'streamed', reason: 'larger than 1k', crossoverAt: undefined },
    timings: {
      startedAt: 1_700_000_000_000,
      dns: undefined,
      connect: undefined,
      tls: undefined,
      sent: 100,
      firstByte: 2000,
      lastByte: 11_900,
      end: 12_345,
    },
    error: undefined,
    notes: [],
    state: 'ended',
    ...changes,
  }
}

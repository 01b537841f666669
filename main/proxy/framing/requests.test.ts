/**
 * Requests of which two readers could make different things. The origin is a judge: what reaches it, llhttp and a reader
 * of another make have to read alike, message by message, however the client has cut it (B17).
 */
import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { corpus } from '../../http1/testing/corpus.ts'
import { eventually } from '../../testing/eventually.ts'
import { judged } from '../../testing/judged.ts'
import { requestCases } from './testing/request-cases.ts'
import { cutsOf, sendInPieces } from './testing/sent-in-pieces.ts'
import { readStrictly } from './testing/strict-reader.ts'

const at = judged()

class Client {
  readonly socket: Socket = connect({ host: '127.0.0.1', port: at.engine.port, noDelay: true })
  got = ''
  closed = false

  constructor() {
    this.socket.on('data', (bytes: Buffer) => (this.got += bytes.toString('latin1')))
    this.socket.on('error', () => undefined).on('close', () => (this.closed = true))
  }

  /** Complete answers: status and content. */
  get answers(): [status: number, body: string][] {
    const { messages, end } = readStrictly(this.got, { side: 'response', ended: this.closed })
    if (typeof end === 'object') throw new Error(`the client got ${end.fault}: ${JSON.stringify(this.got)}`)
    return messages.map(({ line, body }) => [Number(line.slice(9, 12)), body])
  }

  async ended(answers: number): Promise<void> {
    await eventually(() => this.closed || this.answers.length >= answers)
    this.socket.destroy()
    await eventually(() => this.closed)
  }
}

/** A request of another client, which goes the same way: what was left behind in a connection would meet it. */
async function fence(): Promise<void> {
  const client = new Client()
  const { authority } = at.origin
  client.socket.write(`GET http://${authority}/fence HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  await client.ended(1)
  expect(client.answers).toEqual([[200, 'GET /fence ']])
}

/** What the origin has been told since the last time, but for the fence. */
async function told(): Promise<{ messages: string[]; hosts: string[] }> {
  await fence()
  const { told: all, hosts, wrong } = await at.origin.judge()
  expect(wrong).toEqual([])
  expect(all.filter((message) => message === 'GET /fence ')).toHaveLength(1)
  return { messages: all.filter((message) => message !== 'GET /fence '), hosts }
}

test.each(requestCases)('$name ($source)', async (example) => {
  const wire = example.wire.replaceAll('ORIGIN', at.origin.authority)
  const expected = example.told.map((message) => message.replaceAll('ORIGIN', at.origin.authority))
  for (const cuts of cutsOf(wire)) {
    const client = new Client()
    await sendInPieces(client.socket, wire, cuts)
    await client.ended(example.statuses.length)
    const { answers } = client
    expect(answers.map(([status]) => status).join(), `cut at ${cuts.join()}`).toBe(example.statuses.join())
    const { messages, hosts } = await told()
    expect(messages, `cut at ${cuts.join()}`).toEqual(expected)
    expect(new Set(hosts)).toEqual(new Set([at.origin.authority]))
    // Each answer is that to its own request.
    expect(answers.filter(([status]) => status === 200).map(([, body]) => body)).toEqual(expected)
  }
})

// A judge who sees nothing would find everything in order.
test.each([
  ['two framings', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two Hosts', 'Host: b\r\n\r\n'],
  ['a message without an end', 'Content-Length: 5\r\n\r\nhell'],
])('the judge sees %s', async (_, rest) => {
  const socket = connect(Number(at.origin.authority.split(':')[1]), '127.0.0.1').on('error', () => undefined)
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${rest}`)
  await eventually(() => at.origin.begun)
  expect((await at.origin.judge()).wrong).not.toEqual([])
  socket.destroy()
})

test('names are unique, so that a failure can be found', () => {
  const names = requestCases.map(({ name, source }) => `${name} (${source})`)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

describe('the corpus of the codec, behind a first request inside a tunnel', () => {
  const requests = corpus.filter(({ side, limits }) => side === 'request' && !limits)

  test.each(requests)('$name ($source)', async ({ bytes, end, messages: valid = [] }) => {
    const { authority } = at.origin
    // Inside a tunnel Host is the client's, and one is needed.
    const wire = bytes.replace(/Host: a\r\n/g, `Host: ${authority}\r\n`)
    for (const cuts of [[], cutsOf(wire).at(-1) ?? []]) {
      const client = new Client()
      client.socket.write(`CONNECT ${authority} HTTP/1.1\r\n\r\n`)
      await eventually(() => client.got.includes('\r\n\r\n'))
      client.got = ''
      client.socket.write(`GET /first HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
      await eventually(() => client.answers.length === 1)
      await sendInPieces(client.socket, wire, cuts)
      await client.ended(end === 'cut' ? 0 : 1 + valid.length + (end === 'clean' ? 0 : 1))
      const { messages } = await told()
      expect(messages[0]).toBe('GET /first ')
      // Some are refused for what the codec does not look at, such as a Host that is missing.
      const others = messages.slice(1).map(withoutTarget)
      const known = valid.map(({ line: [method], body = '' }) => `${method} ${body}`)
      expect(known.slice(0, others.length)).toEqual(others)
      if (end !== 'cut' && client.answers.every(([status]) => status === 200)) expect(others).toHaveLength(valid.length)
    }
  })
})

/** Absolute-form goes on in origin-form. */
const withoutTarget = (message: string): string => message.replace(/ [^ ]*/, '')

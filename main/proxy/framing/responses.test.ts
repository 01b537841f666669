/**
 * Answers of a hostile origin. What its client gets, llhttp (as Node's client) and a reader of another make have to read
 * alike; and the next answer over the client's connection, which comes from somebody else, is that of its own request.
 */
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpus } from '../../http1/testing/corpus.ts'
import { startEngine, type TestEngine } from '../../testing/engine.ts'
import { eventually } from '../../testing/eventually.ts'
import { startJudgedOrigin, type JudgedOrigin } from './testing/judged-origin.ts'
import { responseCases, type ResponseCase } from './testing/response-cases.ts'
import { cutsOf, sendInPieces } from './testing/sent-in-pieces.ts'
import { isInterim, readStrictly } from './testing/strict-reader.ts'

type Answering = Pick<ResponseCase, 'wire' | 'method' | 'closes'>

const engines: Record<'buffered' | 'streamed', TestEngine | undefined> = { buffered: undefined, streamed: undefined }
const open = new Set<Socket>()
let good: JudgedOrigin
let hostile: Server
let answering: { wire: string; cuts: number[]; closes: boolean }

beforeAll(async () => {
  engines.buffered = await startEngine()
  engines.streamed = await startEngine({ streamSize: 0, streamUnknown: 'now' })
  good = await startJudgedOrigin()
  hostile = createServer((socket) => {
    open.add(socket)
    socket.setNoDelay().on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    // A request comes in one read.
    socket.on('data', () => {
      const { wire, cuts, closes } = answering
      void sendInPieces(socket, wire, cuts).then(() => closes && socket.end())
    })
  }).listen(0, '127.0.0.1')
  await once(hostile, 'listening')
})

afterAll(async () => {
  for (const engine of [engines.buffered, engines.streamed]) await engine?.settled()
  for (const socket of open) socket.destroy()
  hostile.close()
  await good[Symbol.asyncDispose]()
  // Each of them looks for what was left behind since it was started.
  for (const engine of [engines.streamed, engines.buffered]) await engine?.[Symbol.asyncDispose]()
})

/** What Node's client has read: "103 ", "200 content", or "cut". */
async function ask(agent: Agent, port: number, target: string, method: string): Promise<string[]> {
  const read: string[] = []
  const asked = request({ host: '127.0.0.1', port, agent, method, path: target, headers: { Host: 'x' } })
  const answer = await new Promise<IncomingMessage | undefined>((resolve) => {
    asked.on('information', ({ statusCode }) => read.push(`${statusCode} `))
    asked.on('response', resolve).on('error', (error: NodeJS.ErrnoException) => {
      // Whatever else it complains of is something we have let pass.
      if (!/^ECONNRESET$|^EPIPE$/.test(error.code ?? '')) read.push(`error ${error.code ?? error.message}`)
      resolve(undefined)
    })
    asked.end()
  })
  if (!answer) return [...read, 'cut']
  let body = ''
  answer.setEncoding('latin1').on('data', (text: string) => (body += text))
  answer.on('error', () => undefined)
  await new Promise((resolve) => answer.on('close', resolve))
  return [...read, answer.complete ? `${answer.statusCode ?? 0} ${body}` : 'cut']
}

/** One connection of a client, as long as it is kept, and all it has got over it. */
type Tapped = { socket: Socket; got: string; ended: boolean }

async function run(mode: 'buffered' | 'streamed', example: Answering, cuts: number[]): Promise<string[]> {
  const port = engines[mode]?.port ?? 0
  const { method = 'GET', wire, closes = false } = example
  answering = { wire, cuts, closes }
  const taps: Tapped[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (...args) => {
    const socket = connect(...args) as Socket // over TCP, as there is no other agent
    const tap: Tapped = { socket, got: '', ended: false }
    taps.push(tap)
    socket.on('data', (bytes: Buffer) => (tap.got += bytes.toString('latin1'))).on('end', () => (tap.ended = true))
    return socket
  }
  const { port: hostilePort } = hostile.address() as AddressInfo
  const first = await ask(agent, port, `http://127.0.0.1:${hostilePort}/case`, method)
  const next = await ask(agent, port, `http://${good.authority}/next`, 'GET')
  expect(next, 'the next answer').toEqual(['200 GET /next '])
  agent.destroy()
  await eventually(() => taps.every(({ socket }) => socket.closed))
  const methods = [method]
  const strictly: string[] = []
  for (const { got, ended } of taps) {
    const { messages, end } = readStrictly(got, { side: 'response', methods, ended })
    if (typeof end === 'object') throw new Error(`the client got ${end.fault}: ${JSON.stringify(got)}`)
    strictly.push(...messages.map(({ line, body }) => `${line.slice(9, 12)} ${body}`))
    methods.splice(0, messages.filter(({ line }) => !isInterim(line)).length)
  }
  expect([...first, ...next].filter((message) => message !== 'cut')).toEqual(strictly)
  return first
}

describe.each(['buffered', 'streamed'] as const)('%s', (mode) => {
  test.each(responseCases)('$name ($source)', async (example) => {
    for (const cuts of cutsOf(example.wire)) {
      const got = await run(mode, example, cuts)
      const where = `cut at ${cuts.join()}`
      if (typeof example.gets === 'object') {
        expect(got, where).toEqual(example.gets)
        continue
      }
      expect(got, where).toHaveLength(1)
      expect(got[0], where).toMatch(/^(?:cut$|502 )/)
    }
  })
})

test('names are unique, so that a failure can be found', () => {
  const names = responseCases.map(({ name, source }) => `${name} (${source})`)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

describe('the corpus of the codec, as answers', () => {
  // One request, one answer: what stands behind it belongs to nobody.
  const answers = corpus.filter(
    ({ side, limits, methods, bytes }) =>
      side === 'response' && !limits && methods?.[0] !== 'CONNECT' && !bytes.startsWith('HTTP/1.1 101'),
  )

  test.each(answers)('$name ($source)', async ({ bytes, methods, end, messages = [] }) => {
    const example = { wire: bytes, closes: true, ...(methods?.[0] !== undefined && { method: methods[0] }) }
    for (const mode of ['buffered', 'streamed'] as const) {
      for (const cuts of [[], cutsOf(bytes).at(-1) ?? []]) {
        const got = await run(mode, example, cuts)
        const final = messages.findIndex(({ line: [, status] }) => !/^1/.test(status))
        if (final === -1) {
          expect(end).not.toBe('clean')
          expect(got.at(-1)).toMatch(/^(?:cut$|502 )/)
        } else {
          const expected = messages.slice(0, final + 1).map(({ line: [, status], body = '' }) => `${status} ${body}`)
          expect(got).toEqual(expected)
        }
      }
    }
  })
})

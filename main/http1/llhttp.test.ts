import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultWireLimits } from './index.ts'
import { corpus } from './testing/corpus.ts'
import type { MessageCase } from './testing/message-case.ts'
import { mutatedMessage, validMessage } from './testing/message-arbitraries.ts'
import { readMessages, type Message } from './testing/read-messages.ts'

/**
 * The oracle is Node's own server and client over real sockets: llhttp in its strict mode. Whatever llhttp refuses we
 * refuse, and what both take they read alike. Where we differ on purpose is listed here, with the reason.
 */
type Read = Pick<MessageCase, 'side' | 'bytes' | 'methods' | 'limits'>

/** What we refuse and llhttp takes. Each line must be needed by the corpus. */
const stricter: [sentence: RegExp, reason: string][] = [
  [/is not "METHOD target HTTP\/1.1"/, 'RFC 9112 §3: one space between the parts; HTTP is neither RTSP nor ICE'],
  [/asks for a version that is not/, 'RFC 9112 §2.3: HTTP/0.9 and HTTP/2.0 have no such heads'],
  [/neither a path nor an absolute URL/, 'RFC 9112 §3.2: nothing follows "*", and a URL has an authority'],
  [/is not "host:port"/, 'RFC 9112 §3.2.3: CONNECT has an authority, never a path'],
  [/line 1: it ends with a bare LF/, 'RFC 9112 §2.2: the empty line before a head is a CRLF'],
  [/line 1: a CR is not followed by LF/, 'RFC 9112 §2.2: the empty line before a head is a CRLF'],
  [/too many empty lines/, 'RFC 9112 §2.2: one is to be ignored, nobody sends more than a few'],
  [/the status line .* is not HTTP\/1/, 'RFC 9112 §4, RFC 9110 §15: version 1.0 or 1.1, and a status from 100 on'],
  [/line 1: the character .* may not stand/, 'RFC 9112 §4: no controls in a reason phrase'],
  [/a tab in Transfer-Encoding/, 'RFC 9112 §6.1: before "chunked" llhttp takes it, behind it llhttp does not'],
  [/in an HTTP\/1.0 message/, 'RFC 9112 §6.1: HTTP/1.0 has no transfer codings'],
  [
    /the transfer coding .* is not "chunked"/,
    'RFC 9112 §6.1: no other coding is spoken here, nor a response framed by none',
  ],
  [/is too large/, 'numbers from 2^53 on, and chunk sizes of more than 16 digits'],
  [/bad chunk extension at/, 'RFC 9112 §7.1.1: a value follows every "="'],
  [/among the trailers/, 'RFC 9110 §6.5.1: what frames or routes a message does not come behind it'],
  [/the head is larger|more than \d+ fields|trailers of more|extensions of more/, 'the limits of the test case'],
]

/** What llhttp refuses and we take. `before`: the message that both have read before it. */
function isWider(
  { line: [method, target] }: OracleMessage,
  code: string | undefined,
  before: OracleMessage | undefined,
): boolean {
  // RFC 9110 §15.2: an interim head is followed by another, whatever it says of its connection; it does not go on as it came.
  if (code === 'HPE_CLOSED_CONNECTION') return before !== undefined && isInterim(before)
  // RFC 9110 §9.1: methods are an open set; llhttp knows a list, and those of RTSP before "RTSP/" alone.
  if (code === 'HPE_INVALID_METHOD' || code === 'HPE_INVALID_CONSTANT') return !http.METHODS.includes(method)
  // URLs are ASCII (RFC 3986), but curl sends what was typed, and most origins take it.
  return code === 'HPE_INVALID_URL' && /[\x80-\xff]/.test(target)
}

/** Of a response. */
const isInterim = ({ line: [, status] }: OracleMessage): boolean => /^1(?!01)/.test(status)

type OracleMessage = Pick<Message, 'line' | 'fields' | 'body'> & { trailers: [name: string, value: string][] }

/** `messages` are complete; `code` is why the next one is not. */
type Verdict = { messages: OracleMessage[]; code: string | undefined }

const oracleOptions = { insecureHTTPParser: false, maxHeaderSize: defaultWireLimits.head }
const server = http.createServer({ ...oracleOptions, requireHostHeader: false, keepAliveTimeout: 0 })
const verdicts = new Map<number, Verdict>()
const origin = net.createServer({ allowHalfOpen: true })
const answers: string[] = []

beforeAll(async () => {
  // http.createServer gives every event a `req.socket`; the client's port tells the cases apart.
  const take = (request: IncomingMessage, response?: http.ServerResponse): void => {
    const verdict = verdicts.get(request.socket.remotePort ?? 0)
    const { method = '', url = '', httpVersion } = request
    collect(request, [method, url, httpVersion], verdict)
    request.on('end', () => response?.end())
  }
  server.on('request', take).on('checkContinue', take).on('checkExpectation', take)
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const { method = '', url = '', httpVersion } = request
    const line: OracleMessage['line'] = [method, url, httpVersion]
    verdicts
      .get(socket.remotePort ?? 0)
      ?.messages.push({ line, fields: pairs(request.rawHeaders), body: '', trailers: [] })
    socket.destroy()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const verdict = verdicts.get(socket.remotePort ?? 0)
    if (verdict) verdict.code ??= error.code
    socket.destroy()
  })
  origin.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      const index = /X-Case: (\d+)/.exec(bytes.toString('latin1'))?.[1]
      socket.end(answers[Number(index)] ?? '', 'latin1')
    })
  })
  server.listen(0, '127.0.0.1')
  origin.listen(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(origin, 'listening')])
})

afterAll(() => {
  server.close()
  origin.close()
})

function port(of: net.Server): number {
  return (of.address() as AddressInfo).port
}

function pairs(raw: string[]): [string, string][] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ''] satisfies [string, string]] : [],
  )
}

function collect(message: IncomingMessage, line: OracleMessage['line'], verdict: Verdict | undefined): void {
  let body = ''
  message.setEncoding('latin1')
  message.on('data', (text: string) => (body += text))
  message.on('error', () => undefined)
  message.on('end', () => {
    const { rawHeaders, rawTrailers, complete } = message
    if (complete) verdict?.messages.push({ line, fields: pairs(rawHeaders), body, trailers: pairs(rawTrailers) })
  })
}

async function askOracle(bytes: string): Promise<Verdict> {
  const verdict: Verdict = { messages: [], code: undefined }
  const socket = net.connect(port(server), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const { localPort = 0 } = socket
  verdicts.set(localPort, verdict)
  socket.resume()
  socket.end(bytes, 'latin1')
  await once(socket, 'close')
  verdicts.delete(localPort)
  return verdict
}

async function answerOracle(bytes: string, method: string): Promise<Verdict> {
  const verdict: Verdict = { messages: [], code: undefined }
  const index = answers.push(bytes) - 1
  const path = method === 'CONNECT' ? 'a:1' : '/'
  const headers = { 'X-Case': index }
  const to = { host: '127.0.0.1', port: port(origin), agent: false }
  const request = http.request({ ...oracleOptions, ...to, method, path, headers })
  const take = (response: IncomingMessage): OracleMessage['line'] => {
    const { httpVersion, statusCode, statusMessage = '' } = response
    return [httpVersion, String(statusCode), statusMessage]
  }
  const tunnel = (response: IncomingMessage, socket: Socket): void => {
    verdict.messages.push({ line: take(response), fields: pairs(response.rawHeaders), body: '', trailers: [] })
    socket.destroy()
  }
  request.on('error', (error: NodeJS.ErrnoException) => (verdict.code ??= error.code))
  request.on('information', (info) => {
    const line: OracleMessage['line'] = [info.httpVersion, String(info.statusCode), info.statusMessage]
    verdict.messages.push({ line, fields: pairs(info.rawHeaders), body: '', trailers: [] })
  })
  request.on('response', (response) => collect(response, take(response), verdict))
  request.on('connect', tunnel).on('upgrade', tunnel)
  request.end()
  await new Promise((resolve) => request.on('close', resolve))
  answers[index] = ''
  return verdict
}

type Difference = { bytes: string; what: string; ours: unknown; theirs: unknown }

/** `difference`: against the rule. `excuse`: the entry of `stricter` that explains why we read less than llhttp. */
type Comparison = { seen?: 'same' | 'refused' | 'stricter' | 'wider'; difference?: Difference; excuse?: RegExp }

async function compare(read: Read): Promise<Comparison> {
  const method = read.methods?.[0] ?? 'GET'
  const theirs = read.side === 'request' ? await askOracle(read.bytes) : await answerOracle(read.bytes, method)
  const outcome = readMessages(read, [Buffer.from(read.bytes, 'latin1')])
  const messages: OracleMessage[] = outcome.messages.map((message) => ({
    line: message.line,
    fields: message.fields,
    // Node hands over whatever answers CONNECT as a tunnel, also a refusal with a body.
    body: method === 'CONNECT' ? '' : message.body,
    trailers: trailerPairs(message.trailers),
  }))
  // Node's client reads one final response; what follows is another story.
  const final = messages.findIndex((message) => read.side === 'response' && !isInterim(message))
  const ours = final === -1 ? messages : messages.slice(0, final + 1)
  const end = final === -1 ? outcome.end : 'clean'
  const differs = (what: string): { difference: Difference } => ({
    difference: { bytes: read.bytes, what, ours: { ours, end }, theirs },
  })
  const common = Math.min(ours.length, theirs.messages.length)
  if (JSON.stringify(ours.slice(0, common)) !== JSON.stringify(theirs.messages.slice(0, common))) {
    return differs('read differently')
  }
  const more = ours[common]
  if (more)
    return isWider(more, theirs.code, ours[common - 1])
      ? { seen: 'wider' }
      : differs('we have read what llhttp has not')
  if (theirs.messages.length > common || (typeof end === 'object' && theirs.code === undefined)) {
    // For the same reason it misses nothing of such a body that is cut.
    if (method === 'CONNECT' && end === 'cut') return { seen: 'same' }
    const sentence = typeof end === 'object' ? end.refused : end
    const excuse = stricter.find(([known]) => known.test(sentence))?.[0]
    return excuse ? { seen: 'stricter', excuse } : differs('we refuse what llhttp takes')
  }
  return { seen: end === 'clean' ? 'same' : 'refused' }
}

function trailerPairs(trailers: string | undefined): [string, string][] {
  const lines = trailers?.split('\r\n').slice(0, -1) ?? []
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
  })
}

/** Some at a time: each takes a connection of its own. */
async function compareAll(reads: readonly Read[]): Promise<Comparison[]> {
  const waiting = reads.entries()
  const results: Comparison[] = []
  const work = async (): Promise<void> => {
    for (const [index, read] of waiting) results[index] = await compare(read)
  }
  await Promise.all(Array.from({ length: 32 }, work))
  return results
}

describe('beside llhttp', () => {
  test('the corpus', async () => {
    const results = await compareAll(corpus)
    expect(results.flatMap(({ difference }) => difference ?? [])).toEqual([])
    const needed = new Set(results.map(({ excuse }) => excuse))
    expect(stricter.filter(([sentence]) => !needed.has(sentence))).toEqual([])
  })

  test('a method llhttp does not know, and bytes that are no URL', async () => {
    const lines = ['BREW /', 'get /', 'DESCRIBE /', 'GET /caf\xc3\xa9']
    const results = await compareAll(lines.map((line) => ({ side: 'request', bytes: `${line} HTTP/1.1\r\n\r\n` })))
    expect(results.map(({ seen }) => seen)).toEqual(lines.map(() => 'wider'))
  })

  test('an interim head that seems to end its connection', async () => {
    const ends = ['HTTP/1.0 103 Early Hints\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n']
    const final = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    const results = await compareAll(ends.map((head) => ({ side: 'response', bytes: head + final })))
    expect(results.map(({ seen }) => seen)).toEqual(ends.map(() => 'wider'))
  })

  test('a refusal of CONNECT whose body is cut is no disagreement', async () => {
    const bytes = 'HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n'
    expect(await compareAll([{ side: 'response', bytes, methods: ['CONNECT'] }])).toEqual([{ seen: 'same' }])
  })

  test('generated valid messages are taken by both and read alike', async () => {
    await compareGenerated(validMessage, 40, (results) => {
      expect(results.filter(({ seen }) => seen !== 'same')).toEqual([])
    })
  })

  test('mutated messages: what llhttp refuses we refuse', { timeout: 60_000 }, async () => {
    const counts = { same: 0, refused: 0, stricter: 0, wider: 0 }
    await compareGenerated(mutatedMessage, 150, (results) => {
      for (const { seen } of results) if (seen) counts[seen]++
    })
    // The mutations are of use only while they make messages of every kind.
    expect(counts.same).toBeGreaterThan(200)
    expect(counts.refused).toBeGreaterThan(200)
    expect(counts.stricter).toBeGreaterThan(40)
  })
})

/** In batches, because each message needs a connection; a failing batch shrinks to the one message that fails. */
async function compareGenerated(
  messages: fc.Arbitrary<Read>,
  numRuns: number,
  check: (results: Comparison[]) => void,
): Promise<void> {
  const batch = fc.array(messages, { minLength: 1, maxLength: 100, size: 'max' })
  const property = fc.asyncProperty(batch, async (reads) => {
    const results = await compareAll(reads)
    expect(results.flatMap(({ difference }) => difference ?? [])).toEqual([])
    check(results)
  })
  await fc.assert(property, { numRuns })
}

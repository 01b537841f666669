/** What Node's own server and client make of bytes: llhttp, strict. Connections in memory, so that each takes little. */
import http, { type IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

export type OracleMessage = { line: [string, string, string]; body: string }

/** `messages` are complete; `code` is why the next one is not. */
export type Verdict = { messages: OracleMessage[]; code: string | undefined }

const strict = { insecureHTTPParser: false, maxHeaderSize: 256 * 1024 }
const server = http.createServer({ ...strict, requireHostHeader: false, keepAliveTimeout: 0, requestTimeout: 0 })
const verdicts = new WeakMap<object, Verdict>()

const take = (request: IncomingMessage, response: http.ServerResponse): void => {
  const { method = '', url = '', httpVersion } = request
  collect(request, [method, url, httpVersion], verdicts.get(request.socket))
  request.on('end', () => response.end())
}
server.on('request', take).on('checkContinue', take).on('checkExpectation', take)
server.on('connect', (request: IncomingMessage, socket: Duplex) => {
  const { method = '', url = '', httpVersion } = request
  const verdict = verdicts.get(socket)
  // Messages before it are complete, and tell so within this turn.
  void setImmediate().then(() => {
    verdict?.messages.push({ line: [method, url, httpVersion], body: '' })
    socket.destroy()
  })
})
server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
  const verdict = verdicts.get(socket)
  if (verdict) verdict.code ??= error.code
  // As above.
  void setImmediate().then(() => socket.destroy())
})
// It looks for slow connections from time to time, which nobody must wait for.
server.unref()

/** All requests of one connection. */
export async function readRequests(bytes: Buffer): Promise<Verdict> {
  const verdict: Verdict = { messages: [], code: undefined }
  const socket = memorySocket()
  verdicts.set(socket, verdict)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  server.emit('connection', socket)
  socket.push(bytes)
  await setImmediate()
  socket.push(null)
  await closed
  return verdict
}

/** The answer to one request of this method, with what comes before it. */
export async function readResponse(bytes: Buffer, method: string): Promise<Verdict> {
  const verdict: Verdict = { messages: [], code: undefined }
  const socket = memorySocket()
  const request = http.request({ ...strict, method, createConnection: () => socket })
  const line = ({ httpVersion, statusCode, statusMessage = '' }: IncomingMessage): OracleMessage['line'] => [
    httpVersion,
    String(statusCode),
    statusMessage,
  ]
  request.on('error', (error: NodeJS.ErrnoException) => (verdict.code ??= error.code))
  request.on('information', ({ httpVersion, statusCode, statusMessage }) =>
    verdict.messages.push({ line: [httpVersion, String(statusCode), statusMessage], body: '' }),
  )
  request.on('response', (response) => collect(response, line(response), verdict))
  request.on('upgrade', (response) => {
    verdict.messages.push({ line: line(response), body: '' })
    socket.destroy()
  })
  const closed = new Promise((resolve) => request.once('close', resolve))
  request.end()
  await setImmediate()
  socket.push(bytes)
  socket.push(null)
  await closed
  return verdict
}

function memorySocket(): Duplex {
  const socket = new Duplex({ read: () => undefined, write: (_, __, done) => done() })
  return socket.on('error', () => undefined)
}

function collect(message: IncomingMessage, line: OracleMessage['line'], verdict: Verdict | undefined): void {
  let body = ''
  message.setEncoding('latin1')
  message.on('data', (text: string) => (body += text))
  message.on('error', () => undefined)
  message.on('end', () => {
    if (message.complete) verdict?.messages.push({ line, body })
  })
}
